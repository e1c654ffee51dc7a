#include "scoring/confidence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace reckon {

void SlidingMean::add(double value) {
  if (!full()) {
    values_.push_back(value);
    sum_ += value;
    return;
  }
  sum_ += value - values_[oldest_];
  values_[oldest_] = value;
  oldest_ = (oldest_ + 1) % window_;
  if (oldest_ == 0) sum_ = std::accumulate(values_.begin(), values_.end(), 0.0);
}

std::vector<double> group_confidences(std::span<const float> confidences, std::size_t window) {
  std::vector<double> groups;
  if (confidences.empty()) return groups;
  SlidingMean group(window);
  for (float confidence : confidences) {
    group.add(confidence);
    if (group.full()) groups.push_back(group.mean());
  }
  if (groups.empty()) groups.push_back(group.mean());
  return groups;
}

double mean_confidence(std::span<const float> confidences) {
  if (confidences.empty()) return 0.0;
  return std::accumulate(confidences.begin(), confidences.end(), 0.0) / static_cast<double>(confidences.size());
}

double lowest_group_confidence(std::span<const float> confidences, std::size_t window) {
  const auto groups = group_confidences(confidences, window);
  return groups.empty() ? 0.0 : *std::ranges::min_element(groups);
}

double bottom_share_confidence(std::span<const float> confidences, std::size_t window, double share) {
  auto groups = group_confidences(confidences, window);
  if (groups.empty()) return 0.0;
  const auto wanted = static_cast<std::size_t>(share * static_cast<double>(groups.size()));
  const std::size_t count = std::clamp<std::size_t>(wanted, 1, groups.size());
  std::ranges::sort(groups);
  return std::accumulate(groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(count), 0.0) /
         static_cast<double>(count);
}

double tail_confidence(std::span<const float> confidences, std::size_t window) {
  return mean_confidence(confidences.last(std::min(confidences.size(), std::max<std::size_t>(window, 1))));
}

std::size_t confidence_window(std::vector<std::size_t> lengths) {
  constexpr std::size_t kLeast = 16;
  if (lengths.empty()) return kLeast;
  std::ranges::sort(lengths);
  const std::size_t middle = lengths.size() / 2;
  const std::size_t twice_median =
      lengths.size() % 2 == 1 ? 2 * lengths[middle] : lengths[middle - 1] + lengths[middle];
  return std::max(kLeast, twice_median / 10);
}

double percentile(std::vector<double> values, double percent) {
  if (values.empty()) return 0.0;
  std::ranges::sort(values);
  const double rank = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (rank - static_cast<double>(below));
}

bool is_below(double score, double threshold) {
  return score < threshold - 1e-9 * std::max(1.0, std::abs(threshold));
}

}  // namespace reckon
