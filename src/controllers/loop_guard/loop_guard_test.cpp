#include <gtest/gtest.h>

#include "base/random.h"
#include "controllers/loop_guard/periodicity.h"
#include "controllers/loop_guard/repetition.h"

namespace reckon {
namespace {

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

TEST(Repetition, TellsCirclesFromText) {
  Tokens circle;
  for (int i = 0; i < 512; ++i) circle.push_back(i % 37 == 0 ? 1000 + i % 5 : i % 37);
  EXPECT_LT(distinct_ngram_share(circle, 4), 0.5);
  EXPECT_DOUBLE_EQ(distinct_ngram_share({1, 1, 1, 1, 1}, 4), 0.5);
  EXPECT_DOUBLE_EQ(distinct_ngram_share({1, 2}, 4), 1.0);
  EXPECT_LT(lz78_ratio(Tokens(512, 7)), 0.08);
  EXPECT_GT(lz78_ratio(noise(512, 3)), 0.9);
  EXPECT_DOUBLE_EQ(lz78_ratio({1, 1, 1}), 2.0 / 3.0);
}

TEST(Repetition, CountsLinesThatSayTheSame) {
  LineCounter lines(100);
  for (int i = 0; i < 5; ++i) {
    lines.add(i % 2 == 0 ? "So the answer is 7" : " so the ANSWER is 7");
    lines.add(i % 2 == 0 ? ".\n" : "\n");
    lines.add("short\n");
  }
  EXPECT_EQ(lines.most(), 5) << "case, blanks and the full stop make no difference";
  for (int i = 0; i < 20; ++i) lines.add("Step " + std::to_string(i) + ": add the number\n");
  EXPECT_EQ(lines.most(), 5) << "numbers do";
  for (int i = 0; i < 100; ++i) lines.add("x");
  EXPECT_EQ(lines.most(), 0) << "older than the horizon";
}

}  // namespace
}  // namespace reckon
