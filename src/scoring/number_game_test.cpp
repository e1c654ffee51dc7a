#include "scoring/number_game.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

Grade grade(const NumberGame& game, std::string_view answer) { return NumberGameChecker(game).grade(answer).value(); }
Grade promise(const NumberGame& game, std::string_view text) { return NumberGameChecker(game).promise(text).value(); }

const NumberGame kGame{.numbers = {4, 9, 10, 13}, .target = 24};

TEST(NumberGame, SolvesExactlyTheKnownNumberOfGamesOf24) {
  int solvable = 0;
  for (std::int64_t a = 1; a <= 13; ++a) {
    for (std::int64_t b = a; b <= 13; ++b) {
      for (std::int64_t c = b; c <= 13; ++c) {
        for (std::int64_t d = c; d <= 13; ++d) {
          const NumberGame game{.numbers = {a, b, c, d}, .target = 24};
          const auto solution = solve(game);
          if (!solution) continue;
          ++solvable;
          EXPECT_TRUE(grade(game, *solution).right()) << *solution << ": " << grade(game, *solution).reason;
        }
      }
    }
  }
  EXPECT_EQ(solvable, 1362);
}

TEST(NumberGame, NeedsFractionsForTheHardOnes) {
  NumberGame game{.numbers = {3, 3, 8, 8}, .target = 24};
  EXPECT_EQ(solve(game), "8 / (3 - (8 / 3))");
  game.division = NumberGame::Division::exact;
  EXPECT_FALSE(solve(game).has_value());
  EXPECT_EQ(grade(game, "8 / (3 - 8 / 3)").reason, "a division has a remainder");
}

TEST(NumberGame, SomeOfTheNumbersAreEnoughWhereTheRuleSaysSo) {
  NumberGame game{.numbers = {7, 25, 3}, .target = 28, .use = NumberGame::Use::some};
  EXPECT_TRUE(grade(game, "25 + 3").right());
  EXPECT_EQ(solve({.numbers = {7, 28, 3}, .target = 28, .use = NumberGame::Use::some}), "28");
  game.use = NumberGame::Use::all;
  EXPECT_FALSE(grade(game, "25 + 3").right());
}

TEST(NumberGame, AcceptsEverySpellingOfARightExpression) {
  for (const char* answer : {"(13 - 9) * (10 - 4)", "(13-9)(10-4)", "(13 − 9) × (10 − 4) = 24", "$(13-9) \\times (10-4)$",
                             "\\left(13 - 9\\right) \\cdot \\left(10 - 4\\right)", "**(13 - 9) * (10 - 4)**."}) {
    EXPECT_TRUE(grade(kGame, answer).right()) << answer << ": " << grade(kGame, answer).reason;
  }
}

TEST(NumberGame, RefusesEverythingElse) {
  for (const char* answer : {"24", "4 * 6", "(13 - 9) * (10 - 4) = 25", "(13 - 9) * (10 - 4) + 0", "13 + 9 + 10 + 4", "(13 - 9) * 10 - 4",
                             "4! + 9 * 0", "13 / (9 - 9)", "(13 - 9) * (10 - 4", "x", "", "=", "1e9999999", "the numbers", "(13 - 9) * (10 - 4) - 9 + 9"}) {
    EXPECT_FALSE(grade(kGame, answer).right()) << answer;
    EXPECT_FALSE(grade(kGame, answer).reason.empty()) << answer;
  }
}

TEST(NumberGame, AnUnfinishedSolutionIsAliveAsLongAsTheTargetCanBeReached) {
  for (const char* text : {"", "Let me think about 24.", "13 - 9 = 4", "13 - 9 = 4 (left: 4 4 10)\n", "1. 13 - 9 = 4.\n2. 10 - 4 = 6.\n3. 4 * 6 = 24.",
                           "**13 − 9 = 4**\nThen $10 - 4 = 6$", "(13 - 9) * (10 - 4) = 4 * 6 = 24", "First 13 - 9 = 4, and 10 - 4 = 6",
                           "13 - 9 = 4\n10 - 4 = 6\n4 * 6 = 24\nThe answer is (13 - 9) * (10 - 4) = 24", "9 - 13 = -4\n4 - 10 = -6", "x = 13 - 9 = 4"}) {
    EXPECT_EQ(promise(kGame, text).value, 1.0) << text << ": " << promise(kGame, text).reason;
  }
}

TEST(NumberGame, AnUnfinishedSolutionIsDeadForOneOfThreeReasons) {
  const auto reason = [](const char* text) { return promise(kGame, text).value > 0.0 ? "alive" : promise(kGame, text).reason; };
  EXPECT_EQ(reason("13 - 9 = 5"), "13 - 9 = 5 is false");
  EXPECT_EQ(reason("13 - 8 = 5"), "13 - 8 = 5 uses a number that is not there");
  EXPECT_EQ(reason("13 - 9 = 4\n13 - 4 = 9"), "13 - 4 = 9 uses a number that is not there");
  EXPECT_EQ(reason("13 * 9 = 117\n117 * 10 = 1170"), "24 cannot be reached from 4, 1170");
  EXPECT_EQ(reason("4 / (9 - 9) = 3"), "4 / (9 - 9) = 3: it divides by zero");
}

// What the judge of unfinished solutions says is what trying everything says.
TEST(NumberGame, EveryFirstMoveIsJudgedAsTheSolverJudgesTheRest) {
  int alive = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      const std::int64_t a = kGame.numbers[i];
      const std::int64_t b = kGame.numbers[j];
      if (i == j || a < b) continue;
      NumberGame rest = kGame;
      rest.numbers.clear();
      for (std::size_t k = 0; k < 4; ++k) {
        if (k != i && k != j) rest.numbers.push_back(kGame.numbers[k]);
      }
      rest.numbers.push_back(a - b);
      const std::string text = std::to_string(a) + " - " + std::to_string(b) + " = " + std::to_string(a - b);
      EXPECT_EQ(promise(kGame, text).right(), solve(rest).has_value()) << text;
      alive += promise(kGame, text).right() ? 1 : 0;
    }
  }
  EXPECT_GT(alive, 0);
}

}  // namespace
}  // namespace reckon
