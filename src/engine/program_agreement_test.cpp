#include <functional>

#include "engine/search_test_support.h"
#include "programs/program_runner.h"

namespace reckon {
namespace {

using namespace testing_support;

constexpr const char* kProgramSign = "Write a Python 3 program";

// Texts that are wrong more often than right, and programs.
std::shared_ptr<FakeModel> writing(const std::vector<FakeReply>& programs) {
  return staged({{0.6, "I guess. The answer is 41"}, {0.3, "The answer is 42"}, {0.1, "Nothing comes to mind"}}, {{kProgramSign, programs}});
}

class ProgramAgreement : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto runner = ProgramRunner::shared(); !runner.ok()) GTEST_SKIP() << runner.status().to_string();
  }
  static SolveResult solve(const std::shared_ptr<FakeModel>& model, std::map<std::string, std::string> options = {}, const PluginChoice& strategy = {"best_of_n", {{"samples", "12"}}},
                           const std::function<void(SolveRequest&)>& change = [](SolveRequest&) {}) {
    SolveRequest request;
    request.task.question = "What is six times seven?";
    request.strategy = strategy;
    request.prompt = {"direct", {}};
    request.scorer = {"program_agreement", std::move(options)};
    request.sampling.temperature = 1.0;
    request.seed = 3;
    change(request);
    auto engine = make_engine(model, {.slots = 8, .threads = 2, .deterministic = true});
    auto result = engine->solve(request);
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(engine->scheduler().live_sequences(), 0);
    return std::move(result).value();
  }
};

TEST_F(ProgramAgreement, WhatProgramsPrintOutweighsTheMajority) {
  const auto model = writing({{0.5, "```python\nprint(6 * 7)\n```"}, {0.5, "```python\nprint(6 * 7.0)\n```"}});
  EXPECT_EQ(solve(model, {{"weight", "0"}}).answer.text, "41") << "a plain vote";
  const auto result = solve(model);
  EXPECT_EQ(result.answer.text, "42") << "42 and 42.0 are one answer";
  EXPECT_EQ(result.bill.traces, 12 + 4);
  EXPECT_EQ(result.bill.scoring_calls, 0) << "programs are written, and billed as such";
  EXPECT_EQ(result.bill.depth, 2);
  EXPECT_EQ(result.answer.traces, 12) << "a program is no answer to choose";
}

TEST_F(ProgramAgreement, ScoresAreByTheFormula) {
  const auto result = solve(writing({{1.0, "```python\nprint(42)\n```"}}), {{"programs", "3"}, {"weight", "2"}});
  for (const auto& trace : result.answer.pool) {
    ASSERT_TRUE(trace.score.has_value());
    EXPECT_DOUBLE_EQ(trace.score->value, trace.answer == "42" ? 7.0 / 8.0 : 1.0 / 8.0) << trace.answer;
  }
}

TEST_F(ProgramAgreement, ProgramsThatFailLeaveAPlainVote) {
  const auto result = solve(writing({{0.5, "```python\nprint(x)\n```"}, {0.5, "I write no program"}}));
  EXPECT_EQ(result.answer.text, "41");
  EXPECT_EQ(result.bill.parse_failures, 4);
}

TEST_F(ProgramAgreement, AtTemperature0OneProgramIsAllOfThem) {
  const auto model = staged({{1.0, "The answer is 42"}}, {{kProgramSign, {{1.0, "```python\nprint(42)\n```"}}}});
  const auto result = solve(model, {}, {"best_of_n", {{"samples", "2"}}}, [](SolveRequest& request) { request.sampling.temperature = 0.0; });
  EXPECT_DOUBLE_EQ(result.answer.pool.front().score->value, 2.0 / 3.0);
  EXPECT_EQ(result.answer.pool.front().score->reason, "1 of 1 programs print it");
  ASSERT_FALSE(result.answer.warnings.empty());
  EXPECT_NE(result.answer.warnings.back().find("at temperature 0"), std::string::npos) << result.answer.warnings.back();
}

TEST_F(ProgramAgreement, RepliesThatTheBudgetCutSayNothing) {
  const auto model = writing({{1.0, "```python\nprint(42)\n```"}});
  const std::int64_t whole = solve(model).bill.generated();
  const auto result = solve(model, {}, {"best_of_n", {{"samples", "12"}}}, [&](SolveRequest& request) { request.caps.generated_tokens = whole - 6; });
  EXPECT_EQ(result.answer.text, "41") << "a plain vote";
  EXPECT_EQ(result.bill.parse_failures, 0);
  for (const auto& trace : result.answer.pool) EXPECT_DOUBLE_EQ(trace.score.value_or(Score{}).value, 0.5);
}

// A search that scores again and again has the programs written once.
TEST_F(ProgramAgreement, TheProgramsOfARunAreWrittenOnce) {
  const auto model = writing({{1.0, "```python\nprint(42)\n```"}});
  const auto result = solve(model, {}, {"ab_mcts", {{"nodes", "6"}}});
  EXPECT_EQ(result.bill.traces, 6 + 4);
}

}  // namespace
}  // namespace reckon
