#include <gtest/gtest.h>

#include "strategies/rap/sub_questions.h"

namespace reckon {
namespace {

TEST(SubQuestions, AreReadAndMarked) {
  EXPECT_EQ(one_line(" \n How many?  \nQuestion 3:"), "How many?");
  EXPECT_TRUE(is_last_question("Now we can answer: how many?"));
  EXPECT_FALSE(is_last_question("How many can answer?"));
  EXPECT_EQ(last_question("a\nb\n"), "Now we can answer: a b");
}

}  // namespace
}  // namespace reckon
