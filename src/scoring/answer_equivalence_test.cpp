#include "scoring/answer_equivalence.h"

#include <gtest/gtest.h>

#include <string_view>
#include <thread>
#include <vector>

namespace reckon {
namespace {

bool graded(std::string_view answer, std::string_view reference) {
  return equivalent(parse_answer(answer), parse_answer(reference), EquivalencePolicy::grading());
}

bool voted(std::string_view a, std::string_view b) {
  const auto left = parse_answer(a);
  const auto right = parse_answer(b);
  const bool forward = equivalent(left, right, EquivalencePolicy::voting());
  EXPECT_EQ(forward, equivalent(right, left, EquivalencePolicy::voting())) << "asymmetric: " << a << " | " << b;
  return forward;
}

// Sets of sets of roots that differ in their last members only, turned round: each two would be compared to the end.
TEST(AnswerLimits, NestedSetsOfSymbolsEnd) {
  const auto nested = [](int sets, int members, bool reversed) {
    std::string text;
    for (int i = 0; i < sets; ++i) {
      std::string inner;
      for (int j = 0; j + 1 < members; ++j) inner += "\\sqrt{" + std::to_string(4 * (reversed ? members - 1 - j : j + 1) + 2) + "},";
      inner += "\\sqrt{" + std::to_string(4 * (members + 1 + (reversed ? sets - 1 - i : i)) + 2) + "}";
      text += (i > 0 ? ",\\{" : "\\{") + inner + "\\}";
    }
    return "\\{" + text + "\\}";
  };
  EXPECT_TRUE(voted(nested(3, 4, false), nested(3, 4, true)));
  EXPECT_TRUE(voted(nested(24, 24, false), nested(24, 24, false)));
  EXPECT_FALSE(voted(nested(24, 24, false), nested(24, 24, true))) << "equal, but not shown to be within the work allowed";
}

// ---- shared specification 6.4, one test a row ----

TEST(AnswerPitfalls, TinyValuesAreNotEqual) {
  EXPECT_FALSE(graded("\\frac{1}{2004!}", "\\frac{1}{2006!}"));
  EXPECT_FALSE(graded("1/2^{99}", "1/2^{98}"));
  EXPECT_FALSE(graded("e^{-1000}", "e^{-1001}"));
  EXPECT_FALSE(graded("e^{-1000}", "0"));
  EXPECT_TRUE(graded("1/2^{99}", "2^{-99}"));
}

TEST(AnswerPitfalls, ChainsAndAssignmentsAreJudgedWhole) {
  EXPECT_FALSE(graded("n=2,3,4", "1,2,3"));
  EXPECT_TRUE(graded("n=1,2,3", "1,2,3"));
  EXPECT_FALSE(graded("D=(0,1)", "(0,1.5)"));
  EXPECT_TRUE(graded("D=(0,1)", "(0,1)"));
  EXPECT_FALSE(graded("\\sum_{i=1}^{10} i", "\\sum_{i=1}^{11} i"));
}

TEST(AnswerPitfalls, PlusMinusIsTwoValues) {
  EXPECT_FALSE(graded("\\pm 2021", "2021"));
  EXPECT_FALSE(graded("±2021", "2021"));
  EXPECT_FALSE(graded("2021", "\\pm 2021"));
  EXPECT_TRUE(graded("\\pm 2021", "2021, -2021"));
  EXPECT_TRUE(graded("x = \\pm\\sqrt{2}", "\\{-\\sqrt2, \\sqrt2\\}"));
}

TEST(AnswerPitfalls, NearbySymbolicConstantsDiffer) { EXPECT_FALSE(graded("1 - 1/e", "1 + 1/e")); }

TEST(AnswerPitfalls, TimesAndRatiosAreTyped) {
  EXPECT_FALSE(graded("12:00", "1:00"));
  EXPECT_FALSE(graded("1:2:3", "1:4:9"));
  EXPECT_FALSE(graded("1:2:3:\\ldots", "1:4:9:\\ldots"));
  EXPECT_TRUE(graded("2:4", "1:2"));
  EXPECT_TRUE(graded("3 to 1", "3:1"));
  EXPECT_TRUE(graded("3:30 pm", "3:30 p.m."));
  EXPECT_FALSE(graded("3:30 am", "3:30 pm"));
  EXPECT_FALSE(graded("1:2", "1/2"));
}

TEST(AnswerPitfalls, BareEquationsDoNotMatchByAFragment) {
  EXPECT_FALSE(graded("x^2 + y^2 = 0", "0"));
  EXPECT_FALSE(graded("x + 1 = 5", "5"));
  EXPECT_FALSE(graded("2x = 0", "0"));
}

TEST(AnswerPitfalls, PercentLeniencyNeedsASign) {
  EXPECT_FALSE(graded("5", "0.05"));
  EXPECT_FALSE(graded("5", "500"));
  EXPECT_FALSE(graded("5\\%", "500"));
  EXPECT_TRUE(graded("5\\%", "0.05"));
  EXPECT_TRUE(graded("5\\%", "5"));
}

TEST(AnswerPitfalls, IntegersAreExact) {
  EXPECT_FALSE(graded("10000", "10001"));
  EXPECT_FALSE(graded("123456789012345678901234567890", "123456789012345678901234567891"));
  EXPECT_TRUE(graded("1000000000000000000000", "10^{21}"));
}

TEST(AnswerPitfalls, FalseNegativesThatDriveSelection) {
  for (const auto* spelling : {"18", "$18", "\\$18", "18.00", "18 dollars", "**18**", "\\text{18}", "x = 18", "18.", "+18", "018",
                               "3 \\times 6 = 18", "\\frac{36}{2}", "1.8 \\times 10^1", "eggs = 18", "18 \\text{ apples}"}) {
    EXPECT_TRUE(voted(spelling, "18")) << spelling;
  }
}

TEST(AnswerPitfalls, HugePowersAndFactorialsDoNotHang) {
  EXPECT_FALSE(graded("10^{10^{10}}", "10^{10^{11}}"));
  EXPECT_TRUE(graded("10^{10^{10}}", "10^{10^{10}}"));
  EXPECT_FALSE(graded("(10^{9})!", "(10^{9}+1)!"));
  EXPECT_FALSE(graded("9^{9^{9^{9^{9}}}}", "8^{9^{9^{9^{9}}}}"));
  EXPECT_FALSE(graded("\\binom{10^9}{5 \\cdot 10^8}", "1"));
  EXPECT_TRUE(graded("1^{10^{10}}", "1"));
}

// ---- shared specification 6.7, the golden items ----

TEST(AnswerGolden, SpellingsOfOneHalf) {
  for (const auto* half : {"1/2", "0.5", "\\frac12", "\\dfrac{1}{2}", "\\tfrac 12", ".5", "½", "50\\%", "2/4"}) {
    EXPECT_TRUE(graded(half, "1/2")) << half;
  }
  EXPECT_FALSE(voted("50\\%", "1/2")) << "the percent policy is off for voting";
}

TEST(AnswerGolden, RoundingNeedsThePolicy) {
  const auto third = parse_answer("1/3");
  auto policy = EquivalencePolicy::grading();
  EXPECT_FALSE(equivalent(parse_answer("0.333"), third, policy));
  EXPECT_FALSE(voted("0.333", "1/3"));
  policy.allow_rounding = true;
  EXPECT_TRUE(equivalent(parse_answer("0.333"), third, policy));
  EXPECT_FALSE(equivalent(parse_answer("0.334"), third, policy));
  EXPECT_FALSE(equivalent(parse_answer("0.3"), third, policy)) << "one digit says too little";
  EXPECT_TRUE(equivalent(parse_answer("1.41"), parse_answer("\\sqrt{2}"), policy));
  EXPECT_FALSE(equivalent(parse_answer("1.42"), parse_answer("\\sqrt{2}"), policy));
  EXPECT_FALSE(equivalent(parse_answer("4.99"), parse_answer("5"), policy));
}

TEST(AnswerGolden, ThousandsCommasAndTuples) {
  EXPECT_TRUE(graded("1,234", "1234"));
  EXPECT_TRUE(graded("1{,}234", "1234"));
  EXPECT_FALSE(graded("(1,234)", "1234"));
  EXPECT_TRUE(graded("(1,234)", "(1, 234)"));
}

TEST(AnswerGolden, Units) {
  EXPECT_TRUE(graded("10 cm", "10"));
  EXPECT_TRUE(graded("10\\text{ cm}", "10 centimeters"));
  EXPECT_FALSE(graded("10 cm", "10 m"));
  EXPECT_FALSE(voted("10 cm", "10 m"));
  EXPECT_TRUE(graded("12 \\text{ cm}^2", "12 square centimeters"));
  EXPECT_FALSE(graded("12 cm^2", "12 cm"));
  EXPECT_TRUE(graded("90^\\circ", "90"));
  EXPECT_TRUE(graded("10", "10 cm"));
  auto strict = EquivalencePolicy::grading();
  strict.units = UnitRule::answer_may_add;
  EXPECT_FALSE(equivalent(parse_answer("10"), parse_answer("10 cm"), strict));
  EXPECT_TRUE(equivalent(parse_answer("10 cm"), parse_answer("10"), strict));
  EXPECT_TRUE(equivalent(parse_answer("18"), parse_answer("$18"), strict));
}

TEST(AnswerGolden, SetsTuplesAndIntervals) {
  EXPECT_TRUE(graded("\\{1,2\\}", "\\{2,1\\}"));
  EXPECT_TRUE(graded("{1,2}", "{2,1}"));
  EXPECT_FALSE(graded("\\{1,1,2\\}", "\\{1,2,2\\}"));
  EXPECT_FALSE(graded("(1,2)", "(2,1)"));
  EXPECT_FALSE(graded("(1,2)", "\\{1,2\\}"));
  EXPECT_FALSE(graded("[0,1)", "[0,1]"));
  EXPECT_FALSE(graded("[0,1]", "(0,1)"));
  EXPECT_TRUE(graded("[0, 0.5)", "[0,\\frac{1}{2})"));
  EXPECT_TRUE(graded("(-\\infty,0)\\cup(1,2]", "(1,2] \\cup (-\\infty, 0)"));
  EXPECT_TRUE(graded("x = 1 \\text{ or } x = 2", "1, 2"));
  EXPECT_TRUE(graded("x=1, y=2", "y=2, x=1"));
  EXPECT_FALSE(graded("x=1, y=2", "x=2, y=1"));
}

TEST(AnswerGolden, SymbolicIdentities) {
  EXPECT_TRUE(graded("x^2-1", "(x-1)(x+1)"));
  EXPECT_TRUE(graded("\\sqrt{8}", "2\\sqrt2"));
  EXPECT_TRUE(graded("\\sin^2 x + \\cos^2 x", "1"));
  EXPECT_TRUE(graded("\\frac{\\sqrt{3}}{3}", "\\frac{1}{\\sqrt{3}}"));
  EXPECT_TRUE(graded("2\\pi r", "2 r \\pi"));
  EXPECT_TRUE(graded("\\ln(ab)", "\\ln(a b)"));
  EXPECT_TRUE(graded("\\sqrt{5+2\\sqrt6}", "\\sqrt2+\\sqrt3"));
  EXPECT_FALSE(graded("x^2-1", "(x-1)(x+2)"));
  EXPECT_FALSE(graded("x", "y"));
  EXPECT_FALSE(graded("\\sqrt{x^2}", "x")) << "they differ for negative x";
  EXPECT_FALSE(graded("x^2 - 1 + 10^{-15}", "x^2 - 1"));
}

TEST(AnswerGolden, NamesOfValues) {
  EXPECT_TRUE(graded("x=5", "5"));
  EXPECT_TRUE(graded("5", "x=5"));
  EXPECT_TRUE(graded("5 = x", "x=5"));
  EXPECT_FALSE(graded("x=5", "y=5"));
  EXPECT_TRUE(graded("f(x)=x^2", "x^2"));
}

TEST(AnswerEquivalence, MissingEqualsNothing) {
  const AnswerValue missing;
  EXPECT_FALSE(equivalent(missing, missing, EquivalencePolicy::voting()));
  EXPECT_FALSE(equivalent(parse_answer(""), parse_answer("  "), EquivalencePolicy::grading()));
  EXPECT_FALSE(equivalent(missing, parse_answer("5"), EquivalencePolicy::grading()));
  EXPECT_EQ(canonical_key(missing), "");
}

TEST(AnswerEquivalence, EquationsAreEqualUpToAFactor) {
  EXPECT_TRUE(voted("2x + 4y = 6", "x + 2y - 3 = 0"));
  EXPECT_TRUE(voted("y = 2x+3", "2x - y + 3 = 0"));
  EXPECT_FALSE(voted("y = 2x+3", "2x - y + 4 = 0"));
  EXPECT_FALSE(voted("x^2 + y^2 = 1", "x^2 + y^2 = 2"));
}

TEST(AnswerEquivalence, InequalitiesAndIntervals) {
  EXPECT_TRUE(voted("x > 5", "5 < x"));
  EXPECT_FALSE(voted("x > 5", "x \\geq 5"));
  EXPECT_TRUE(graded("(5,\\infty)", "x > 5"));
  EXPECT_TRUE(graded("[1,2)", "1 \\le x < 2"));
  EXPECT_FALSE(graded("x > 5", "(5,\\infty)")) << "must not echo the problem";
}

TEST(AnswerEquivalence, ChainsEndInTheirAnswerWhenGraded) {
  EXPECT_TRUE(graded("2 + 3 = 5", "5"));
  EXPECT_TRUE(graded("2 + 2 = 5", "5")) << "the reasoning is not graded";
  EXPECT_FALSE(voted("2 + 2 = 5", "5"));
  EXPECT_TRUE(graded("A = \\pi r^2 = 4\\pi", "4\\pi"));
}

TEST(AnswerEquivalence, WordsAreNoProducts) {
  EXPECT_FALSE(voted("up", "pu"));
  EXPECT_TRUE(voted("The Eiffel Tower", "eiffel tower."));
  EXPECT_TRUE(voted("\\text{Monday}", "monday"));
  EXPECT_FALSE(voted("2 in 3", "3 in 2"));
  EXPECT_TRUE(voted("2516_8", "2516_{8}"));
  EXPECT_FALSE(voted("2516_8", "2516"));
}

TEST(AnswerEquivalence, MixedNumbersAreNotGluedDigits) {
  EXPECT_FALSE(voted("1 1/2", "11/2"));
  EXPECT_TRUE(voted("1 1/2", "3/2"));
  EXPECT_TRUE(voted("1\\frac12", "1.5"));
  EXPECT_FALSE(voted("2\\frac{x}{3}", "2+\\frac{x}{3}"));
}

TEST(AnswerEquivalence, MatricesElementWise) {
  EXPECT_TRUE(voted("\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{bmatrix} 1 & 2 \\\\ 3 & 8/2 \\end{bmatrix}"));
  EXPECT_FALSE(voted("\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{pmatrix}1&2&3&4\\end{pmatrix}"));
}

// Equal keys must mean equal answers, and every answer must equal itself.
TEST(AnswerEquivalence, KeysAndReflexivityOverAMixedCorpus) {
  const std::vector<std::string_view> corpus{
      "18", "18.0", "$18", "18 cm", "18 m", "1/2", "0.5", "50%", "x=5", "y=5", "5", "(1,2)", "[1,2]", "(1,2]", "{1,2}", "2,1",
      "\\pm 3", "\\sqrt2", "\\sqrt{2}", "x^2", "x+1=2", "x<1", "1>x", "12:00", "1:2", "2:4", "(C)", "C", "yes", "No", "Paris",
      "paris.", "\\begin{pmatrix}1\\end{pmatrix}", "(a,b)", "\\emptyset", "1,234", "(1,234)", "1 1/2", "11/2", "\\infty",
      "(0,\\infty)", "\\frac{x}{0}", "3 < x < 4"};
  for (const auto a : corpus) {
    const auto left = parse_answer(a);
    EXPECT_TRUE(equivalent(left, left, EquivalencePolicy::voting())) << a;
    EXPECT_TRUE(equivalent(left, left, EquivalencePolicy::grading())) << a;
    for (const auto b : corpus) {
      const auto right = parse_answer(b);
      const bool same = voted(a, b);  // also checks symmetry
      EXPECT_TRUE(same || canonical_key(left) != canonical_key(right)) << a << " | " << b;
    }
  }
}

TEST(AnswerEquivalence, SameVerdictsOnManyThreads) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(16, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&wrong, t] {
      for (int i = 0; i < 5; ++i) {
        wrong[t] += !equivalent(parse_answer("\\sqrt{8}+x"), parse_answer("x+2\\sqrt2"), EquivalencePolicy::voting());
        wrong[t] += equivalent(parse_answer("1/2004!"), parse_answer("1/2006!"), EquivalencePolicy::grading());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const int count : wrong) EXPECT_EQ(count, 0);
}

}  // namespace
}  // namespace reckon
