#include <gtest/gtest.h>

#include "base/random.h"
#include "controllers/loop_guard/periodicity.h"
#include "engine/test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

Tokens noise(int n, std::uint64_t seed) {
  Rng rng(seed);
  Tokens tokens;
  for (int i = 0; i < n; ++i) tokens.push_back(static_cast<TokenId>(rng.below(5000)));
  return tokens;
}

TEST(Periodicity, FindsEveryPlantedPeriodAsSoonAsTheRuleIsMet) {
  for (std::int64_t p = 3; p <= 256; ++p) {
    Tokens tail = noise(300, 1);
    const Tokens cycle = noise(static_cast<int>(p), static_cast<std::uint64_t>(p) + 10);
    const std::int64_t needed = std::max<std::int64_t>(3 * p, 64);
    for (std::int64_t i = 0; i < needed; ++i) tail.push_back(cycle[static_cast<std::size_t>(i % p)]);
    EXPECT_EQ(repeated_period(tail, {}), p);
    tail.pop_back();
    EXPECT_EQ(repeated_period(tail, {}), 0) << "one token too early, period " << p;
  }
}

TEST(Periodicity, PlainCyclesNeedMore) {
  Tokens tail = noise(100, 2);
  tail.insert(tail.end(), 80, 7);  // a row of dots
  EXPECT_EQ(repeated_period(tail, {}), 0);
  tail.insert(tail.end(), 48, 7);
  EXPECT_EQ(repeated_period(tail, {}), 1);
}

TEST(Periodicity, NoiseAndTablesPass) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) EXPECT_EQ(repeated_period(noise(900, seed), {}), 0);
  Tokens table;
  for (int row = 0; row < 40; ++row) table.insert(table.end(), {1, 2, 1000 + row, 2, 2000 + row * row, 3});
  EXPECT_EQ(repeated_period(table, {}), 0);
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

}  // namespace
}  // namespace reckon
