#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "strategies/rebase/widths.h"

namespace reckon {
namespace {

using Widths = std::vector<int>;

Widths widths(const std::vector<double>& scores, int width, double temperature) {
  return rebase_widths(scores, width, temperature);
}

TEST(RebaseWidths, ByHand) {
  // Weights 4 : 2 : 1 : 1. ceil(16 * 4/8) = 8, ceil(8 * 2/4) = 4, ceil(4 * 1/2) = 2, 2.
  EXPECT_EQ(widths({std::log(4.0), std::log(2.0), 0.0, 0.0}, 16, 1.0), (Widths{8, 4, 2, 2}));
  // Width 5: ceil(2.5) = 3, ceil(2 * 2/4) = 1, ceil(1 * 1/2) = 1, 0.
  EXPECT_EQ(widths({std::log(4.0), std::log(2.0), 0.0, 0.0}, 5, 1.0), (Widths{3, 1, 1, 0}));
  // At temperature 0.5 the weights are squared, 16 : 4 : 1 : 1: ceil(116.36) = 117, ceil(43 * 4/6) = 29, 7, 7.
  EXPECT_EQ(widths({std::log(4.0), std::log(2.0), 0.0, 0.0}, 160, 0.5), (Widths{117, 29, 7, 7}));
}

TEST(RebaseWidths, EqualScoresSplitEvenlyAndTheLimitsAreRight) {
  EXPECT_EQ(widths({0.7, 0.7, 0.7, 0.7}, 16, 0.2), (Widths{4, 4, 4, 4}));
  EXPECT_EQ(widths({0.7, 0.7, 0.7}, 9, 0.2), (Widths{3, 3, 3}));
  EXPECT_EQ(widths({0.1, 0.9, 0.5}, 12, 0.001), (Widths{0, 12, 0}));
  EXPECT_EQ(widths({0.1, 0.9, 0.5}, 14, 1000.0), (Widths{4, 5, 5})) << "even, up to rounding";
  EXPECT_EQ(widths({}, 12, 0.2), Widths{});
  EXPECT_EQ(widths({0.5, 0.6}, 0, 0.2), (Widths{0, 0}));
  const double nan = std::nan("");
  EXPECT_EQ(widths({nan, 0.5, nan}, 7, 0.2), (Widths{0, 7, 0}));
  EXPECT_EQ(widths({nan, nan}, 4, 0.2), (Widths{2, 2}));
}

TEST(RebaseWidths, SumUpToTheWidthInAnyOrder) {
  Rng rng(5);
  for (int run = 0; run < 2000; ++run) {
    std::vector<double> scores(1 + rng.below(20));
    for (double& score : scores) score = rng.uniform();
    const int width = static_cast<int>(rng.below(64));
    const double temperature = std::exp(8.0 * rng.uniform() - 5.0);
    const Widths forward = widths(scores, width, temperature);
    EXPECT_EQ(std::accumulate(forward.begin(), forward.end(), 0), width);
    std::ranges::reverse(scores);
    Widths backward = widths(scores, width, temperature);
    std::ranges::reverse(backward);
    EXPECT_EQ(forward, backward);
  }
}

}  // namespace
}  // namespace reckon
