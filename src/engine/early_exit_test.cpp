#include <gtest/gtest.h>

#include <cmath>

#include "engine/think_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// Thinks for ever, in thoughts of "abcHmm"; after "\boxed" it tries `trial`, its first token with probability
// `first` and the others with `later`.
struct Trial {
  std::string text = "{42}";
  double first = 1.0;
  double later = 1.0;
};

std::shared_ptr<FakeModel> trying(const Trial& trial, const std::string& thought = "abcHmm", bool opened = false) {
  auto vocabulary = FakeVocabulary::english();
  const auto inner = thinking_logits(vocabulary, {.steps = -1, .thought = thought});
  const TokenId boxed = vocabulary.id("\\boxed");
  Tokens said = vocabulary.tokenize(opened ? trial.text.substr(1) : trial.text, ControlTokens::parse);
  said.push_back(vocabulary.eos());
  const TokenId other = vocabulary.id("Step");
  const std::size_t skip = opened ? 1 : 0;  // the suffix has the brace already
  auto logits = [=](std::span<const TokenId> prefix, std::span<float> row) {
    const auto at = std::find(prefix.rbegin(), prefix.rend(), boxed);
    if (at == prefix.rend()) return inner(prefix, row);
    const auto written = static_cast<std::size_t>(at - prefix.rbegin()) - skip;
    const double p = written == 0 ? trial.first : trial.later;
    std::ranges::fill(row, -1e9F);
    row[static_cast<std::size_t>(said[std::min(written, said.size() - 1)])] = static_cast<float>(std::log(p));
    if (p < 1.0) row[static_cast<std::size_t>(other)] = static_cast<float>(std::log(1.0 - p));
  };
  return std::make_shared<FakeModel>(std::move(vocabulary), logits);
}

OneTrace run_with(const Trial& trial, std::map<std::string, std::string> options, std::map<std::string, std::string> budget = {{"cap", "60"}, {"soft", "none"}},
                  const std::string& thought = "abcHmm") {
  SolveRequest request;
  const bool stable = options.contains("rule");
  if (!stable) options.emplace("points", "Hmm");
  request.controllers = {{"early_exit", options}};
  return think_once(trying(trial, thought, stable), std::move(budget), request);
}

// spec: a "Wait" to come goes before an early exit.
TEST(EarlyExit, WaitsGoBeforeIt) {
  const OneTrace run = run_with({}, {}, {{"cap", "60"}, {"soft", "none"}, {"wait", "1"}});
  EXPECT_EQ(run.think().close_reason, "budget");
}

constexpr std::int64_t kSuffix = 20;  // tokens of DEER's trial text in the fake vocabulary, about

TEST(EarlyExit, ASureTrialEndsTheThinkingBeforeTheSwitchWord) {
  const OneTrace run = run_with({}, {});
  EXPECT_EQ(run.think().close_reason, "early_exit");
  EXPECT_EQ(run.think().tokens, 3);
  EXPECT_TRUE(run.text().starts_with("abc\n\n\n**Final Answer:** The answer is 42")) << run.text();
  EXPECT_EQ(run.text().find("Hmm"), std::string::npos);
  EXPECT_GT(run.result.bill.probe, 4);
  EXPECT_EQ(run.result.bill.computed(), run.computed);
  EXPECT_EQ(run.streamed, run.text());
}

TEST(EarlyExit, AnUnsureTrialLeavesTheTraceAsItWas) {
  const OneTrace probed = run_with({.later = 0.9}, {});
  const OneTrace plain = think_once(trying({}), {{"cap", "60"}, {"soft", "none"}});
  EXPECT_EQ(probed.text(), plain.text());
  EXPECT_EQ(probed.think().tokens, 60);
  EXPECT_EQ(probed.result.bill.tokens.thinking, plain.result.bill.tokens.thinking) << "trials are no thinking";
  EXPECT_EQ(plain.result.bill.probe, 0);
  EXPECT_EQ(probed.result.bill.computed(), probed.computed);
  EXPECT_EQ(probed.result.bill.generated(), plain.result.bill.generated());
}

TEST(EarlyExit, TheThresholdMustBePassedAndTheFirstTokenDoesNotCount) {
  EXPECT_EQ(run_with({.first = 0.6}, {}).think().close_reason, "early_exit");
  EXPECT_EQ(run_with({.later = 0.9}, {{"threshold", "0.89"}}).think().close_reason, "early_exit");
  EXPECT_EQ(run_with({.later = 0.9}, {{"threshold", "0.91"}}).think().close_reason, "budget");
  EXPECT_EQ(run_with({}, {{"threshold", "1"}}).think().close_reason, "budget") << "not more than 1";
}

TEST(EarlyExit, AnEmptyTrialIsNotSure) {
  EXPECT_EQ(run_with({.text = ""}, {}).think().close_reason, "budget");
}

TEST(EarlyExit, TriesOnlySoOften) {
  const auto probes = [](const std::string& trials) { return run_with({.later = 0.5}, {{"trials", trials}}).result.bill.probe; };
  const std::int64_t one = probes("1");
  EXPECT_GT(one, kSuffix / 2);
  EXPECT_EQ(probes("3"), 3 * one);
}

