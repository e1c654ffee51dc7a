// That a replay gives what a run of its own gives, answer and bill, is tested where results are stored:
// apps/cli/bench_program_test.cpp.
#include "engine/recorded_traces.h"

#include "engine/test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// Traces of the given lengths with the given answers, as sure of each token as `confidence` says.
std::vector<PooledTrace> traces_of(const std::vector<std::pair<std::string, std::int64_t>>& traces, double confidence = 5.0) {
  std::vector<PooledTrace> pool;
  for (const auto& [answer, generated] : traces) {
    pool.push_back({.answer = answer, .generated = generated});
    for (std::int64_t i = 0; i < generated; ++i) pool.back().stats.add({.confidence = confidence});
  }
  return pool;
}

class RecordedTraces : public ::testing::Test {
 protected:
  Result<SolveResult> solve(const std::string& strategy, const std::map<std::string, std::string>& options, const std::string& scorer = "",
                            const std::map<std::string, std::string>& scorer_options = {}) {
    SolveRequest request;
    request.task.question = "?";
    request.strategy = {strategy, options};
    request.scorer = {scorer, scorer_options};
    request.sampling.temperature = 1.0;
    return solve_recorded(*engine, request, traces);
  }
  std::unique_ptr<Engine> engine = make_engine(six_times_seven());
  std::vector<PooledTrace> traces;
};

TEST_F(RecordedTraces, AVoteOfTheFirstFew) {
  traces = traces_of({{"5", 10}, {"4", 20}, {"4", 5}, {"5", 7}, {"5", 1}});
  const auto two = solve("vote", {{"samples", "2"}}).value();
  EXPECT_EQ(two.answer.text, "5");  // a tie goes to the answer seen first
  EXPECT_EQ(two.bill.generated(), 30);
  EXPECT_EQ(two.bill.cancelled, 0);
  const auto three = solve("vote", {{"samples", "3"}}).value();
  EXPECT_EQ(three.answer.text, "4");
  EXPECT_NEAR(three.answer.agreement, 2.0 / 3.0, 1e-12);
  EXPECT_EQ(solve("vote", {{"samples", "5"}}).value().bill.generated(), 43);
  EXPECT_EQ(solve("laconic", {{"samples", "3"}}).value().answer.text, "4");
}

// Two at a time: 0 in [0, 10), 1 in [0, 4), 2 in [4, 9), 3 in [9, 12), 4 in [10, 30).
TEST_F(RecordedTraces, AStopCostsWhatRunsThen) {
  traces = traces_of({{"4", 10}, {"4", 4}, {"4", 5}, {"5", 3}, {"5", 20}});
  // Three of five agree once trace 0, the last of the three to end, is there, at 10; trace 3 has written 1.
  const auto vote = solve("adaptive_vote", {{"samples", "5"}, {"window", "2"}, {"rule", "none"}}).value();
  EXPECT_EQ(vote.answer.traces, 3);
  EXPECT_EQ(vote.bill.generated(), 10 + 4 + 5 + 1);
  EXPECT_EQ(vote.bill.cancelled, 1);
  EXPECT_EQ(vote.answer.agreement, 1.0);
}

TEST_F(RecordedTraces, AControllerGivesUpATraceAtTheTokenThatTellsIt) {
  traces = traces_of({{"4", 40}, {"4", 40}, {"5", 40}});
  auto& doubts = traces[2].stats.confidences;
  std::fill(doubts.begin() + 10, doubts.end(), 1.0F);
  const auto vote = solve("deepconf", {{"samples", "3"}, {"warmup", "2"}, {"window", "4"}}).value();
  EXPECT_EQ(vote.answer.text, "4");
  EXPECT_EQ(vote.bill.cancelled, 11);  // the window's mean falls with the first doubt
  EXPECT_EQ(vote.bill.tokens.generated(), 80);
}

TEST_F(RecordedTraces, NobodyHasAnAnswer) {
  traces = traces_of({{"", 3}, {"", 4}});
  const auto vote = solve("adaptive_vote", {{"samples", "2"}}).value();
  EXPECT_EQ(vote.answer.text, "");
  EXPECT_EQ(vote.answer.agreement, 0.0);
  EXPECT_EQ(vote.bill.generated(), 7);
}

