#include "bench/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace reckon::statistics {
namespace {

TEST(Statistics, NormalQuantile) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(0.5), 0.0, 1e-12);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167813, 1e-10);
}

TEST(Statistics, WilsonAgainstHandValues) {
  // n = 10, k = 1, z = 1.96: centre (0.1 + 0.19207) / 1.38415, half 0.19348; Wilson's closed form.
  const auto tenth = wilson_interval(1, 10);
  EXPECT_NEAR(tenth.low, 0.01787621, 1e-7);
  EXPECT_NEAR(tenth.high, 0.40415002, 1e-7);
  // Symmetric at one half: 0.5 +- z / (2 sqrt(n + z^2)) = 0.5 +- 0.0961685 for n = 100.
  const auto half = wilson_interval(50, 100);
  EXPECT_NEAR(half.low, 0.4038315, 1e-6);
  EXPECT_NEAR(half.high, 0.5961685, 1e-6);
  // k = 0: [0, z^2 / (n + z^2)].
  const auto zero = wilson_interval(0, 20);
  EXPECT_EQ(zero.low, 0.0);
  EXPECT_NEAR(zero.high, 3.8414588 / 23.8414588, 1e-7);
  EXPECT_EQ(wilson_interval(20, 20).high, 1.0);
  EXPECT_EQ(wilson_interval(0, 0).low, 0.0);
  EXPECT_EQ(wilson_interval(0, 0).high, 1.0);
  EXPECT_LT(wilson_interval(50, 100, 0.8).high, half.high);
}

TEST(Statistics, MeansAndPercentiles) {
  const std::vector<double> values = {4, 1, 3, 2};
  EXPECT_DOUBLE_EQ(mean(values), 2.5);
  EXPECT_NEAR(standard_deviation(values), 1.2909944487358056, 1e-12);
  EXPECT_DOUBLE_EQ(percentile(values, 0), 1.0);
  EXPECT_DOUBLE_EQ(percentile(values, 100), 4.0);
  EXPECT_DOUBLE_EQ(percentile(values, 50), 2.5);
  EXPECT_DOUBLE_EQ(percentile(values, 90), 3.7);
  EXPECT_DOUBLE_EQ(percentile(values, -5), 1.0);
  EXPECT_EQ(mean({}), 0.0);
  EXPECT_EQ(percentile({}, 50), 0.0);
}

TEST(Statistics, PairedDifferenceAveragesSeedsFirst) {
  // Row a: candidate (1 + 0) / 2, baseline 0. Row b: 1 and 1. Row c only on one side.
  const std::vector<Observation> candidate = {{"a", 1, 1}, {"a", 2, 0}, {"b", 1, 1}, {"c", 1, 1}};
  const std::vector<Observation> baseline = {{"a", 1, 0}, {"b", 1, 1}, {"b", 2, 1}, {"d", 1, 1}};
  const auto result = paired_difference(candidate, baseline);
  ASSERT_TRUE(result.ok());
  EXPECT_DOUBLE_EQ(result->difference, 0.25);
  EXPECT_EQ(result->rows, 2u);
  EXPECT_EQ(result->better, 1u);
  EXPECT_EQ(result->worse, 0u);
  // Two rows with differences 0 and 0.5: resampled means are 0, 0.25 and 0.5.
  EXPECT_DOUBLE_EQ(result->interval.low, 0.0);
  EXPECT_DOUBLE_EQ(result->interval.high, 0.5);
}

TEST(Statistics, PairedDifferenceIsDeterministicAndOrderFree) {
  std::vector<Observation> candidate;
  std::vector<Observation> baseline;
  for (int row = 0; row < 40; ++row) {
    candidate.push_back({std::to_string(row), 0, row % 3 == 0 ? 1.0 : 0.0});
    baseline.push_back({std::to_string(row), 0, row % 5 == 0 ? 1.0 : 0.0});
  }
  const auto first = paired_difference(candidate, baseline, {.seed = 7});
  std::reverse(candidate.begin(), candidate.end());
  const auto second = paired_difference(candidate, baseline, {.seed = 7});
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_DOUBLE_EQ(first->difference, 6.0 / 40.0);  // 14 hits against 8
  EXPECT_EQ(first->interval.low, second->interval.low);
  EXPECT_EQ(first->interval.high, second->interval.high);
  // Normal theory: s = sqrt(sum d^2 / n - mean^2) = sqrt(16/40 - 0.0225), se = s / sqrt(40) = 0.0971.
  EXPECT_NEAR(first->interval.low, 0.15 - 1.96 * 0.0971, 0.03);
  EXPECT_NEAR(first->interval.high, 0.15 + 1.96 * 0.0971, 0.03);
}

TEST(Statistics, EqualSidesGiveExactlyZero) {
  const std::vector<Observation> same = {{"a", 0, 1}, {"b", 0, 0}};
  const auto result = paired_difference(same, same);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->interval.low, 0.0);
  EXPECT_EQ(result->interval.high, 0.0);
}

TEST(Statistics, BootstrapErrors) {
  const std::vector<Observation> a = {{"a", 0, 1}};
  const std::vector<Observation> b = {{"b", 0, 1}};
  EXPECT_EQ(paired_difference(a, b).status().kind(), ErrorKind::invalid_argument);
  EXPECT_FALSE(paired_difference(a, a, {.resamples = 0}).ok());
  EXPECT_FALSE(paired_difference(a, a, {.confidence = 1.0}).ok());
  EXPECT_FALSE(mean_over_rows({}).ok());
}

TEST(Statistics, MeanOverRowsIsWiderThanWilsonWhenSeedsAgree) {
  // Ten seeds that always agree carry the information of one: 30 rows, not 300 answers.
  std::vector<Observation> observations;
  for (int row = 0; row < 30; ++row) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      observations.push_back({std::to_string(row), seed, row % 2 == 0 ? 1.0 : 0.0});
    }
  }
  const auto result = mean_over_rows(observations);
  ASSERT_TRUE(result.ok());
  EXPECT_DOUBLE_EQ(result->mean, 0.5);
  EXPECT_EQ(result->rows, 30u);
  const auto wilson = wilson_interval(150, 300);
  EXPECT_GT(result->interval.high - result->interval.low, 2.0 * (wilson.high - wilson.low));
}

TEST(Statistics, ParetoFront) {
  const std::vector<CostAndValue> points = {{300, 0.40}, {100, 0.30}, {200, 0.25}, {100, 0.30}, {100, 0.10}, {400, 0.40}, {500, 0.50}};
  EXPECT_EQ(pareto_front(points), (std::vector<std::size_t>{1, 0, 6}));
  EXPECT_TRUE(pareto_front({}).empty());
}

}  // namespace
}  // namespace reckon::statistics
