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

ReplayRule rule(const std::string& text) {
  const auto rules = parse_replay_rules(text);
  EXPECT_TRUE(rules.ok()) << rules.status().to_string();
  return rules.ok() ? rules->at(0) : ReplayRule{};
}

TEST(Replay, RulesAreParsed) {
  const auto rules = parse_replay_rules("first=8, beta=0.9,esc=3,consensus,beta=0.9:window=2:futility=0.25");
  ASSERT_TRUE(rules.ok()) << rules.status().to_string();
  ASSERT_EQ(rules->size(), 5U);
  EXPECT_EQ(rules->at(0).first, 8U);
  EXPECT_EQ(rules->at(1).stop.threshold, 0.9);
  EXPECT_EQ(rules->at(1).parallel, 4U);
  EXPECT_EQ(rules->at(2).stop.window, 3U);
  EXPECT_EQ(rules->at(2).parallel, 3U);
  EXPECT_EQ(rules->at(3).stop.kind, StopRule::Kind::none);
  EXPECT_EQ(rules->at(3).stop.futility, 0.0);
  EXPECT_EQ(rules->at(4).stop.threshold, 0.9);
  EXPECT_EQ(rules->at(4).stop.futility, 0.25);
  EXPECT_EQ(rules->at(4).parallel, 2U);
  for (const char* bad : {"", "first", "first=0", "first=1.5", "first=x", "first=nan", "esc=inf", "beta=0.4", "beta=nan", "esc=1", "consensus=1", "first=2,", "first=2:futility=0.3", "beta=0.9:", "beta=0.9:futility=2", "beta=0.9:other=0.3", "beta=0.9:window=0", "esc=4:window=2"}) {
    EXPECT_EQ(parse_replay_rules(bad).status().kind(), ErrorKind::invalid_argument) << bad;
  }
}

TEST(Replay, AVoteOfTheFirstFew) {
  const auto pool = pool_of({{"5", 10}, {"4", 20}, {"4", 5}, {"5", 7}, {"5", 1}});
  const ReplayedVote two = replay(pool, rule("first=2"));
  EXPECT_EQ(two.chosen, 0U);  // a tie goes to the answer seen first
  EXPECT_EQ(two.generated, 30);
  EXPECT_EQ(two.cancelled, 0);
  const ReplayedVote three = replay(pool, rule("first=3"));
  EXPECT_EQ(three.chosen, 1U);
  EXPECT_NEAR(three.agreement, 2.0 / 3.0, 1e-12);
  EXPECT_EQ(replay(pool, rule("first=5")).generated, 43);
}

// Two at a time: 0 in [0, 10), 1 in [0, 4), 2 in [4, 9), 3 in [9, 12), 4 in [10, 30).
TEST(Replay, AStopCostsWhatRunsThen) {
  ReplayRule pairs = rule("consensus");
  pairs.parallel = 2;
  const auto pool = pool_of({{"4", 10}, {"4", 4}, {"4", 5}, {"5", 3}, {"5", 20}});
  // Three of five agree once trace 0, the last of the three to end, is there, at 10; trace 3 has written 1.
  const ReplayedVote vote = replay(pool, pairs);
  EXPECT_EQ(vote.seen, 3U);
  EXPECT_EQ(vote.generated, 10 + 4 + 5 + 1);
  EXPECT_EQ(vote.cancelled, 1);
  EXPECT_EQ(vote.agreement, 1.0);
}

TEST(Replay, NobodyHasAnAnswer) {
  const ReplayedVote vote = replay(pool_of({{"", 3}, {"", 4}}), rule("beta=0.95"));
  EXPECT_EQ(vote.chosen, 0U);
  EXPECT_EQ(vote.agreement, 0.0);
  EXPECT_EQ(vote.generated, 7);
}

TEST(Replay, ConfigurationsAreAddedBesideTheirVote) {
  BenchMatrix matrix;
  matrix.configurations = {{"vote", R"({"samples":3})"}, {"single", "{}"}, {"ragged", "{}"}};
  BenchRun run;
  const auto add = [&](const std::string& configuration, const std::string& row, std::vector<BenchTrace> pool) {
    BenchResult result{.configuration = configuration, .row_id = row, .seed = 3, .pool = std::move(pool)};
    for (const auto& trace : result.pool) result.tokens.sampled += trace.generated;
    result.policy_flops = 2.0 * static_cast<double>(result.tokens.sampled);
    run.results.push_back(std::move(result));
  };
  add("vote", "a", pool_of({{"4", 1}, {"5", 2}, {"5", 3}}));
  add("single", "a", pool_of({{"4", 1}}));
  add("ragged", "a", pool_of({{"4", 1}, {"5", 2}}));
  add("ragged", "b", pool_of({{"4", 1}, {"5", 2}, {"5", 2}}));
  const auto rules = parse_replay_rules("first=1,first=2,first=4");
  ASSERT_TRUE(rules.ok());
  EXPECT_EQ(add_replays(matrix, run, *rules), (std::vector<std::string>{"vote first=1", "vote first=2"}));
  ASSERT_EQ(matrix.configurations.size(), 5U);
  EXPECT_EQ(matrix.configurations[1].name, "vote first=1");
  EXPECT_EQ(matrix.configurations[1].settings, R"({"replay":"first=1","samples":3})");
  ASSERT_EQ(run.results.size(), 6U);
  const BenchResult& one = run.results[4];
  EXPECT_EQ(one.configuration, "vote first=1");
  EXPECT_EQ(one.row_id, "a");
  EXPECT_EQ(one.seed, 3U);
  EXPECT_EQ(one.answer, "4");
  EXPECT_TRUE(one.correct);
  EXPECT_EQ(one.any_correct, true);
  EXPECT_EQ(one.tokens.generated(), 1);
  EXPECT_EQ(one.policy_flops, 2.0);
}

}  // namespace
}  // namespace reckon
