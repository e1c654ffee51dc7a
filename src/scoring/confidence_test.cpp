#include "scoring/confidence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace reckon {
namespace {

constexpr std::size_t kSpikes = 5000;  // distance between values of another size, which make sums drift

std::vector<double> rough(std::size_t n) {
  std::vector<double> values;
  std::uint64_t state = 7;
  for (std::size_t i = 0; i < n; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const double unit = static_cast<double>(state >> 11) * 0x1.0p-53;
    values.push_back(i % kSpikes == 0 ? 1e10 * unit : unit);
  }
  return values;
}

// Exact as soon as a spike has left the window and the window was filled once more.
TEST(SlidingMean, DoesNotDriftOver100000Steps) {
  const auto values = rough(100000);
  for (std::size_t window : {1u, 7u, 16u, 2048u}) {
    SlidingMean sliding(window);
    for (std::size_t i = 0; i < values.size(); ++i) {
      sliding.add(values[i]);
      ASSERT_EQ(sliding.full(), i + 1 >= window);
      const bool settled = i % kSpikes > 2 * window;
      if (!settled || (i % 97 != 0 && i + 1 != values.size())) continue;
      const double sum = std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(i + 1 - window),
                                         values.begin() + static_cast<std::ptrdiff_t>(i + 1), 0.0);
      ASSERT_NEAR(sliding.mean(), sum / static_cast<double>(window), 1e-11) << "window " << window << ", step " << i;
    }
  }
}

TEST(SlidingMean, RecoversAfterAHugeValueHasLeft) {
  SlidingMean sliding(4);
  sliding.add(1e17);
  for (int i = 0; i < 8; ++i) sliding.add(1.0);
  EXPECT_EQ(sliding.mean(), 1.0);
}

const std::vector<float> kTrace{4, 2, 6, 1, 3, 8};

TEST(TraceConfidence, HandMadeTrace) {
  EXPECT_EQ(group_confidences(kTrace, 2), (std::vector<double>{3, 4, 3.5, 2, 5.5}));
  EXPECT_DOUBLE_EQ(mean_confidence(kTrace), 4.0);
  EXPECT_DOUBLE_EQ(lowest_group_confidence(kTrace, 2), 2.0);
  EXPECT_DOUBLE_EQ(bottom_share_confidence(kTrace, 2, 0.4), 2.5);  // groups 2 and 3
  EXPECT_DOUBLE_EQ(bottom_share_confidence(kTrace, 2, 0.1), 2.0);  // at least one group
  EXPECT_DOUBLE_EQ(tail_confidence(kTrace, 2), 5.5);
}

TEST(TraceConfidence, ATraceShorterThanTheWindowIsOneGroup) {
  for (const std::size_t window : {6u, 7u, 100u}) {
    EXPECT_EQ(group_confidences(kTrace, window), std::vector<double>{4.0});
    EXPECT_DOUBLE_EQ(lowest_group_confidence(kTrace, window), 4.0);
    EXPECT_DOUBLE_EQ(tail_confidence(kTrace, window), 4.0);
  }
  EXPECT_DOUBLE_EQ(lowest_group_confidence({}, 16), 0.0);
  EXPECT_DOUBLE_EQ(bottom_share_confidence({}, 16, 0.1), 0.0);
  EXPECT_DOUBLE_EQ(tail_confidence({}, 16), 0.0);
}

TEST(ConfidenceWindow, AFifthOfTheMedianButAtLeast16) {
  EXPECT_EQ(confidence_window({}), 16u);
  EXPECT_EQ(confidence_window({10, 20, 3000}), 16u);
  EXPECT_EQ(confidence_window({500, 100, 300}), 60u);
  EXPECT_EQ(confidence_window({100, 200, 300, 400}), 50u);
}

TEST(Percentile, InterpolatesBetweenRanks) {
  const std::vector<double> values{40, 10, 30, 20, 50};
  EXPECT_DOUBLE_EQ(percentile(values, 0), 10);
  EXPECT_DOUBLE_EQ(percentile(values, 10), 14);
  EXPECT_DOUBLE_EQ(percentile(values, 50), 30);
  EXPECT_DOUBLE_EQ(percentile(values, 90), 46);
  EXPECT_DOUBLE_EQ(percentile(values, 100), 50);
  EXPECT_DOUBLE_EQ(percentile({7}, 90), 7);
  EXPECT_DOUBLE_EQ(percentile({}, 90), 0);
}

TEST(IsBelow, IgnoresRounding) {
  EXPECT_TRUE(is_below(9.99, 10.0));
  EXPECT_FALSE(is_below(10.0, 10.0));
  EXPECT_FALSE(is_below(std::nextafter(95.0, 0.0), 95.0));
}

}  // namespace
}  // namespace reckon
