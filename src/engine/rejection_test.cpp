#include <gtest/gtest.h>

#include "engine/test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

SolveRequest request_with(int limit) {
  SolveRequest request;
  request.task.question = "How many?";
  request.strategy = {"rejection", {{"limit", std::to_string(limit)}, {"tries", "40"}}};
  request.sampling.temperature = 1.0;
  return request;
}

TEST(Rejection, TakesTheFirstTraceThatIsShortEnough) {
  const std::string longer = std::string(200, 'x') + ". The answer is 1";
  auto engine = make_engine(replying({{0.8, longer}, {0.2, "The answer is 2"}}));
  const auto result = engine->solve(request_with(50));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->answer.text, "2");
  EXPECT_LE(result->bill.generated(), 50 * result->bill.traces);
  EXPECT_TRUE(result->answer.warnings.empty());
}

TEST(Rejection, GivesUpWithAWarning) {
  auto engine = make_engine(replying({{1.0, std::string(100, 'x') + ". The answer is 1"}}));
  const auto result = engine->solve(request_with(20));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->bill.traces, 40);
  EXPECT_EQ(result->bill.generated(), 40 * 20);
  ASSERT_EQ(result->answer.warnings.size(), 1u);
}

}  // namespace
}  // namespace reckon
