#include "scoring/answer_grade.h"

#include <gtest/gtest.h>

#include <string_view>

namespace reckon {
namespace {

// What small chat models really write for GSM8K-like word problems.
TEST(AnswerGrade, MessyOutputsOfSmallModels) {
  for (const auto* output : {
           "So, the total is $18.\n\nTherefore, Janet makes **$18** every day.",
           "\\[ \\boxed{18} \\]",
           "#### 18 dollars",
           "Answer: 18 apples",
           "Janet sells 16 - 3 - 4 = 9 eggs. 9 * $2 = $18.\n\nThe answer is $18 per day.",
           "Therefore, Janet makes \\( 9 \\times 2 = 18 \\) dollars every day.",
           "To find it:\n\n1. Eggs: 16 - 7 = 9\n2. Money: 9 * 2 = 18\n\nSo, Janet makes 18 dollars every day at the farmers' market.",
           "The total is:\n\\[\n9 \\times 2 = 18\n\\]",
           "**Answer:** $18",
           "### Final Answer\n\n**18**",
           "The final answer is: $\\boxed{\\$18}$.",
           "\\boxed{18 \\text{ dollars}}",
           "\\boxed{18\\text{ dollars per day}}",
           "\\boxed{9 \\times 2 = 18}",
           "Thus, the answer is **18 dollars**.",
           "Janet makes $18.00 daily.",
           "The answer is 18.\n\nQ: Tom has 4 cats and 7 dogs. How many?\nA: The answer is 11.",
           "18",
           "A: 18",
           "Her daily income is 18 dollars.<|im_end|>\n<|im_start|>user\n12",
           "<think>\n9*2=18... or 20?\n</think>\n\nJanet makes **18** dollars.",
           "Therefore, the answer is:\n\n$$18$$",
           "So the answer = 18 dollars",
           "The total amount is 18 dollars (rounded).",
       }) {
    EXPECT_TRUE(grade(output, "18")) << output << " -> " << extract_answer(output).text;
    EXPECT_TRUE(grade(output, "18", AnswerStyle::number())) << output << " -> " << extract_answer(output, AnswerStyle::number()).text;
    EXPECT_FALSE(grade(output, "19")) << output;
  }
}

TEST(AnswerGrade, LargeAndFractionalNumbers) {
  EXPECT_TRUE(grade("So the house made a profit of **$70,000**.", "70000", AnswerStyle::number()));
  EXPECT_TRUE(grade("He ran a total of 540 meters a week.", "540", AnswerStyle::number()));
  EXPECT_TRUE(grade("The discount is 12.5%.", "12.5", AnswerStyle::number()));
  EXPECT_TRUE(grade("It takes \\frac{1}{2} hour", "0.5", AnswerStyle::number()));
  EXPECT_TRUE(grade("The loss is -$3.", "-3", AnswerStyle::number()));
  EXPECT_FALSE(grade("The loss is -$3.", "3", AnswerStyle::number()));
  EXPECT_TRUE(grade("The population is 2 million.", "2,000,000"));
}

TEST(AnswerGrade, ReferencesMayBeWholeSolutions) {
  EXPECT_TRUE(grade("The answer is 72.", "Natalia sold 48/2 = 24 clips.\n#### 72"));
  EXPECT_TRUE(grade("The answer is 0.5.", "We get $\\boxed{\\frac{1}{2}}$."));
  EXPECT_FALSE(grade("The answer is 24.", "Natalia sold 48/2 = 24 clips.\n#### 72"));
}

TEST(AnswerGrade, NoAnswerIsNeverRight) {
  EXPECT_FALSE(grade("", ""));
  EXPECT_FALSE(grade("\\boxed{}", ""));
  EXPECT_FALSE(grade("I don't know.", "18"));
  EXPECT_FALSE(grade("<think>18", "18"));
  EXPECT_FALSE(grade("18", "18", AnswerStyle::number().boxed_only()));
  EXPECT_TRUE(grade("\\boxed{18}", "18", AnswerStyle::number().boxed_only()));
}

TEST(AnswerGrade, HendrycksMathNormalisation) {
  EXPECT_TRUE(grade("\\boxed{\\frac{1}{2}}", "\\frac12"));
  EXPECT_TRUE(grade("\\boxed{.5}", "0.5"));
  EXPECT_TRUE(grade("\\boxed{\\sqrt3}", "\\sqrt{3}"));
  EXPECT_TRUE(grade("\\boxed{\\left( 3, \\frac{\\pi}{2} \\right)}", "\\left(3,\\frac{\\pi}{2}\\right)"));
  EXPECT_TRUE(grade("\\boxed{x=5}", "5"));
  EXPECT_TRUE(grade("\\boxed{10\\!,\\!080}", "10,\\!080"));
  EXPECT_TRUE(grade("\\boxed{5 \\text{ units}}", "5"));
  EXPECT_TRUE(grade("\\boxed{18^{\\circ}}", "18^\\circ"));
  EXPECT_TRUE(grade("\\boxed{\\$32,\\!348}", "\\$32,348"));
  EXPECT_TRUE(grade("\\boxed{1\\frac{4}{5}}", "1 \\frac{4}{5}"));
  EXPECT_TRUE(grade("\\boxed{p - q}", "p-q"));
  EXPECT_TRUE(grade("\\boxed{\\text{Evelyn}}", "\\text{Evelyn}"));
  EXPECT_TRUE(grade("\\boxed{6 - 5i}", "6-5i"));
  EXPECT_TRUE(grade("\\boxed{\\text{(C)}}", "\\text{(C)}"));
  EXPECT_TRUE(grade("\\boxed{[-2,7]}", "x \\in [-2,7]"));
}

}  // namespace
}  // namespace reckon
