// Controllers whose effect shows only in a whole trace. Their own folders test the rules alone.
#include "base/random.h"
#include "engine/test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// Sentences in a random order: no exact period, but the same lines again and again.
TEST(LoopGuard, EndsCirclesThatAreNotVerbatim) {
  auto vocabulary = FakeVocabulary::english();
  std::vector<Tokens> said;
  for (char part = 'a'; part < 'i'; ++part) said.push_back(vocabulary.tokenize(std::string("we look at part ") + part + " again.\n", ControlTokens::as_text));
  const TokenId assistant = vocabulary.id("<assistant>");
  auto circling = [said, assistant](std::span<const TokenId> prefix, std::span<float> logits) {
    std::ranges::fill(logits, -30.0F);
    auto left = static_cast<std::size_t>(prefix.end() - std::find(prefix.rbegin(), prefix.rend(), assistant).base());
    Rng rng(4);
    std::size_t line = 0;
    while (left >= said[line].size()) {
      left -= said[line].size();
      line = (line + 1 + rng.below(said.size() - 1)) % said.size();
    }
    logits[static_cast<std::size_t>(said[line][left])] = 30.0F;
  };
  const auto generated = [&](const std::string& approximate) {
    auto engine = make_engine(std::make_shared<FakeModel>(FakeVocabulary::english(), circling));
    SolveRequest request;
    request.task.question = "Say something.";
    request.strategy = {"single", {}};
    request.controllers = {{"loop_guard", {{"start", "64"}, {"approximate", approximate}}}};
    request.sampling.temperature = 0.0;
    request.max_tokens = 1500;
    return engine->solve(request)->bill.generated();
  };
  EXPECT_LT(generated("true"), 1200);
  EXPECT_EQ(generated("false"), 1500);
}

// Numbers make lines different: a table, and the steps of a sum, are no circles.
TEST(LoopGuard, LetsTablesDotsAndDigitsPass) {
  std::string table;
  for (int row = 1; row <= 40; ++row) table += "| " + std::to_string(row) + " | " + std::to_string(row * row) + " | " + std::to_string(row * row * row) + " |\n";
  std::string steps;
  for (int step = 1; step <= 40; ++step) steps += "Step " + std::to_string(step) + ": add " + std::to_string(3 * step) + " to the sum.\n";
  for (const std::string& text : {table, steps, std::string(80, '.'), "0." + std::string(40, '3')}) {
    auto vocabulary = FakeVocabulary::english();
    auto logits = weighted_replies(vocabulary, {{1.0, text}}, "");
    auto engine = make_engine(std::make_shared<FakeModel>(std::move(vocabulary), logits));
    SolveRequest request;
    request.task.question = "Write it.";
    request.strategy = {"single", {}};
    request.controllers = {{"loop_guard", {{"start", "1"}, {"every", "1"}}}};
    request.max_tokens = 3000;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.trace, text);
    EXPECT_EQ(result->answer.finish, FinishReason::end_of_text);
  }
}

TEST(Controllers, WhatAModelCannotGiveIsRefused) {
  auto model = std::make_shared<FakeModel>(FakeVocabulary::english(), hashed_logits(1, 1.0F));
  model->mutable_info().can_fork = false;
  auto engine = make_engine(model);
  SolveRequest request;
  request.task.question = "?";
  request.strategy = {"single", {}};
  request.controllers = {{"early_exit", {}}, {"think_budget", {}}};
  EXPECT_EQ(engine->solve(request).status().kind(), ErrorKind::unsupported);
  EXPECT_EQ(model->probe().computed, 0);
}

// A model that says the same sentence for ever, and something else once that is forbidden.
TEST(LoopGuard, NudgesOnceThenStops) {
  auto vocabulary = FakeVocabulary::english();
  auto looping = [](std::span<const TokenId> prefix, std::span<float> logits) {
    std::ranges::fill(logits, 0.0F);
    logits[0] = -50.0F;  // <eos>
    logits[10 + prefix.size() % 7] = 50.0F;
  };
  auto engine = make_engine(std::make_shared<FakeModel>(std::move(vocabulary), looping));
  SolveRequest request;
  request.task.question = "Say something.";
  request.strategy = {"single", {}};
  request.controllers = {{"loop_guard", {{"start", "64"}}}};
  request.sampling.temperature = 0.0;
  request.max_tokens = 2000;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.finish, FinishReason::controller);
  // 64 tokens until the nudge; the cycle has to build up again after it.
  EXPECT_GT(result->bill.generated(), 64 + 60);
  EXPECT_LT(result->bill.generated(), 64 + 64 + 16 + 16);
}

TEST(SwitchPenalty, AStrongPenaltyForcesTheSecondChoice) {
  auto vocabulary = FakeVocabulary::english();
  auto logits = weighted_replies(vocabulary, {{0.9, "Alternatively. The answer is 1"}, {0.1, "So the answer is 2"}}, "");
  auto engine = make_engine(std::make_shared<FakeModel>(std::move(vocabulary), logits));
  SolveRequest request;
  request.task.question = "One or two?";
  request.strategy = {"single", {}};
  request.sampling.temperature = 0.0;
  EXPECT_EQ(engine->solve(request)->answer.text, "1");
  request.controllers = {{"switch_penalty", {{"alpha", "100"}}}};
  EXPECT_EQ(engine->solve(request)->answer.text, "2");
}

}  // namespace
}  // namespace reckon
