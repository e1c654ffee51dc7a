#include "scoring/equation_check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "scoring/answer_equivalence.h"
#include "scoring/answer_value.h"

namespace reckon {
namespace {

constexpr std::size_t kLongest = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One way to write each operator; dollar signs and markdown stars at words go.
std::string plain(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> forms = {{{"\\times", " * "},
                                                                                          {"\\cdot", " * "},
                                                                                          {"\\div", " / "},
                                                                                          {"\xc3\x97", " * "},   // multiplication sign
                                                                                          {"\xc3\xb7", " / "},   // division sign
                                                                                          {"\xe2\x88\x92", "-"}, // minus sign
                                                                                          {"\xc2\xb7", " * "},   // middle dot
                                                                                          {"\\$", ""},
                                                                                          {"$", ""},
                                                                                          {"\\left", ""},
                                                                                          {"\\right", ""},
                                                                                          {"\\,", ""}}};
  std::string out(text);
  for (const auto& [form, sign] : forms) out = replace_all(std::move(out), form, sign);
  // "3 x 4": a letter between two numbers.
  for (std::size_t i = 1; i + 1 < out.size(); ++i) {
    const bool between = out[i - 1] == ' ' && out[i + 1] == ' ' && i >= 2 && (is_digit(out[i - 2]) || out[i - 2] == ')') && i + 2 < out.size();
    if ((out[i] == 'x' || out[i] == 'X') && between && (is_digit(out[i + 2]) || out[i + 2] == '(')) out[i] = '*';
  }
  return out;
}

bool belongs_to_sum(char c) {
  return is_digit(c) || c == ' ' || c == '.' || c == ',' || c == '+' || c == '-' || c == '*' || c == '/' || c == '(' || c == ')' || c == '%';
}

// The longest run of sum characters that ends at `end`; nothing when a word is joined to it.
std::string_view left_side(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && end - begin < kLongest && belongs_to_sum(text[begin - 1])) --begin;
  std::string_view side = trim(text.substr(begin, end - begin));
  // What stands before was cut: an operator there has lost its operand, and a full stop or comma is a sentence's.
  const bool cut = begin > 0 && text[begin - 1] != '\n' && text[begin - 1] != '=' && text[begin - 1] != ':';
  while (!side.empty() && (side.front() == '.' || side.front() == ',')) side = trim(side.substr(1));
  // The bracket of a remark, or of mathematics in a text.
  while (side.starts_with('(') && std::ranges::count(side, '(') > std::ranges::count(side, ')')) side = trim(side.substr(1));
  if (!side.empty() && cut && (side.front() == '+' || side.front() == '*' || side.front() == '/' || side.front() == '-' || side.front() == '%')) return {};
  return side;
}

// The number, with its sign, that begins at `at`; nothing when it goes on as a sum or a name.
std::string_view right_side(std::string_view text, std::size_t at) {
  at = std::min(text.find_first_not_of(' ', at), text.size());
  std::size_t end = at;
  if (end < text.size() && text[end] == '-') ++end;
  while (end < text.size() && (is_digit(text[end]) || ((text[end] == '.' || text[end] == ',') && end + 1 < text.size() && is_digit(text[end + 1])))) ++end;
  const std::string_view number = text.substr(at, end - at);
  if (number.empty() || number == "-") return {};
  if (end < text.size() && text[end] == '%') ++end;
  const std::size_t next = std::min(text.find_first_not_of(' ', end), text.size());
  const bool goes_on = next < text.size() && (text[next] == '+' || text[next] == '*' || text[next] == '/' || text[next] == '-' || text[next] == '(' || text[next] == '^');
  return goes_on ? std::string_view() : text.substr(at, end - at);
}

bool has_operator_between_numbers(std::string_view side) {
  const auto first = side.find_first_of("0123456789");
  if (first == std::string_view::npos) return false;
  return side.find_first_of("+-*/", first) != std::string_view::npos;
}

std::optional<StatedEquation> equation_at(std::string_view text, std::size_t sign) {
  const std::string_view left = left_side(text, sign);
  const std::string_view right = right_side(text, sign + 1);
  if (right.empty() || !has_operator_between_numbers(left)) return std::nullopt;
  const AnswerValue sum = parse_answer(left);
  const AnswerValue result = parse_answer(right);
  if (sum.kind() != AnswerKind::number || result.kind() != AnswerKind::number) return std::nullopt;
  EquivalencePolicy policy = EquivalencePolicy::grading();
  policy.allow_rounding = true;
  return StatedEquation{std::string(left) + " = " + std::string(right), equivalent(result, sum, policy)};
}

}  // namespace

std::vector<StatedEquation> stated_equations(std::string_view given) {
  const std::string text = plain(given);
  std::vector<StatedEquation> equations;
  for (auto sign = text.find('='); sign != std::string::npos; sign = text.find('=', sign + 1)) {
    if (auto equation = equation_at(text, sign)) equations.push_back(*std::move(equation));
  }
  return equations;
}

}  // namespace reckon
