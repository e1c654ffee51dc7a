#include "scoring/answer_extract.h"

#include <gtest/gtest.h>

#include <string_view>

namespace reckon {
namespace {

using Strategy = ExtractionStrategy;

struct Case {
  std::string_view output;
  std::string_view answer;
  Strategy strategy;
};

void expect_all(const AnswerStyle& style, std::initializer_list<Case> cases) {
  for (const auto& c : cases) {
    const auto got = extract_answer(c.output, style);
    EXPECT_EQ(got.text, c.answer) << c.output;
    EXPECT_EQ(to_string(got.strategy), to_string(c.strategy)) << c.output;
  }
}

TEST(AnswerExtract, LastBoxByBraceMatching) {
  expect_all(AnswerStyle::automatic(), {
      {"So \\boxed{5}, no: \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}", Strategy::boxed},
      {"\\[ \\boxed{18} \\]", "18", Strategy::boxed},
      {"$\\fbox{7}$", "7", Strategy::boxed},
      {"\\boxed 9", "9", Strategy::boxed},
      {"\\boxed{\\{1, 2\\}}", "\\{1, 2\\}", Strategy::boxed},
      {"The answer is 3. \\boxed{4}", "4", Strategy::boxed},
      {"\\boxed{**73**}", "73", Strategy::boxed},
  });
}

TEST(AnswerExtract, EmptyOrOpenBoxIsMissingNeverAnEarlierOne) {
  expect_all(AnswerStyle::automatic(), {
      {"\\boxed{5} then \\boxed{}", "", Strategy::boxed},
      {"\\boxed{5} then \\boxed{ }", "", Strategy::boxed},
      {"\\boxed{5} then \\boxed{\\text{}}", "", Strategy::boxed},
      {"\\boxed{5} then \\boxed{6", "", Strategy::boxed},
      {"The answer is 5. \\boxed", "", Strategy::boxed},
  });
}

TEST(AnswerExtract, StrictTakesBoxesOnly) {
  expect_all(AnswerStyle::automatic().boxed_only(), {
      {"The answer is 5.", "", Strategy::none},
      {"#### 5", "", Strategy::none},
      {"\\boxed{5}", "5", Strategy::boxed},
  });
}

TEST(AnswerExtract, StatedForms) {
  expect_all(AnswerStyle::automatic(), {
      {"The final answer is 12.", "12", Strategy::stated},
      {"Final Answer: The final answer is $(1,2)$. I hope it is correct.", "(1,2)", Strategy::stated},
      {"**Answer:** 8", "8", Strategy::stated},
      {"**Answer**: **8**", "8", Strategy::stated},
      {"The answer is $x = \\frac{3}{4}$.", "x = \\frac{3}{4}", Strategy::stated},
      {"The answer is 5. Wait, the answer is 6.", "6", Strategy::stated},
      {"La réponse est 12.", "12", Strategy::stated},
      {"答案是 42。", "42", Strategy::stated},
      {"### Answer:\n\n18", "18", Strategy::stated},
      {"The answer is that Janet makes $18 every day", "$18", Strategy::stated},
      {"The answer (arabic numerals) is 7", "7", Strategy::stated},
      {"The answer is **Paris**.", "Paris", Strategy::stated},
      {"The answer is not 5 but unknown to me", "5", Strategy::last_number},
  });
}

TEST(AnswerExtract, TalkAboutTheAnswerIsNotTheAnswer) {
  expect_all(AnswerStyle::number(), {
      {"To find the answer: first add 3 and 4. Then double it to get 14.", "14", Strategy::last_number},
      {"To get the final answer, we do: 3*6 = 18.", "18", Strategy::last_number},
      {"The answer is 18. This answer is correct.", "18", Strategy::stated},
      {"The answer is as follows: she has 18.", "18", Strategy::last_number},
      {"The date is 05/23/1947.", "05/23/1947", Strategy::last_number},
  });
}

TEST(AnswerExtract, MarkerAndHeadings) {
  expect_all(AnswerStyle::number(), {
      {"16 - 3 = 13\n#### 13", "13", Strategy::marker},
      {"#### 18 dollars", "18 dollars", Strategy::marker},
      {"#### Step 2: multiply\n5*6=30\nSo 30.", "30", Strategy::last_number},
      {"####\n42", "42", Strategy::marker},
  });
}

TEST(AnswerExtract, DisplayMathsAtTheEnd) {
  expect_all(AnswerStyle::automatic(), {
      {"Total:\n\\[ x = 18 \\]", "x = 18", Strategy::display},
      {"2 and 3 give\n$$\n5\n$$\n", "5", Strategy::display},
  });
  expect_all(AnswerStyle::number(), {{"In 2 days:\n\\[ 3 \\times 6 = 18 \\]", "18", Strategy::display}});
}

TEST(AnswerExtract, EmphasisThenLastNumber) {
  expect_all(AnswerStyle::number(), {
      {"So, the total is $18.\n\nTherefore, Janet makes **$18** every 7 days.", "$18", Strategy::emphasis},
      {"So 1,234.50 dollars.", "1,234.50", Strategy::last_number},
      {"It is 1234 dollars", "1234", Strategy::last_number},
      {"the temperature is -7 degrees", "-7", Strategy::last_number},
      {"the temperature is −7 degrees", "-7", Strategy::last_number},
      {"10-3 remain", "3", Strategy::last_number},
      {"a balance of -$5", "-$5", Strategy::last_number},
      {"of x2 it is 5, said H2O", "5", Strategy::last_number},
      {"about 3/4 of it", "3/4", Strategy::last_number},
      {"about 1 1/2 cups", "1 1/2", Strategy::last_number},
      {"he grew 50\\% taller", "50%", Strategy::last_number},
      {"I do not know.", "", Strategy::none},
      {"", "", Strategy::none},
  });
}

TEST(AnswerExtract, ThinkBlocks) {
  expect_all(AnswerStyle::automatic(), {
      {"<think>maybe \\boxed{5}</think>The answer is 6.", "6", Strategy::stated},
      {"maybe 5 </think>\n\n**Answer:** 6", "6", Strategy::stated},
      {"<think>The answer is 6.", "", Strategy::none},
      {"<think>a</think>The answer is 5. <think>wait", "", Strategy::none},
      {"<think>The answer is 6.</think>", "", Strategy::none},
  });
}

TEST(AnswerExtract, ANewQuestionDoesNotPoisonTheResult) {
  expect_all(AnswerStyle::number(), {
      {"The answer is 18.\n\nQ: Tom has 5 apples.\nA: The answer is 5.", "18", Strategy::stated},
      {"#### 8\nQuestion: 1 + 1?\n#### 2", "8", Strategy::marker},
      {"\\boxed{8}\n**Question:** more\n\\boxed{2}", "8", Strategy::boxed},
      {"8<|im_end|>\n<|im_start|>user\n9", "8", Strategy::last_number},
      {"Q: 3 + 4?\nA: The answer is 7.", "7", Strategy::stated},
      {"I give up.\nQ: 3 + 4?\nA: 7", "", Strategy::none},
  });
}

TEST(AnswerExtract, YesNo) {
  expect_all(AnswerStyle::yes_no(), {
      {"It was heads. So the answer is no.", "no", Strategy::stated},
      {"Yes, it is.", "yes", Strategy::yes_no},
      {"There is no way to tell", "", Strategy::none},
      {"No way", "", Strategy::none},
      {"#### Yes", "yes", Strategy::marker},
      {"\\boxed{\\text{No}}", "no", Strategy::boxed},
      {"Nobody knows. Yesterday it rained.", "", Strategy::none},
  });
}

TEST(AnswerExtract, FreeText) {
  expect_all(AnswerStyle::free_text(), {
      {"It has a tower.\n\nThe answer is Paris.", "Paris", Strategy::stated},
      {"It has a tower.\nParis", "Paris", Strategy::whole_text},
      {"<think>hm", "", Strategy::none},
  });
}

TEST(AnswerExtract, AfterATriggerTheCleansingTable) {
  const auto number = [](std::string_view text) { return extract_after_trigger(text, AnswerStyle::number()).text; };
  EXPECT_EQ(number(" 8.\nQ: 9"), "8");
  EXPECT_EQ(number(" 1,234 dollars, not 5"), "1,234");
  EXPECT_EQ(number(" -7"), "-7");
  EXPECT_EQ(number(" 3.50."), "3.50");
  EXPECT_EQ(number(" unknown"), "");
  const auto letter = [](std::string_view text) { return extract_after_trigger(text, AnswerStyle::choice(5)).text; };
  EXPECT_EQ(letter(" B."), "B");
  EXPECT_EQ(letter(" (D) because"), "D");
  EXPECT_EQ(letter(" Because it is a car"), "");
  EXPECT_EQ(letter(" A car, so C"), "C");
  EXPECT_EQ(letter(" F"), "");
  EXPECT_EQ(letter(" A or B"), "");
  const auto yes_no = [](std::string_view text) { return extract_after_trigger(text, AnswerStyle::yes_no()).text; };
  EXPECT_EQ(yes_no(" Yes, since"), "yes");
  EXPECT_EQ(yes_no(" \"no\""), "no");
  EXPECT_EQ(yes_no(" Nothing"), "");
  EXPECT_EQ(extract_after_trigger(" \"nk.\"\nmore", AnswerStyle::free_text()).text, "nk");
}

TEST(AnswerExtract, ChainOfDraftSeparator) {
  const auto draft = [](std::string_view text) { return extract_after_separator(text, AnswerStyle::number()).text; };
  EXPECT_EQ(draft("20 - x = 12; x = 20 - 12 = 8. #### 8"), "8");
  EXPECT_EQ(draft("#### 1,234"), "1,234");
  EXPECT_EQ(draft("#### -7"), "-7");
  EXPECT_EQ(draft("#### 3.50"), "3.50");
  EXPECT_EQ(draft("#### $1234 dollars"), "$1234 dollars");
  EXPECT_EQ(draft("no separator 5"), "");
  EXPECT_EQ(draft("#### 8 #### 9"), "8");
  EXPECT_EQ(draft("#### 8\nQ: next\nA: #### 9"), "8");
  EXPECT_EQ(draft("#### Step 1\n5\n#### 9"), "9");
  EXPECT_EQ(extract_after_separator("... #### Yes", AnswerStyle::yes_no()).text, "yes");
}

}  // namespace
}  // namespace reckon
