#include "search/resample.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace reckon {
namespace {

// The first particle whose cumulated weight passes u, never one of weight 0.
std::size_t particle_at(std::span<const double> cumulated, double u) {
  const double point = u * cumulated.back();
  const auto found = std::ranges::upper_bound(cumulated, point);
  if (found != cumulated.end()) return static_cast<std::size_t>(found - cumulated.begin());
  return static_cast<std::size_t>(std::ranges::lower_bound(cumulated, cumulated.back()) - cumulated.begin());
}

std::vector<double> cumulate(std::span<const double> weights) {
  std::vector<double> sums(weights.size());
  std::partial_sum(weights.begin(), weights.end(), sums.begin());
  return sums;
}

}  // namespace

std::vector<double> normalised_weights(std::span<const double> log_weights) {
  std::vector<double> weights(log_weights.size(), 1.0);
  if (weights.empty()) return weights;
  const double top = *std::ranges::max_element(log_weights);
  if (std::isfinite(top)) std::ranges::transform(log_weights, weights.begin(), [top](double w) { return std::exp(w - top); });
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= total;
  return weights;
}

std::vector<int> resample_multinomial(std::span<const double> weights, int n, Rng& rng) {
  std::vector<int> copies(weights.size(), 0);
  if (weights.empty()) return copies;
  const auto cumulated = cumulate(weights);
  for (int i = 0; i < n; ++i) ++copies[particle_at(cumulated, rng.uniform())];
  return copies;
}

std::vector<int> resample_systematic(std::span<const double> weights, int n, Rng& rng) {
  std::vector<int> copies(weights.size(), 0);
  if (weights.empty()) return copies;
  const auto cumulated = cumulate(weights);
  const double offset = rng.uniform();
  for (int i = 0; i < n; ++i) ++copies[particle_at(cumulated, (i + offset) / n)];
  return copies;
}

}  // namespace reckon
