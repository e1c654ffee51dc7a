#include "scoring/answer_value.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace reckon {
namespace {

struct Kind {
  std::string_view text;
  AnswerKind kind;
};

TEST(AnswerValue, Kinds) {
  for (const auto& c : std::initializer_list<Kind>{
           {"", AnswerKind::missing}, {" . ", AnswerKind::missing}, {"\\text{}", AnswerKind::missing}, {"18", AnswerKind::number},
           {"-\\frac{3}{4}", AnswerKind::number}, {"$1,234.50", AnswerKind::number}, {"2^{10}", AnswerKind::number},
           {"\\sqrt{9}", AnswerKind::number}, {"\\sqrt{8}", AnswerKind::expression}, {"x", AnswerKind::expression},
           {"2x+1", AnswerKind::expression}, {"\\infty", AnswerKind::expression}, {"(1,2)", AnswerKind::tuple},
           {"[0,1)", AnswerKind::interval}, {"(-\\infty, 3]", AnswerKind::interval}, {"\\{1,2\\}", AnswerKind::set},
           {"1, 2", AnswerKind::set}, {"\\pm 3", AnswerKind::set}, {"[0,1]\\cup[2,3]", AnswerKind::set},
           {"\\begin{pmatrix}1\\\\2\\end{pmatrix}", AnswerKind::matrix}, {"x+y=2", AnswerKind::equation},
           {"x<2", AnswerKind::inequality}, {"(C)", AnswerKind::choice}, {"Yes.", AnswerKind::yes_no}, {"12:00", AnswerKind::time},
           {"3 pm", AnswerKind::time}, {"1:2", AnswerKind::ratio}, {"1:4:9", AnswerKind::ratio}, {"Paris", AnswerKind::text},
           {"no solution", AnswerKind::text}, {"\\int x", AnswerKind::text}, {"the car is red", AnswerKind::text},
       }) {
    EXPECT_EQ(to_string(parse_answer(c.text).kind()), to_string(c.kind)) << c.text;
  }
}

TEST(AnswerValue, NumbersKeepTheirMarks) {
  const auto price = parse_answer("\\$1,234.50");
  EXPECT_EQ(price.number(), 1234.5);
  EXPECT_EQ(price.unit(), "$");
  EXPECT_EQ(price.decimals(), 2);
  EXPECT_FALSE(price.is_integer());
  EXPECT_EQ(parse_answer("-$5").number(), -5.0);
  EXPECT_EQ(parse_answer("50%").unit(), "%");
  EXPECT_EQ(parse_answer("50%").number(), 50.0);
  EXPECT_EQ(parse_answer("12 square feet").unit(), "ft^2");
  EXPECT_EQ(parse_answer("60 miles per hour").unit(), "mph");
  EXPECT_EQ(parse_answer("18 dollars per day").unit(), "$");
  EXPECT_EQ(parse_answer("18 red apples").unit(), "");
  EXPECT_EQ(parse_answer("18 in total").unit(), "");
  EXPECT_EQ(parse_answer("5th").number(), 5.0);
  EXPECT_EQ(parse_answer("2.5 million").number(), 2500000.0);
  EXPECT_EQ(parse_answer("about 7").number(), 7.0);
  EXPECT_EQ(parse_answer("12 (twelve)").number(), 12.0);
  EXPECT_EQ(parse_answer("2 (x)").kind(), AnswerKind::expression) << "a product, not a remark";
  EXPECT_EQ(parse_answer("007").number(), 7.0);
  EXPECT_EQ(parse_answer("1.50e3").number(), 1500.0);
  EXPECT_EQ(parse_answer("18").decimals(), -1);
  EXPECT_TRUE(parse_answer("18.0").is_integer());
}

TEST(AnswerValue, NamesTextAndLetters) {
  const auto named = parse_answer("**x = 5**");
  EXPECT_EQ(named.name(), "x");
  EXPECT_EQ(named.number(), 5.0);
  EXPECT_EQ(named.text(), "x = 5");
  EXPECT_EQ(parse_answer("x_{1} = 2").name(), "x_{1}");
  EXPECT_EQ(parse_answer("total cost = 18").name(), "");
  EXPECT_EQ(parse_answer("(C)").letter(), 'C');
  EXPECT_EQ(parse_answer("5").letter(), '\0');
  EXPECT_TRUE(parse_answer("yes").yes());
  EXPECT_FALSE(parse_answer("no").yes());
  EXPECT_EQ(parse_answer("\\{1,2,3\\}").size(), 3u);
  EXPECT_EQ(parse_answer("5").number().has_value(), true);
  EXPECT_EQ(parse_answer("Paris").number(), std::nullopt);
}

TEST(AnswerValue, StylesDecideAmbiguity) {
  EXPECT_EQ(parse_answer("C", AnswerStyle::choice(4)).letter(), 'C');
  EXPECT_TRUE(parse_answer("E", AnswerStyle::choice(4)).missing());
  EXPECT_EQ(parse_answer("2+2", AnswerStyle::free_text()).kind(), AnswerKind::text);
  EXPECT_EQ(parse_answer("it is true", AnswerStyle::yes_no()).kind(), AnswerKind::yes_no);
}

TEST(AnswerValue, LimitsTurnIntoText) {
  EXPECT_EQ(parse_answer(std::string(100, '(') + "1" + std::string(100, ')')).kind(), AnswerKind::text);
  EXPECT_EQ(parse_answer(std::string(10, '(') + "1" + std::string(10, ')')).kind(), AnswerKind::number);
  EXPECT_EQ(parse_answer(std::string(9000, '1')).kind(), AnswerKind::text);
  EXPECT_EQ(parse_answer(std::string(8000, '1')).kind(), AnswerKind::number);
  std::string sum = "x";
  while (sum.size() < 8000) sum += "+x";
  EXPECT_EQ(parse_answer(sum).kind(), AnswerKind::text) << "more than 4096 nodes";
}

}  // namespace
}  // namespace reckon