TEST_F(RecordedTraces, WhatIsNotKnownIsAnError) {
  traces = traces_of({{"4", 3}, {"5", 4}});
  EXPECT_EQ(solve("vote", {{"samples", "3"}}).status().kind(), ErrorKind::invalid_argument);
  EXPECT_EQ(solve("beam", {{"beams", "2"}, {"width", "1"}}, "confidence").status().kind(), ErrorKind::unsupported);
  EXPECT_EQ(solve("usc", {{"samples", "2"}}).status().kind(), ErrorKind::unsupported);
  EXPECT_EQ(solve("best_of_n", {{"samples", "2"}}, "answer_probe").status().kind(), ErrorKind::not_found);
  EXPECT_TRUE(solve("best_of_n", {{"samples", "2"}}, "confidence").ok());
  traces[1].stats = {};
  EXPECT_EQ(solve("best_of_n", {{"samples", "2"}}, "confidence").status().kind(), ErrorKind::not_found);
  EXPECT_TRUE(solve("vote", {{"samples", "2"}}).ok());
}

// The first two of three, as the scorer that read their texts ranked them.
TEST_F(RecordedTraces, ScoresThatWereRecordedRankThem) {
  traces = traces_of({{"4", 3}, {"5", 4}, {"4", 5}});
  const std::vector<double> values = {0.3, 0.5, 0.9};
  for (std::size_t i = 0; i < traces.size(); ++i) {
    traces[i].stats = {};
    traces[i].score = Score{.value = values[i], .calibrated = true};
  }
  EXPECT_EQ(solve("best_of_n", {{"samples", "2"}, {"select", "max"}}, "answer_probe").value().answer.text, "5");
  EXPECT_EQ(solve("best_of_n", {{"samples", "3"}, {"select", "max"}}, "answer_probe").value().answer.text, "4");
  const auto weighted = solve("best_of_n", {{"samples", "3"}}, "answer_probe").value();
  EXPECT_EQ(weighted.answer.text, "4");
  EXPECT_NEAR(weighted.answer.shares[0].weight, 1.2, 1e-12) << "calibrated scores weigh as they are";
  EXPECT_EQ(weighted.answer.pool[1].score, traces[1].score);
  // A judge of lists would say something else of fewer traces.
  EXPECT_EQ(solve("best_of_n", {{"samples", "2"}, {"select", "max"}}, "judge", {{"form", "pairwise"}}).status().kind(), ErrorKind::unsupported);
  traces[2].score->value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(solve("best_of_n", {{"samples", "3"}, {"select", "max"}}, "answer_probe").value().answer.text, "5");
  traces[2].score = std::nullopt;
  EXPECT_EQ(solve("best_of_n", {{"samples", "2"}}, "answer_probe").status().kind(), ErrorKind::not_found);
}

// All of 2502.06703's: the majority, and the last, the least and the mean of the steps, each by maximum and by sum.
TEST_F(RecordedTraces, OneRunGivesEveryScoringAndVotingMethod) {
  traces = traces_of({{"1", 3}, {"1", 3}, {"2", 3}, {"3", 3}, {"4", 3}, {"5", 3}, {"6", 3}});
  const std::vector<std::vector<double>> steps = {{0.1, 0.6}, {0.1, 0.6}, {0.2, 0.95}, {0.5, 0.5}, {}, {0.48, 0.6}, {0.45, 0.85, 0.5}};
  for (std::size_t i = 0; i < traces.size(); ++i) {
    traces[i].stats = {};
    traces[i].score = Score{.value = i == 4 ? 1.0 : 0.0, .calibrated = true, .steps = steps[i]};
  }
  const auto answer = [this](const char* aggregate, const char* select) {
    return solve("best_of_n", {{"samples", "7"}, {"aggregate", aggregate}, {"select", select}}, "answer_probe").value().answer.text;
  };
  EXPECT_EQ(answer("trace", "vote"), "1");
  EXPECT_EQ(answer("last", "max"), "2");
  EXPECT_EQ(answer("last", "weighted"), "1");
  EXPECT_EQ(answer("min", "max"), "3");
  EXPECT_EQ(answer("min", "weighted"), "3");
  EXPECT_EQ(answer("mean", "max"), "6");
  EXPECT_EQ(answer("mean", "weighted"), "1");
  EXPECT_EQ(answer("prod", "max"), "5");
  EXPECT_EQ(answer("trace", "max"), "4");
  for (auto& trace : traces) trace.score->steps.clear();
  const auto whole = solve("best_of_n", {{"samples", "7"}, {"aggregate", "min"}, {"select", "max"}}, "answer_probe").value();
  EXPECT_EQ(whole.answer.text, "4");
  EXPECT_EQ(whole.answer.warnings.size(), 1U);
}

}  // namespace
}  // namespace reckon
