#include <gtest/gtest.h>

#include <cmath>

#include "strategies/rap/sub_questions.h"

namespace reckon {
namespace {

TEST(SubQuestions, AreReadAndMarked) {
  EXPECT_EQ(one_line(" \n How many?  \nQuestion 3:"), "How many?");
  EXPECT_TRUE(is_last_question("Now we can answer: how many?"));
  EXPECT_FALSE(is_last_question("How many can answer?"));
  EXPECT_EQ(last_question("a\nb\n"), "Now we can answer: a b");
  EXPECT_NEAR(probability_of_yes(" Yes", 0.7), 0.7, 1e-12);
  EXPECT_NEAR(probability_of_yes("no", 0.7), 0.3, 1e-12);
  EXPECT_NEAR(probability_of_yes("?", 0.7), 0.5, 1e-12);
}

}  // namespace
}  // namespace reckon