TEST(EarlyExit, InjectedWordsAreNoPoints) {
  SolveRequest request;
  request.controllers = {{"early_exit", {{"points", "Wait"}}}};
  const OneTrace run = think_once(Thinker{.steps = 5}, {{"wait", "3"}}, request);
  EXPECT_EQ(run.think().waits, 3);
  EXPECT_EQ(run.result.bill.probe, 0);
}

TEST(EarlyExit, TheMinimumWins) {
  const OneTrace run = run_with({}, {}, {{"cap", "60"}, {"minimum", "20"}, {"soft", "none"}});
  EXPECT_EQ(run.think().close_reason, "early_exit");
  EXPECT_EQ(run.think().tokens, 23) << "the first switch word after twenty tokens";
}

TEST(EarlyExit, StableTrialsEndTheThinking) {
  const OneTrace run = run_with({}, {{"rule", "stable"}, {"every", "8"}, {"window", "3"}});
  EXPECT_EQ(run.think().close_reason, "early_exit");
  EXPECT_EQ(run.think().tokens, 24);
  EXPECT_EQ(run.result.bill.computed(), run.computed);
}

TEST(EarlyExit, DoubtAndOpenBracesAreNotStable) {
  const std::map<std::string, std::string> rule = {{"rule", "stable"}, {"every", "8"}, {"window", "3"}};
  EXPECT_EQ(run_with({.text = "{42, no}"}, rule).think().close_reason, "budget");
  EXPECT_EQ(run_with({.text = "{42 now}"}, rule).think().close_reason, "early_exit") << "whole words only";
  EXPECT_EQ(run_with({.text = "{42"}, rule).think().close_reason, "budget");
  EXPECT_EQ(run_with({.text = "{}"}, rule).think().close_reason, "budget");
}

TEST(EarlyExit, WithTheGeometricMeanTheTrialMustEndTheThinkingItself) {
  EXPECT_EQ(run_with({}, {{"mean", "geometric"}}).think().close_reason, "budget");
  EXPECT_EQ(run_with({.text = "{42}</think>"}, {{"mean", "geometric"}}).think().close_reason, "early_exit");
  EXPECT_EQ(run_with({.text = "{42}</think>", .later = 0.9}, {{"mean", "geometric"}}).think().close_reason, "budget");
  EXPECT_EQ(run_with({.text = "{42}</think>"}, {{"mean", "geometric"}, {"trial_tokens", "4"}}).think().close_reason, "budget")
      << "it takes five tokens";
}

// "Hmm" after two letters is a switch word of three tokens: all three are withheld, and the trial saw none of them.
TEST(EarlyExit, ASwitchWordOfSeveralTokensGoesWhole) {
  const OneTrace run = run_with({}, {{"points", "bcHmm"}});
  EXPECT_EQ(run.think().close_reason, "early_exit");
  EXPECT_EQ(run.think().tokens, 1);
  EXPECT_TRUE(run.text().starts_with("a\n\n\n**Final Answer:** The answer is 42")) << run.text();
  EXPECT_EQ(run.streamed, run.text()) << "what may be taken back was not shown";
  EXPECT_EQ(run.result.bill.computed(), run.computed);
  const OneTrace unsure = run_with({.later = 0.5}, {{"points", "bcHmm"}});
  EXPECT_EQ(unsure.text(), think_once(trying({}), {{"cap", "60"}, {"soft", "none"}}).text());
  EXPECT_EQ(unsure.streamed, unsure.text());
}

TEST(EarlyExit, WhiteSpaceBeforeTheSwitchWordStays) {
  const OneTrace run = run_with({}, {}, {{"cap", "60"}, {"soft", "none"}}, "abc\n\nHmm");
  EXPECT_EQ(run.think().close_reason, "early_exit");
  EXPECT_TRUE(run.text().starts_with("abc\n\n\n\n\n**Final Answer:**")) << run.text();
}

TEST(EarlyExit, TheMinimumCountsWhatIsLeftWithoutTheSwitchWord) {
  const OneTrace run = run_with({}, {{"points", "bcHmm"}}, {{"cap", "60"}, {"minimum", "20"}, {"soft", "none"}});
  EXPECT_EQ(run.think().close_reason, "early_exit");
  EXPECT_EQ(run.think().tokens, 21);
}

TEST(EarlyExit, AThoughtThatIsOnlyASwitchWordIsNoPoint) {
  EXPECT_EQ(run_with({}, {{"points", "bcHmm"}}, {{"cap", "60"}, {"soft", "none"}}, "bcHmm").think().tokens, 3);
}

TEST(EarlyExit, BringsABudgetWithItWhenNoneIsThere) {
  auto engine = make_engine(trying({}));
  SolveRequest request;
  request.task.question = "x";
  request.strategy = {"single", {}};
  request.prompt = {"direct", {}};
  request.sampling.temperature = 0.0;
  request.controllers = {{"early_exit", {{"points", "Hmm"}}}};
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->answer.think->close_reason, "early_exit");
  EXPECT_EQ(result->answer.text, "42");
}

}  // namespace
}  // namespace reckon
