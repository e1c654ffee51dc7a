#include "scoring/answer_choice.h"

#include <gtest/gtest.h>

#include "scoring/answer_extract.h"
#include "scoring/answer_grade.h"

namespace reckon {
namespace {

std::string letter_of(std::string_view output, int count = 5) { return extract_answer(output, AnswerStyle::choice(count)).text; }

TEST(AnswerChoice, ExplicitForms) {
  for (const auto* output : {"Answer: (C)", "answer: C", "**Answer: C**", "The answer is C.", "The correct answer is (C) 12 cm.",
                             "The correct option is C", "Option C is correct because", "\\boxed{C}", "\\boxed{\\text{(C)}}",
                             "\\boxed{C. 12 cm}", "#### C", "Final answer: $C$", "Answer: c", "Answer:\n\nC) 12 cm",
                             "The answer is **(C)**.", "The answer is (C) since (A) is too small."}) {
    EXPECT_EQ(letter_of(output), "C") << output;
  }
}

TEST(AnswerChoice, LoneLetterOnTheLastOrFirstLine) {
  for (const auto* output : {"We try all.\n\nC", "So\n(C)", "So\n**C**", "C", "C.", "(C) 12 cm", "C) 12 cm", "C\n\nBecause it fits."}) {
    EXPECT_EQ(letter_of(output), "C") << output;
  }
}

TEST(AnswerChoice, NeverABareLetterFromProse) {
  for (const auto* output : {"A car is fast.", "Because it is so", "I think it depends.", "the answer is a car", "The answer is A car.",
                             "Vitamin C is healthy", "Plan B failed", "E. coli is a bacterium.", "C. elegans is a worm."}) {
    EXPECT_EQ(letter_of(output), "") << output;
  }
}

TEST(AnswerChoice, LettersBeyondTheOptionsAreNone) {
  EXPECT_EQ(letter_of("The answer is E", 4), "");
  EXPECT_EQ(letter_of("The answer is E", 5), "E");
}

TEST(AnswerChoice, TwoDifferentLettersAreInvalid) {
  for (const auto* output : {"The answer is A or B.", "Answer: (A) and (C)", "Answer: A, B", "\\boxed{A, C}", "\\boxed{\\text{A and C}}"}) {
    EXPECT_EQ(letter_of(output), "") << output;
  }
  EXPECT_EQ(letter_of("The answer is C, C"), "C");
}

TEST(AnswerChoice, OptionText) {
  const auto style = AnswerStyle::choice_of({"12 cm", "a red car", "Paris"});
  EXPECT_EQ(extract_answer("So it must be\nParis.", style).text, "C");
  EXPECT_EQ(extract_answer("The answer is a red car.", style).text, "B");
  EXPECT_EQ(extract_answer("\\boxed{12 cm}", style).text, "A");
  EXPECT_EQ(extract_answer("B. a red car", style).text, "B");
  EXPECT_EQ(extract_answer("Paris is a nice city, so who knows", style).text, "");
  const auto twins = AnswerStyle::choice_of({"yes", "yes"});
  EXPECT_EQ(extract_answer("Yes", twins).text, "");
}

TEST(AnswerChoice, GradesLetterAgainstLetterOrText) {
  const auto style = AnswerStyle::choice_of({"12 cm", "13 cm"});
  EXPECT_TRUE(grade("The answer is (B).", "B", style));
  EXPECT_TRUE(grade("The answer is (B).", "13 cm", style));
  EXPECT_FALSE(grade("The answer is (A).", "B", style));
  EXPECT_FALSE(grade("It could be anything.", "A", style));
}

TEST(AnswerChoice, YesNoWholeWords) {
  using answer_detail::first_yes_or_no;
  EXPECT_EQ(first_yes_or_no("well, Yes."), true);
  EXPECT_EQ(first_yes_or_no("not true? FALSE"), true) << "the first such word counts";
  EXPECT_EQ(first_yes_or_no("nobody noticed yesterday"), std::nullopt);
}

}  // namespace
}  // namespace reckon
