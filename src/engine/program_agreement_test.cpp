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
  static SolveResult solve(const std::shared_ptr<FakeModel>& model, std::map<std::string, std::string> options = {}, const PluginChoice& strategy = {"best_of_n", {{"samples", "12"}}}) {
    SolveRequest request;
    request.task.question = "What is six times seven?";
    request.strategy = strategy;
    request.prompt = {"direct", {}};
    request.scorer = {"program_agreement", std::move(options)};
    request.sampling.temperature = 1.0;
    request.seed = 3;
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
    EXPECT_DOUBLE_EQ(trace.score->value, trace.answer == "42" ? 1.0 : 1.0 / 7.0) << trace.answer;
  }
}

TEST_F(ProgramAgreement, ProgramsThatFailLeaveAPlainVote) {
  const auto result = solve(writing({{0.5, "```python\nprint(x)\n```"}, {0.5, "I write no program"}}));
  EXPECT_EQ(result.answer.text, "41");
  EXPECT_EQ(result.bill.parse_failures, 4);
}

// A search that scores again and again has the programs written once.
TEST_F(ProgramAgreement, TheProgramsOfARunAreWrittenOnce) {
  const auto model = writing({{1.0, "```python\nprint(42)\n```"}});
  const auto result = solve(model, {}, {"ab_mcts", {{"nodes", "6"}}});
  EXPECT_EQ(result.bill.traces, 6 + 4);
}

}  // namespace
}  // namespace reckon
