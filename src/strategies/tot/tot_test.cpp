#include <gtest/gtest.h>

#include <set>

#include "strategies/tot/thoughts.h"

namespace reckon {
namespace {

TEST(Thoughts, ProposalsAreTheLinesWithoutBullets) {
  EXPECT_EQ(read_proposals("Possible next steps:\n1. 2 + 8 = 10 (left: 8 10 14)\n 2) 8 / 2 = 4\n\n- a\n* b\n1.5 + 2 = 3.5\na\n", 9),
            (std::vector<std::string>{"2 + 8 = 10 (left: 8 10 14)", "8 / 2 = 4", "a", "b", "1.5 + 2 = 3.5"}));
  EXPECT_EQ(read_proposals("a\nb\nc", 2).size(), 2u);
  EXPECT_TRUE(read_proposals(" \n\n", 5).empty());
}

TEST(Thoughts, TheValueMapIsExact) {
  EXPECT_EQ(read_value("10 + 14 = 24\nsure"), 20.0);
  EXPECT_EQ(read_value("Likely"), 1.0);
  EXPECT_EQ(read_value("I am sure of one thing: impossible."), 0.001) << "the last word counts";
  EXPECT_EQ(read_value("**Sure**"), 20.0);
  for (const char* none : {"", "unlikely", "assured", "measure", "I cannot say"}) EXPECT_EQ(read_value(none), 0.0) << none;
  EXPECT_EQ(read_value("sure, not unlikely"), 20.0);
}

}  // namespace
}  // namespace reckon
