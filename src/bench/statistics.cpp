#include "bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <utility>

#include "base/random.h"

namespace reckon::statistics {
namespace {

// Mean over seeds for each row. Ordered by row id, so that nothing depends on the input's order.
std::map<std::string, double> row_means(std::span<const Observation> observations) {
  std::map<std::string, std::map<std::uint64_t, double>> by_row;
  for (const auto& observation : observations) {
    by_row[observation.row][observation.seed] = observation.value;
  }
  std::map<std::string, double> means;
  for (const auto& [row, by_seed] : by_row) {
    double sum = 0.0;
    for (const auto& [seed, value] : by_seed) sum += value;
    means[row] = sum / static_cast<double>(by_seed.size());
  }
  return means;
}

Status check(const BootstrapOptions& options) {
  if (options.resamples == 0) return invalid_argument("a bootstrap needs at least one resample");
  if (!(options.confidence > 0.0 && options.confidence < 1.0)) {
    return invalid_argument("a confidence lies between 0 and 1");
  }
  return ok_status();
}

Interval bootstrap_interval(std::span<const double> values, const BootstrapOptions& options) {
  Rng rng(options.seed);
  std::vector<double> means(options.resamples);
  for (double& resampled : means) {
    double sum = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += values[rng.below(values.size())];
    resampled = sum / static_cast<double>(values.size());
  }
  std::sort(means.begin(), means.end());
  const double tail = 50.0 * (1.0 - options.confidence);
  return {percentile(means, tail), percentile(means, 100.0 - tail)};
}

}  // namespace

double normal_quantile(double probability) {
  // Bisection on the distribution function: 80 halvings of [-40, 40] reach the last bit, and this is
  // called a few times a report.
  double low = -40.0;
  double high = 40.0;
  for (int i = 0; i < 80; ++i) {
    const double middle = 0.5 * (low + high);
    const double below = 0.5 * std::erfc(-middle / std::numbers::sqrt2);
    (below < probability ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

Interval wilson_interval(std::size_t successes, std::size_t trials, double confidence) {
  if (trials == 0) return {0.0, 1.0};
  const double n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double z = normal_quantile(0.5 + confidence / 2.0);
  const double scale = 1.0 + z * z / n;
  const double centre = (p + z * z / (2.0 * n)) / scale;
  const double half = z / scale * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  // Exact at the ends: rounding must not leave 1e-17 where the formula says 0.
  return {successes == 0 ? 0.0 : std::max(0.0, centre - half),
          successes == trials ? 1.0 : std::min(1.0, centre + half)};
}

double mean(std::span<const double> values) {
  if (values.empty()) return 0.0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double standard_deviation(std::span<const double> values) {
  if (values.size() < 2) return 0.0;
  const double centre = mean(values);
  double sum = 0.0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

double percentile(std::span<const double> values, double percent) {
  if (values.empty()) return 0.0;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double position =
      std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Result<PairedDifference> paired_difference(std::span<const Observation> candidate,
                                           std::span<const Observation> baseline,
                                           const BootstrapOptions& options) {
  RECKON_RETURN_IF_ERROR(check(options));
  const auto candidate_rows = row_means(candidate);
  const auto baseline_rows = row_means(baseline);
  PairedDifference result;
  std::vector<double> differences;
  for (const auto& [row, value] : candidate_rows) {
    const auto other = baseline_rows.find(row);
    if (other == baseline_rows.end()) continue;
    differences.push_back(value - other->second);
    if (value > other->second) ++result.better;
    if (value < other->second) ++result.worse;
  }
  if (differences.empty()) return invalid_argument("no row has a result on both sides");
  result.rows = differences.size();
  result.difference = mean(differences);
  result.interval = bootstrap_interval(differences, options);
  return result;
}

Result<BootstrapMean> mean_over_rows(std::span<const Observation> observations,
                                     const BootstrapOptions& options) {
  RECKON_RETURN_IF_ERROR(check(options));
  std::vector<double> values;
  for (const auto& [row, value] : row_means(observations)) values.push_back(value);
  if (values.empty()) return invalid_argument("there is no row to average");
  return BootstrapMean{mean(values), bootstrap_interval(values, options), values.size()};
}

std::vector<std::size_t> pareto_front(std::span<const CostAndValue> points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (points[a].cost != points[b].cost) return points[a].cost < points[b].cost;
    return points[a].value > points[b].value;
  });
  std::vector<std::size_t> front;
  for (const std::size_t index : order) {
    if (front.empty() || points[index].value > points[front.back()].value) front.push_back(index);
  }
  return front;
}

}  // namespace reckon::statistics
