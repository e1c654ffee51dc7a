#include "bench/difficulty.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

BenchResult answer(const std::string& row, std::uint64_t seed, bool right) {
  BenchResult result;
  result.configuration = "vote";
  result.row_id = row;
  result.seed = seed;
  result.correct = right;
  return result;
}

std::vector<const BenchResult*> pointers(const std::vector<BenchResult>& results) {
  std::vector<const BenchResult*> all;
  for (const auto& result : results) all.push_back(&result);
  return all;
}

TEST(Difficulty, OracleIsTheShareOfRightAnswers) {
  std::vector<BenchResult> results = {answer("a", 0, true), answer("a", 1, false), answer("b", 0, true),
                                      answer("b", 1, true)};
  results[3].error = "gone";  // wrong, whatever else it says
  results[2].correct = true;
  const auto ease = estimate_ease(pointers(results), DifficultySource::oracle);
  ASSERT_TRUE(ease.ok());
  ASSERT_EQ(ease->size(), 2U);
  EXPECT_DOUBLE_EQ(ease->at(0).value, 0.5);
  EXPECT_DOUBLE_EQ(ease->at(1).value, 0.5);
  EXPECT_FALSE(estimate_ease({}, DifficultySource::oracle).ok());
}

TEST(Difficulty, PredictedIsTheMeanAgreement) {
  std::vector<BenchResult> results = {answer("a", 0, true), answer("a", 1, false)};
  results[0].agreement = 0.75;
  EXPECT_FALSE(estimate_ease(pointers(results), DifficultySource::predicted).ok());  // one without a vote
  results[1].agreement = 0.25;
  EXPECT_DOUBLE_EQ(estimate_ease(pointers(results), DifficultySource::predicted)->at(0).value, 0.5);
}

TEST(Difficulty, QuantilesAreEqualAndMonotone) {
  std::vector<Ease> rows;
  for (int i = 0; i < 13; ++i) rows.push_back({std::string(1, static_cast<char>('a' + i)), (i * 5 % 13) / 13.0});
  const auto bins = bin_by_quantile(rows, 5);
  ASSERT_EQ(bins.size(), 5U);
  std::size_t all = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    EXPECT_GE(bins[i].rows.size(), 2U);
    EXPECT_LE(bins[i].rows.size(), 3U);
    EXPECT_GE(bins[i].most, bins[i].least);
    if (i > 0) {
      EXPECT_GE(bins[i - 1].least, bins[i].most);
    }
    all += bins[i].rows.size();
  }
  EXPECT_EQ(all, 13U);
  EXPECT_DOUBLE_EQ(bins[0].most, 12.0 / 13);
}

TEST(Difficulty, FewerRowsThanBinsAndEquals) {
  const auto bins = bin_by_quantile({{"b", 0.5}, {"a", 0.5}}, 5);
  ASSERT_EQ(bins.size(), 2U);
  EXPECT_EQ(bins[0].rows, std::vector<std::string>{"a"});
  EXPECT_EQ(bins[1].rows, std::vector<std::string>{"b"});
  EXPECT_TRUE(bin_by_quantile({}, 5).empty());
}

TEST(Difficulty, ThresholdsDoNotFollowTheData) {
  const auto bins = bin_by_threshold({{"a", 0.5}, {"b", 0.49}, {"c", 0.1}, {"d", 0.09}, {"e", 1.0}});
  ASSERT_EQ(bins.size(), 3U);
  EXPECT_EQ(bins[0].rows, (std::vector<std::string>{"e", "a"}));
  EXPECT_EQ(bins[1].rows, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(bins[2].rows, std::vector<std::string>{"d"});
  const auto easy = bin_by_threshold({{"a", 0.9}, {"b", 0.8}});
  EXPECT_EQ(easy[0].rows.size(), 2U);
  EXPECT_TRUE(easy[1].rows.empty() && easy[2].rows.empty());
}

}  // namespace
}  // namespace reckon
