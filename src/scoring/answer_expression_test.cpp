#include "scoring/answer_expression.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "scoring/answer_evaluate.h"

namespace reckon::answer_detail {
namespace {

Rational value_of(std::string_view text) {
  const auto expression = parse_expression(text);
  EXPECT_TRUE(expression.has_value()) << text;
  if (!expression) return Rational(-999999);
  const auto value = evaluate_exact(*expression);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Rational(-999999));
}

double approximately(std::string_view text) {
  const auto expression = parse_expression(text);
  EXPECT_TRUE(expression.has_value()) << text;
  return expression ? static_cast<double>(evaluate_at(*expression, 0).value) : -999999.0;
}

TEST(AnswerExpression, PrecedenceAndSigns) {
  EXPECT_EQ(value_of("1+2*3"), 7);
  EXPECT_EQ(value_of("-2^2"), -4);
  EXPECT_EQ(value_of("(-2)^2"), 4);
  EXPECT_EQ(value_of("2^3^2"), 512);
  EXPECT_EQ(value_of("2^{-1}"), Rational(1, 2));
  EXPECT_EQ(value_of("6/2*3"), 9);
  EXPECT_EQ(value_of("2--3"), 5);
  EXPECT_EQ(value_of("8-3-2"), 3);
  EXPECT_EQ(value_of("2**10"), 1024);
  EXPECT_EQ(value_of("3!"), 6);
  EXPECT_EQ(value_of("2(3)(4)"), 24);
  EXPECT_EQ(value_of("|2-5|"), 3);
  EXPECT_EQ(value_of("3^2\\frac12"), Rational(9, 2));
}

TEST(AnswerExpression, FractionsRootsAndMixedNumbers) {
  EXPECT_EQ(value_of("\\frac12"), Rational(1, 2));
  EXPECT_EQ(value_of("\\frac1{72}"), Rational(1, 72));
  EXPECT_EQ(value_of("1\\frac{1}{2}"), Rational(3, 2));
  EXPECT_EQ(value_of("1 1/2"), Rational(3, 2));
  EXPECT_EQ(value_of("\\sqrt{16}"), 4);
  EXPECT_EQ(value_of("\\sqrt{\\frac{4}{9}}"), Rational(2, 3));
  EXPECT_EQ(value_of("\\sqrt[3]{-27}"), -3);
  EXPECT_EQ(value_of("8^{2/3}"), 4);
  EXPECT_EQ(value_of("\\binom{5}{2}"), 10);
}

TEST(AnswerExpression, FunctionsAndConstants) {
  EXPECT_NEAR(approximately("\\pi"), 3.14159265358979, 1e-12);
  EXPECT_NEAR(approximately("\\sin \\frac{\\pi}{6}"), 0.5, 1e-15);
  EXPECT_NEAR(approximately("\\sin 2\\pi"), 0.0, 1e-15);
  EXPECT_NEAR(approximately("\\log 100"), 2.0, 1e-15);
  EXPECT_NEAR(approximately("\\log_2 8"), 3.0, 1e-15);
  EXPECT_NEAR(approximately("\\ln e^2"), 2.0, 1e-15);
  EXPECT_NEAR(approximately("\\sin^2(1)+\\cos^2(1)"), 1.0, 1e-15);
  EXPECT_NEAR(approximately("\\arctan 1"), 0.785398163397448, 1e-12);
}

TEST(AnswerExpression, RefusesWhatItDoesNotUnderstand) {
  for (const auto* text : {"", "1+", "*2", "(1", "1)", "2 3", "x 3", "\\int x", "hello", "3_8", "f'", "5!!", "1..2", "\\frac{1}",
                           "\\sin^{-1} x", "a,b", "x=1", "\\sqrt", "^2", "||"}) {
    EXPECT_FALSE(parse_expression(text).has_value()) << text;
  }
}

TEST(AnswerExpression, UndefinedValues) {
  for (const auto* text : {"1/0", "0^0", "\\sqrt{-1}", "0^{-1}", "(-2)!", "(1/2)!"}) {
    const auto expression = parse_expression(text);
    ASSERT_TRUE(expression.has_value()) << text;
    EXPECT_FALSE(evaluate_exact(*expression).has_value()) << text;
    EXPECT_FALSE(evaluate_at(*expression, 0).valid) << text;
  }
}

TEST(AnswerExpression, ErrorBoundsSeparateCancellationFromSmallness) {
  const auto zero = *parse_expression("(10^{20}+x)-10^{20}-x");
  const auto tiny = *parse_expression("10^{-40}");
  const auto null = *parse_expression("0*x");
  EvaluationMeter meter;
  EXPECT_TRUE(same_function(zero, null, meter));
  EXPECT_FALSE(same_function(tiny, *parse_expression("0"), meter));
  EXPECT_FALSE(same_function(tiny, *parse_expression("10^{-41}"), meter));
  EXPECT_FALSE(same_function(*parse_expression("\\sqrt{2}*10^{60}-\\sqrt{2}*10^{60}"), *parse_expression("5"), meter)) << "what is left is noise";
  EXPECT_TRUE(same_function(*parse_expression("\\sqrt{2}*10^{60}"), *parse_expression("10^{60}*\\sqrt{2}"), meter));
}

TEST(AnswerExpression, SamplePointsDependOnNamesOnly) {
  const auto a = *parse_expression("x+y");
  const auto b = *parse_expression("y+x");
  for (int point = 0; point < kPoints; ++point) EXPECT_EQ(evaluate_at(a, point).value, evaluate_at(b, point).value);
  EXPECT_NE(evaluate_at(*parse_expression("x"), 0).value, evaluate_at(*parse_expression("y"), 0).value);
}

TEST(AnswerNumber, WorkIsCapped) {
  WorkMeter meter;
  EXPECT_FALSE(exact_power(Rational(10), Rational(1000000000), meter).has_value());
  EXPECT_FALSE(exact_factorial(Rational(100000), meter).has_value());
  EXPECT_TRUE(exact_power(Rational(2), Rational(1000), meter).has_value());
  WorkMeter small;
  int rounds = 0;
  while (small.spend(kMaxBits) && rounds < 1000) ++rounds;
  EXPECT_LT(rounds, 100) << "many operations just below the bit cap";
}

TEST(AnswerNumber, DecimalsAndRounding) {
  EXPECT_EQ(parse_decimal("010")->value, 10) << "not octal";
  EXPECT_EQ(parse_decimal("1.50")->decimals, 2);
  EXPECT_EQ(parse_decimal("3.")->decimals, -1);
  EXPECT_FALSE(parse_decimal("1e99999").has_value());
  EXPECT_FALSE(parse_decimal("e5").has_value());
  EXPECT_EQ(round_to(Rational(1, 8), 2), Rational(13, 100));
  EXPECT_EQ(round_to(Rational(-1, 8), 2), Rational(-13, 100));
  EXPECT_EQ(round_to(Rational(1, 3), 3), Rational(333, 1000));
}

}  // namespace
}  // namespace reckon::answer_detail
