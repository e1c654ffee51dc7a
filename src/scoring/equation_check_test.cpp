#include "scoring/equation_check.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

// "+" for an equation that holds, "-" for one that does not, in order.
std::string judged(std::string_view text) {
  std::string signs;
  for (const auto& equation : stated_equations(text)) signs += equation.holds ? '+' : '-';
  return signs;
}

TEST(StatedEquations, TrueAndFalse) {
  EXPECT_EQ(judged("First 3 * 4 = 12, then 12 + 5 = 18."), "+-");
  EXPECT_EQ(judged("(2 + 3) * 4 = 20"), "+");
  EXPECT_EQ(judged("2 + 3 * 4 = 20"), "-");
  EXPECT_EQ(judged("$1,200 + $34 = $1,234"), "+");
  EXPECT_EQ(judged("7 - 10 = -3"), "+");
}

TEST(StatedEquations, OtherSigns) {
  EXPECT_EQ(judged("6 \xc3\x97 7 = 42 and 42 \xc3\xb7 6 = 8"), "+-");
  EXPECT_EQ(judged("\\( 6 \\times 7 = 43 \\)"), "-");
  EXPECT_EQ(judged("6 x 7 = 42"), "+");
}

TEST(StatedEquations, RoundingIsAllowedAndExactnessKept) {
  EXPECT_EQ(judged("10 / 3 = 3.33"), "+");
  EXPECT_EQ(judged("10 / 3 = 3.34"), "-");
  EXPECT_EQ(judged("99999 * 99999 = 9999800001"), "+");
  EXPECT_EQ(judged("99999 * 99999 = 9999800002"), "-");
}

TEST(StatedEquations, ChainsStateSeveral) {
  EXPECT_EQ(judged("1 + 2 = 3 + 0 = 3"), "+") << "a sum on the right is not read";
  EXPECT_EQ(judged("= 4 + 4 = 9"), "-");
}

TEST(StatedEquations, WhatIsNoEquationIsLeftOut) {
  for (const char* text : {"x = 5", "3 apples * 4 = 12", "x + 3 = 12", "2x + 3 = 7", "a = b + 2", "5 = 5", "==", "", "1/0 = 3", "=", "3 + = 4"}) {
    EXPECT_EQ(judged(text), "") << text;
  }
}

}  // namespace
}  // namespace reckon
