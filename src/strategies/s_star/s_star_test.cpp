#include <gtest/gtest.h>

#include <algorithm>

#include "strategies/s_star/texts.h"

namespace reckon {
namespace {

TEST(SStarTexts, InputsInReplies) {
  const ProgramTests whole;
  const auto inputs = [&](std::string_view reply) { return s_star::inputs_in(reply, whole, 9); };
  EXPECT_EQ(inputs("Input:\n```\n3\n1 2 3\n```\nOutput:\n```\n6\n```\n"), (std::vector<std::string>{"3\n1 2 3\n"}));
  EXPECT_EQ(inputs("1. Input: 5 5\n   Expected: 10\n2. Input: 6 6\n"), (std::vector<std::string>{"5 5\n", "6 6\n"}));
  EXPECT_EQ(inputs("```\n1 2\n```\nand\n```\n3 4\n```"), (std::vector<std::string>{"1 2\n", "3 4\n"}));
  EXPECT_EQ(inputs("**Input:** 7\n**Output:** 8\n**Input:** 7\n"), (std::vector<std::string>{"7\n"})) << "each once";
  EXPECT_EQ(inputs("Input:\n```\n3 test words\nexpected\n```\nOutput:\n```\n6\n```\n"), (std::vector<std::string>{"3 test words\nexpected\n"})) << "inside a block nothing is a header";
  EXPECT_EQ(inputs("Input: 5 5, Output: 10\nInput: 6 6; expected 12\n"), (std::vector<std::string>{"5 5\n", "6 6\n"})) << "what the model expects is no input";
  EXPECT_EQ(inputs("Input: 2\n1 2\n\nThis one has two lines.\n"), (std::vector<std::string>{"2\n1 2\n"}));
  EXPECT_EQ(inputs("Input:\n\n```\n1\n\n2\n```\n"), (std::vector<std::string>{"1\n\n2\n"}));
  EXPECT_EQ(inputs("```\nInput: 1 2\nOutput: 3\nInput: 4 5\n```"), (std::vector<std::string>{"1 2\n", "4 5\n"})) << "the list is in one block";
  EXPECT_TRUE(inputs("no").empty());
  ProgramTests function;
  function.kind = ProgramTests::Kind::function;
  function.entry_point = "f";
  EXPECT_EQ(s_star::inputs_in("def f(a):\nassert f([1, ')']) == g(f(2))\nmy.f(3) f(...)\n`f(\"(\")`", function, 9),
            (std::vector<std::string>{"f([1, ')'])", "f(2)", "f(\"(\")"}));
}

TEST(SStarTexts, Verdicts) {
  using s_star::Verdict;
  EXPECT_EQ(s_star::verdict_in("Better: 2 at first.\nBetter: 1"), Verdict::first);
  EXPECT_EQ(s_star::verdict_in("**Better:** Program 2."), Verdict::second);
  EXPECT_EQ(s_star::verdict_in("better: tie"), Verdict::tie);
  for (const char* reply : {"", "1", "Better:", "Better: 12", "Better: both"}) EXPECT_EQ(s_star::verdict_in(reply), Verdict::unreadable) << reply;
}

}  // namespace
}  // namespace reckon
