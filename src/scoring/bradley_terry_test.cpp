#include "scoring/bradley_terry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace reckon {
namespace {

const std::vector<double> kStrengths{81.0, 1.0, 9.0, 27.0, 3.0};

PairwiseWins simulated(int games, std::uint64_t seed) {
  Rng rng(seed, 0);
  const std::size_t n = kStrengths.size();
  PairwiseWins wins(n, std::vector<double>(n, 0.0));
  for (int game = 0; game < games; ++game) {
    const std::size_t i = rng.below(n);
    const std::size_t j = (i + 1 + rng.below(n - 1)) % n;
    const bool first = rng.uniform() * (kStrengths[i] + kStrengths[j]) < kStrengths[i];
    wins[first ? i : j][first ? j : i] += 1.0;
  }
  return wins;
}

std::vector<std::size_t> order(const std::vector<double>& values) {
  std::vector<std::size_t> indices(values.size());
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = i;
  std::ranges::sort(indices, [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return indices;
}

TEST(BradleyTerry, FindsTheOrderOfFiveStrengthsIn200Games) {
  int right = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) right += order(bradley_terry(simulated(200, seed))) == order(kStrengths) ? 1 : 0;
  EXPECT_GE(right, 18) << "neighbours met 20 times, at odds of 3 to 1";
}

TEST(BradleyTerry, TwoPlayersHaveTheirOdds) {
  const auto strengths = bradley_terry({{0.0, 3.0}, {1.0, 0.0}}, 0.0);
  EXPECT_NEAR(strengths[0], 1.5, 1e-9);
  EXPECT_NEAR(strengths[1], 0.5, 1e-9);
  EXPECT_NEAR(mean_preference(strengths)[0], 0.75, 1e-9);
}

// Where the likelihood is largest, each has won as often as its strength says.
TEST(BradleyTerry, ExpectedWinsAreThoseSeen) {
  const PairwiseWins wins = simulated(300, 7);
  const auto strengths = bradley_terry(wins, 0.4);
  for (std::size_t i = 0; i < wins.size(); ++i) {
    double won = 0.0;
    double expected = 0.0;
    for (std::size_t j = 0; j < wins.size(); ++j) {
      if (i == j) continue;
      won += wins[i][j] + 0.1;
      expected += (wins[i][j] + wins[j][i] + 0.2) * strengths[i] / (strengths[i] + strengths[j]);
    }
    EXPECT_NEAR(won, expected, 1e-6) << i;
  }
}

// A decided judge that saw each next to two others around a circle: the strengths are many orders of magnitude apart.
TEST(BradleyTerry, FewDecidedGamesOrderAllOfALongCircle) {
  constexpr std::size_t n = 24;
  PairwiseWins wins(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t j = (i + 1) % n;
    wins[i][j] = j > i ? 0.02 : 1.98;  // the higher number wins
    wins[j][i] = 2.0 - wins[i][j];
  }
  const auto strengths = bradley_terry(wins);
  for (std::size_t i = 0; i + 1 < n; ++i) EXPECT_LT(strengths[i], strengths[i + 1]) << i;
  double won = 0.0;
  double expected = 0.0;
  const double prior = 0.01 / static_cast<double>(n - 1);
  for (std::size_t j = 0; j + 1 < n; ++j) {
    won += wins[n - 1][j] + prior;
    expected += (wins[n - 1][j] + wins[j][n - 1] + 2.0 * prior) * strengths[n - 1] / (strengths[n - 1] + strengths[j]);
  }
  EXPECT_NEAR(won, expected, 1e-6) << "the last one's";
}

TEST(BradleyTerry, WhoWonEverythingOrWasNeverComparedHasAStrength) {
  const auto strengths = bradley_terry({{0.0, 4.0, 0.0, 0.0}, {0.0, 0.0, 0.0, 0.0}, {0.0, 0.0, 0.0, 0.0}, {0.0, 0.0, 0.0, 0.0}});
  EXPECT_TRUE(std::isfinite(strengths[0]));
  EXPECT_GT(strengths[0], strengths[2]);
  EXPECT_GT(strengths[2], strengths[1]);
  EXPECT_NEAR(strengths[2], strengths[3], 1e-9);
  EXPECT_TRUE(bradley_terry({}).empty());
  EXPECT_EQ(bradley_terry({{0.0}}), std::vector<double>{1.0});
  EXPECT_EQ(mean_preference({1.0}), std::vector<double>{0.5});
}

}  // namespace
}  // namespace reckon
