#include "bench/replay.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

// Traces of the given lengths with the given answers; "4" is right.
std::vector<BenchTrace> pool_of(const std::vector<std::pair<std::string, std::int64_t>>& traces) {
  std::vector<BenchTrace> pool;
  for (const auto& [answer, generated] : traces) pool.push_back({answer, answer == "4", generated});
  return pool;
}

// Knows one rule, the first trace alone, and that "search" is no vote.
Result<Outcome> first_trace(const BenchResult& whole, const Configuration& replay) {
  if (replay.name == "search") return Outcome{.answer = "another"};
  if (replay.name == whole.configuration) return Outcome{.answer = whole.answer, .tokens = whole.tokens};
  if (replay.name != "first") return invalid_argument("no such rule");
  if (whole.pool.front().answer.empty()) return not_found("no statistics");
  if (whole.pool.front().answer == "odd") return invalid_argument("no luck");
  Outcome outcome{.answer = whole.pool.front().answer, .correct = whole.pool.front().correct, .any_correct = whole.pool.front().correct};
  outcome.pool = {whole.pool.front()};
  outcome.tokens.sampled = whole.pool.front().generated;
  return outcome;
}

class ReplayTest : public ::testing::Test {
 protected:
  ReplayTest() { matrix.configurations = {{"vote", R"({"samples":3})"}, {"single", "{}"}, {"ragged", "{}"}, {"search", "{}"}}; }
  void add(const std::string& configuration, const std::string& row, std::vector<BenchTrace> pool) {
    BenchResult result{.configuration = configuration, .row_id = row, .seed = 3, .pool = std::move(pool)};
    for (const auto& trace : result.pool) result.tokens.sampled += trace.generated;
    result.tokens.prefilled = 50;
    result.scoring_flops = 9.0;
    result.policy_flops = 2.0 * static_cast<double>(result.tokens.sampled);
    run.results.push_back(std::move(result));
  }
  BenchMatrix matrix;
  BenchRun run;
  std::vector<Configuration> replays = {{"first", R"({"strategy":"first"})"}, {"unknown", "{}"}};
};

TEST_F(ReplayTest, ConfigurationsAreAddedBesideTheirVote) {
  add("vote", "a", pool_of({{"4", 1}, {"5", 2}, {"5", 3}}));
  add("single", "a", pool_of({{"4", 1}}));
  add("ragged", "a", pool_of({{"4", 1}, {"5", 2}}));
  add("ragged", "b", pool_of({{"4", 1}, {"5", 2}, {"5", 2}}));
  add("search", "a", pool_of({{"4", 1}, {"5", 2}}));
  const Replayed replayed = add_replays(matrix, run, replays, first_trace);
  EXPECT_EQ(replayed.added, std::vector<std::string>{"vote first"});
  EXPECT_EQ(replayed.left_out, (std::vector<std::string>{"vote unknown: no such rule", "search: its traces are no samples that others could have drawn"}));
  ASSERT_EQ(matrix.configurations.size(), 5U);
  EXPECT_EQ(matrix.configurations[1].name, "vote first");
  EXPECT_EQ(matrix.configurations[1].settings, R"({"replayed":true,"samples":3,"strategy":"first"})");
  ASSERT_EQ(run.results.size(), 6U);
  const BenchResult& one = run.results[5];
  EXPECT_EQ(one.configuration, "vote first");
  EXPECT_EQ(one.row_id, "a");
  EXPECT_EQ(one.seed, 3U);
  EXPECT_EQ(one.answer, "4");
  EXPECT_TRUE(one.correct);
  EXPECT_EQ(one.any_correct, true);
  EXPECT_EQ(one.pool.size(), 1U);
  EXPECT_EQ(one.tokens.generated(), 1);
  EXPECT_EQ(one.tokens.prefilled, 50);
  EXPECT_EQ(one.policy_flops, 2.0);
  EXPECT_EQ(one.scoring_flops, 0.0);
}

TEST_F(ReplayTest, AnswersWithoutStatisticsAreLeftOutAndNamed) {
  add("vote", "a", pool_of({{"4", 1}, {"5", 2}}));
  add("vote", "b", pool_of({{"", 1}, {"5", 2}}));
  add("vote", "c", {});
  run.results.back().error = "broken";
  const Replayed replayed = add_replays(matrix, run, std::span(replays).first(1), first_trace);
  EXPECT_EQ(replayed.added, std::vector<std::string>{"vote first"});
  EXPECT_EQ(replayed.left_out, std::vector<std::string>{"vote first: 1 of its answers: " + not_found("no statistics").to_string()});
  ASSERT_EQ(run.results.size(), 5U);
  EXPECT_EQ(run.results[4].error, "broken");
}

TEST_F(ReplayTest, AReplayThatFailsForOneAnswerIsNone) {
  add("vote", "a", pool_of({{"4", 1}, {"5", 2}}));
  add("vote", "b", pool_of({{"odd", 1}, {"5", 2}}));
  const Replayed replayed = add_replays(matrix, run, std::span(replays).first(1), first_trace);
  EXPECT_EQ(replayed.added, std::vector<std::string>{});
  EXPECT_EQ(replayed.left_out, std::vector<std::string>{"vote first: no luck"});
  EXPECT_EQ(run.results.size(), 2U);
}

}  // namespace
}  // namespace reckon
