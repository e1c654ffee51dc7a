#include "bench/budget_control.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace reckon {
namespace {

TEST(BudgetControl, ControlCountsTheLimitItselfAsWithin) {
  const std::vector<LimitedAnswer> answers = {{64, 64}, {65, 64}, {0, 0}, {100, 128}};
  EXPECT_DOUBLE_EQ(budget_control(answers).value(), 0.75);
  EXPECT_FALSE(budget_control({}).has_value());
}

TEST(BudgetControl, ScalingIsTheMeanOfAllPairwiseSlopes) {
  // (100, 0.2) (200, 0.5) (400, 0.4): 0.3/100, 0.2/300, -0.1/200.
  const std::vector<BudgetPoint> points = {{100, 0.2}, {200, 0.5}, {400, 0.4}};
  const auto scaling = budget_scaling(points);
  ASSERT_TRUE(scaling.has_value());
  EXPECT_EQ(scaling->pairs, 3u);
  EXPECT_NEAR(scaling->slope, (0.003 + 0.2 / 300 - 0.0005) / 3, 1e-15);
  // The order of the points does not matter.
  const std::vector<BudgetPoint> shuffled = {points[2], points[0], points[1]};
  EXPECT_NEAR(budget_scaling(shuffled)->slope, scaling->slope, 1e-15);
}

TEST(BudgetControl, ScalingIsNegativeWhenMoreThinkingDoesHarm) {
  const std::array<BudgetPoint, 2> points = {{{1000, 0.5}, {3000, 0.3}}};
  EXPECT_NEAR(budget_scaling(points)->slope, -0.0001, 1e-15);
}

TEST(BudgetControl, ScalingNeedsTwoDifferentAmounts) {
  EXPECT_FALSE(budget_scaling({}).has_value());
  const std::array<BudgetPoint, 2> equal = {{{0, 0.5}, {0, 0.3}}};
  EXPECT_FALSE(budget_scaling(equal).has_value());
  const std::array<BudgetPoint, 3> two_equal = {{{0, 0.5}, {0, 0.3}, {10, 0.6}}};
  EXPECT_EQ(budget_scaling(two_equal)->pairs, 2u);
  EXPECT_NEAR(budget_scaling(two_equal)->slope, (0.01 + 0.03) / 2, 1e-15);
}

TEST(BudgetControl, PerformanceIsTheFirstBestPoint) {
  const std::vector<BudgetPoint> points = {{1, 0.1}, {2, 0.4}, {3, 0.4}, {4, 0.2}};
  EXPECT_EQ(budget_performance(points), 1u);
  EXPECT_FALSE(budget_performance({}).has_value());
}

TEST(BudgetControl, LimitsComeFromNumbersOfThinkingSettings) {
  EXPECT_EQ(thinking_limit("think", "64"), 64.0);
  EXPECT_EQ(thinking_limit("budget.cap", "0"), 0.0);
  EXPECT_EQ(thinking_limit("cap", "12"), 12.0);
  for (const char* word : {"on", "off", "", "64k", "-1"}) EXPECT_FALSE(thinking_limit("think", word)) << word;
  EXPECT_EQ(thinking_limit("length.amount", "128"), 128.0);
  EXPECT_EQ(thinking_limit("limit", "128"), 128.0);
  for (const char* name : {"wait", "temperature", "recap", "max_tokens", "class"})
    EXPECT_FALSE(thinking_limit(name, "64")) << name;
  for (const char* name : {"amount", "length.class", "rejection.limit"}) EXPECT_TRUE(controls_length(name)) << name;
  for (const char* name : {"think", "budget.cap", "wait", "unlimit"}) EXPECT_FALSE(controls_length(name)) << name;
}

}  // namespace
}  // namespace reckon
