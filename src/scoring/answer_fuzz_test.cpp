// Random and hostile input: nothing may throw, hang or break reflexivity and symmetry. The same
// property runs under libFuzzer in answer_fuzz.cpp.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "scoring/answer_grade.h"
#include "scoring/answer_groups.h"

namespace reckon {
namespace {

constexpr std::string_view kPieces[] = {
    "\\boxed{", "\\frac{", "\\sqrt{", "}", "{", "(", ")", "[", "]", "\\{", "\\}", "1", "23", "4.5", ",", "x", "y", "+", "-", "*",
    "/", "^", "=", "<", "\\le", "\\pm", "\\cup", "\\pi", "\\infty", "!", "%", "$", "**", "####", "answer is", "Answer:", "\n", " ",
    "Q:", "<think>", "</think>", "A", "(B)", "or", "and", "yes", "no", ":", "12:30", "cm", "\\text{", "\\begin{pmatrix}", "&",
    "\\\\", "\\end{pmatrix}", "|", "\\sin", "\\log_", "_", "−", "½", "²", "\\", "~", "e", "million", "to", "...", "9^", "\\binom{"};

std::string random_text(Rng& rng) {
  std::string text;
  const auto pieces = rng.below(24);
  const bool bytes = rng.below(8) == 0;
  for (std::uint64_t i = 0; i < pieces; ++i) {
    if (bytes) {
      text += static_cast<char>(rng.below(256));
    } else {
      text += kPieces[rng.below(std::size(kPieces))];
    }
  }
  return text;
}

AnswerStyle random_style(Rng& rng) {
  switch (rng.below(6)) {
    case 0: return AnswerStyle::number();
    case 1: return AnswerStyle::choice(static_cast<int>(rng.below(30)));
    case 2: return AnswerStyle::choice_of({"1", "x", "cm"});
    case 3: return AnswerStyle::yes_no();
    case 4: return AnswerStyle::free_text();
    default: return AnswerStyle::automatic();
  }
}

// Nothing here asserts a time: a hang runs into ctest's own limit.
#ifdef __SANITIZE_ADDRESS__
constexpr int kRandomTexts = 5'000;  // sanitized, each takes fifty times as long
#else
constexpr int kRandomTexts = 100'000;
#endif

// RECKON_FUZZ_TEXTS=1000000 tries as many as the specification asks for, in a minute or so.
int random_texts() {
  const char* wanted = std::getenv("RECKON_FUZZ_TEXTS");
  return wanted != nullptr ? std::atoi(wanted) : kRandomTexts;
}

TEST(AnswerFuzz, RandomTexts) {
  Rng rng(20240607);
  AnswerValue previous;
  const int texts = random_texts();
  for (int round = 0; round < texts; ++round) {
    const auto text = random_text(rng);
    const auto style = random_style(rng);
    extract_after_trigger(text, style);
    extract_after_separator(text, style);
    const auto extracted = extract_answer(text, style);
    parse_answer(extracted.text, style);
    const auto value = parse_answer(text);
    ASSERT_EQ(value.missing(), canonical_key(value).empty()) << text;
    ASSERT_EQ(equivalent(value, value, EquivalencePolicy::voting()), !value.missing()) << text;
    ASSERT_EQ(equivalent(value, previous, EquivalencePolicy::voting()), equivalent(previous, value, EquivalencePolicy::voting()))
        << text << " | " << previous.text();
    equivalent(value, previous, EquivalencePolicy::grading());
    previous = value;
  }
}

std::string repeated(std::string_view unit, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += unit;
  return text;
}

// 1 MB of two pieces, 60 kB of the others: quadratic work would show in both.
TEST(AnswerFuzz, LongRunsOfEachNastyPiece) {
  for (const std::string_view unit :
       {"\\boxed{", "(", "{", "\\frac{", "answer is ", "answer ", "#### ", "1,234,", "**", "$", "- ", "9", "9.", "a", "\n", "Q:", "\\(",
        "<think>", "</think>", "\\sqrt", "½", "\\text{", "option ", "A or ", "x=", "1:", "\xFF", "\\\\", "$1", "-1", "1/", "| "}) {
    const bool long_run = unit == "answer is " || unit == "(";
    const auto text = repeated(unit, long_run ? 1'000'000 : 60'000);
    for (const auto& style : {AnswerStyle::automatic(), AnswerStyle::number(), AnswerStyle::choice(5), AnswerStyle::yes_no(),
                              AnswerStyle::free_text()}) {
      extract_answer(text, style);
    }
    extract_after_separator(text, AnswerStyle::number());
    extract_after_trigger(text, AnswerStyle::choice(5));
    const auto value = parse_answer(text);
    EXPECT_EQ(equivalent(value, value, EquivalencePolicy::grading()), !value.missing());
  }
}

TEST(AnswerFuzz, HostileMathsEndsSoon) {
  std::vector<std::string> nasty;
  for (const std::string_view unit : {"9^", "2\\frac{", "(", "\\sqrt{", "8000!*", "x=(", "sin ", "\\sin x+", "-", "x^x^", "(1,2),", "1/3+",
                                      "7^{30000}+", "\\pm ", "x=1 or ", "((a),b),", "e^", "200!e+", "a=(b,c,", "\\frac1", "|"}) {
    nasty.push_back(repeated(unit, 4000) + "1");
    nasty.push_back(repeated(unit, 500) + "1");
  }
  std::string nested = "z";
  for (int i = 0; i < 16; ++i) nested = "x=(" + nested + "), foobar=(" + std::to_string(i) + ")";
  nasty.push_back(nested);
  for (const auto& text : nasty) {
    const auto value = parse_answer(text);
    const auto other = parse_answer(text + "+0");
    equivalent(value, other, EquivalencePolicy::grading());
    equivalent(value, other, EquivalencePolicy::voting());
  }
}

}  // namespace
}  // namespace reckon
