// Trace confidence: one number for a trace from the confidences of its tokens.
//
// Source: DeepConf (Fu et al., 2508.15260, section 2). A group is a window of consecutive tokens, moved
// one token at a time; its confidence is the mean of its tokens'. A trace shorter than the window is one
// group. Confidences are in nats; higher is more confident. An empty trace scores 0.
//
// Threading: pure functions and values. Cost: O(tokens), bottom_share O(tokens log tokens).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reckon {

// The mean of the last `window` values. Its sum is made anew each time the window has been refilled, so
// that rounding errors do not add up over a long trace. Cost: O(1) a value on average.
class SlidingMean {
 public:
  explicit SlidingMean(std::size_t window) : window_(window > 0 ? window : 1) {}
  void add(double value);
  bool full() const { return values_.size() == window_; }
  double mean() const { return values_.empty() ? 0.0 : sum_ / static_cast<double>(values_.size()); }

 private:
  std::size_t window_;
  std::vector<double> values_;  // a ring once it is full
  std::size_t oldest_ = 0;
  double sum_ = 0.0;
};

// Means of all full windows in order; of the whole trace when it is shorter than one.
std::vector<double> group_confidences(std::span<const float> confidences, std::size_t window);

double mean_confidence(std::span<const float> confidences);
double lowest_group_confidence(std::span<const float> confidences, std::size_t window);
// Mean of the lowest `share` (0 to 1) of the groups, at least one.
double bottom_share_confidence(std::span<const float> confidences, std::size_t window, double share);
// Mean of the last `window` tokens.
double tail_confidence(std::span<const float> confidences, std::size_t window);

// A window for traces of these lengths: a fifth of their median, at least 16 tokens. The paper's 2048
// is meant for traces of tens of thousands of tokens.
std::size_t confidence_window(std::vector<std::size_t> lengths);

// Linear interpolation between the two nearest ranks; percent 0 to 100. 0 without values.
double percentile(std::vector<double> values, double percent);

// Clearly below: a difference that rounding alone can make does not count.
bool is_below(double score, double threshold);

}  // namespace reckon
