#include "scoring/number_game.h"

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "scoring/answer_expression.h"
#include "scoring/answer_text.h"

namespace reckon {
namespace {

using answer_detail::Expression;
using answer_detail::Node;
using answer_detail::Op;
using answer_detail::Rational;

// --- The solver: two numbers give way to one, until one is left. ---

// Small enough for five numbers of a few digits: what does not fit in 64 bits is no way to a small target.
struct Fraction {
  std::int64_t over = 0;
  std::int64_t under = 1;  // > 0, no common divisor
  bool operator==(const Fraction&) const = default;
};

__extension__ typedef __int128 Wide;

std::optional<Fraction> reduced(Wide over, Wide under) {
  if (under < 0) over = -over, under = -under;
  Wide a = over < 0 ? -over : over;
  for (Wide b = under; b != 0;) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  over /= a;
  under /= a;
  constexpr Wide kMost = Wide{1} << 62;
  if (over > kMost || over < -kMost || under > kMost) return std::nullopt;
  return Fraction{static_cast<std::int64_t>(over), static_cast<std::int64_t>(under)};
}

std::optional<Fraction> apply(const Fraction& a, char op, const Fraction& b, NumberGame::Division division) {
  switch (op) {
    case '+': return reduced(Wide{a.over} * b.under + Wide{b.over} * a.under, Wide{a.under} * b.under);
    case '-': return reduced(Wide{a.over} * b.under - Wide{b.over} * a.under, Wide{a.under} * b.under);
    case '*': return reduced(Wide{a.over} * b.over, Wide{a.under} * b.under);
    default: break;
  }
  if (b.over == 0) return std::nullopt;
  const auto quotient = reduced(Wide{a.over} * b.under, Wide{a.under} * b.over);
  if (quotient && division == NumberGame::Division::exact && quotient->under != 1) return std::nullopt;
  return quotient;
}

struct Move {
  std::size_t left = 0;  // positions in the list of numbers before the move; the result goes to its end
  std::size_t right = 0;
  char op = '+';
};

// Moves from these numbers to the target, the last one first; false when there are none.
bool reach(std::span<const Fraction> numbers, const NumberGame& game, std::vector<Move>& moves) {
  const bool done = game.use == NumberGame::Use::some || numbers.size() == 1;
  if (done && std::ranges::find(numbers, Fraction{game.target, 1}) != numbers.end()) return true;
  std::vector<Fraction> next;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (std::size_t j = 0; j < numbers.size(); ++j) {
      if (i == j) continue;
      next.clear();
      for (std::size_t k = 0; k < numbers.size(); ++k) {
        if (k != i && k != j) next.push_back(numbers[k]);
      }
      next.emplace_back();
      for (const char op : {'+', '-', '*', '/'}) {
        if (i > j && (op == '+' || op == '*')) continue;  // the same the other way round
        const auto value = apply(numbers[i], op, numbers[j], game.division);
        if (!value) continue;
        next.back() = *value;
        if (!reach(next, game, moves)) continue;
        moves.push_back({i, j, op});
        return true;
      }
    }
  }
  return false;
}

// --- Reading expressions. ---

struct ReadExpression {
  Rational value;
  std::vector<Rational> numbers;  // that it uses
};

Result<ReadExpression> not_arithmetic(std::string_view text) {
  return invalid_argument("\"" + std::string(text) + "\" is no expression of numbers, + - * / and brackets");
}

Result<ReadExpression> read_expression(std::string_view text, NumberGame::Division division) {
  const auto parsed = answer_detail::parse_expression(text);
  if (!parsed) return not_arithmetic(text);
  ReadExpression read;
  std::vector<Rational> values;
  for (const Node& node : parsed->nodes) {
    const auto left = [&]() -> const Rational& { return values[static_cast<std::size_t>(node.left)]; };
    const auto right = [&]() -> const Rational& { return values[static_cast<std::size_t>(node.right)]; };
    switch (node.op) {
      case Op::number:
        values.push_back(node.number);
        read.numbers.push_back(node.number);
        break;
      case Op::add: values.push_back(left() + right()); break;
      case Op::subtract: values.push_back(left() - right()); break;
      case Op::multiply: values.push_back(left() * right()); break;
      case Op::divide:
        if (right() == 0) return invalid_argument("it divides by zero");
        values.push_back(left() / right());
        if (division == NumberGame::Division::exact && denominator(values.back()) != 1) return invalid_argument("a division has a remainder");
        break;
      default: return not_arithmetic(text);
    }
  }
  read.value = values.back();
  return read;
}

std::string as_plain_text(std::string_view text) {
  return answer_detail::tidy_latex(answer_detail::plain_symbols(text));
}

Grade wrong(std::string reason) { return {0.0, std::move(reason)}; }

// Takes the numbers out of the list; false, and nothing is taken, when one of them is not there.
bool take(std::vector<Rational>& from, std::span<const Rational> numbers) {
  std::vector<Rational> left = from;
  for (const Rational& number : numbers) {
    const auto found = std::ranges::find(left, number);
    if (found == left.end()) return false;
    left.erase(found);
  }
  from = std::move(left);
  return true;
}

// --- Reading equations in running text. ---

// "3 * 8 = 24", or a chain of them, "(4 - 1) * 8 = 3 * 8 = 24".
struct Equation {
  std::string left;
  std::vector<std::string> right;
};

bool is_arithmetic(char c) {
  return answer_detail::is_digit(c) || std::string_view(" +-*/().").find(c) != std::string_view::npos;
}

bool has_operation(std::string_view text) { return text.find_first_of("+-*/") != std::string_view::npos; }

// The expression that the text ends with; empty when that has no operation. What a list begins with ("1. ", "- ",
// "**") and the end of a sentence are no part of it.
std::string_view expression_before(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && is_arithmetic(text[begin - 1])) --begin;
  text = trim(text.substr(begin));
  if (const auto sentence = text.rfind(". "); sentence != std::string_view::npos) text.remove_prefix(sentence + 2);
  text.remove_prefix(std::min(text.find_first_not_of(" *-+/"), text.size()));
  return has_operation(text) ? text : std::string_view();
}

// The number that the text begins with.
std::string_view number_after(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::size_t end = text.starts_with('-') ? 1 : 0;
  const auto is_part = [&](char c) { return answer_detail::is_digit(c) || c == '/' || c == '.'; };
  while (end < text.size() && is_part(text[end])) ++end;
  text = text.substr(0, end);
  while (text.ends_with('.') || text.ends_with('/')) text.remove_suffix(1);
  return text;
}

void add_equations(std::string_view line, std::vector<Equation>& found) {
  Equation open;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find('=', begin), line.size());
    const std::string_view part = line.substr(begin, end - begin);
    begin = end + 1;
    const bool whole = std::ranges::all_of(part, is_arithmetic) && has_operation(part) && end < line.size();
    if (!open.left.empty()) {
      const std::string_view right = whole ? trim(part) : number_after(part);
      if (!right.empty()) open.right.emplace_back(right);
      if (whole) continue;
      if (!open.right.empty()) found.push_back(std::move(open));
      open = {};
    }
    open.left = expression_before(part);
  }
}

// In plain spelling: no LaTeX, times as "*".
std::string arithmetic_spelling(std::string_view line) {
  std::string text = answer_detail::plain_symbols(line);
  for (const char* sign : {"\\times", "\\cdot", " x "}) text = replace_all(std::move(text), sign, " * ");
  text = replace_all(std::move(text), "\\div", "/");
  for (const char* mark : {"$", "\\(", "\\)", "\\[", "\\]", "\\left", "\\right"}) text = replace_all(std::move(text), mark, "");
  return text;
}

std::vector<Equation> equations_in(std::string_view text) {
  std::vector<Equation> found;
  for (const std::string& line : split(text, '\n')) add_equations(arithmetic_spelling(line), found);
  return found;
}

// A number, which may be negative, or an expression.
std::optional<Rational> value_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto read = read_expression(negative ? text.substr(1) : text, NumberGame::Division::any);
  if (!read.ok()) return std::nullopt;
  return negative ? Rational(-read->value) : read->value;
}

std::optional<Fraction> small(const Rational& value) {
  const Rational most = std::int64_t{1} << 62;
  if (value > most || value < -most || denominator(value) > (std::int64_t{1} << 62)) return std::nullopt;
  return Fraction{static_cast<std::int64_t>(numerator(value)), static_cast<std::int64_t>(denominator(value))};
}

}  // namespace

std::optional<std::string> solve(const NumberGame& game) {
  std::vector<Fraction> numbers;
  std::vector<std::string> texts;
  for (const std::int64_t number : game.numbers) {
    numbers.push_back({number, 1});
    texts.push_back(std::to_string(number));
  }
  std::vector<Move> moves;
  if (!reach(numbers, game, moves)) return std::nullopt;
  for (auto move = moves.rbegin(); move != moves.rend(); ++move) {
    std::string joined = "(" + texts[move->left] + " " + move->op + " " + texts[move->right] + ")";
    texts.erase(texts.begin() + static_cast<std::ptrdiff_t>(std::max(move->left, move->right)));
    texts.erase(texts.begin() + static_cast<std::ptrdiff_t>(std::min(move->left, move->right)));
    texts.push_back(std::move(joined));
  }
  if (moves.empty()) return std::to_string(game.target);  // one of the numbers as it is
  const std::string& whole = texts.back();
  return whole.substr(1, whole.size() - 2);
}

Result<Grade> NumberGameChecker::grade(std::string_view answer) const {
  const std::string plain = as_plain_text(answer_detail::strip_wrapping(answer));
  const auto equals = plain.find('=');
  const auto read = read_expression(trim(std::string_view(plain).substr(0, equals)), game_.division);
  if (!read.ok()) return wrong(read.status().message());
  std::vector<Rational> left(game_.numbers.begin(), game_.numbers.end());
  if (!take(left, read->numbers)) return wrong("it uses a number that is not given, or one too often");
  if (!left.empty() && game_.use == NumberGame::Use::all) return wrong("it does not use all numbers");
  if (read->value != game_.target) return wrong("its value is " + read->value.str());
  if (equals != std::string::npos && value_of(trim(std::string_view(plain).substr(equals + 1))) != read->value) {
    return wrong("what it says after the = is false");
  }
  return Grade{1.0, ""};
}

Result<Grade> NumberGameChecker::promise(std::string_view solution) const {
  const std::vector<Rational> given(game_.numbers.begin(), game_.numbers.end());
  std::vector<Rational> left = given;
  for (const Equation& equation : equations_in(solution)) {
    const std::string shown = equation.left + " = " + join(equation.right, " = ");
    const auto read = read_expression(equation.left, game_.division);
    if (!read.ok()) return wrong(shown + ": " + read.status().message());
    const auto is_it = [&](const std::string& right) { return value_of(right) == read->value; };
    if (!std::ranges::all_of(equation.right, is_it)) return wrong(shown + " is false");
    if (take(left, read->numbers)) {
      left.push_back(read->value);
      continue;
    }
    // Or it puts the equations so far together.
    if (grade(equation.left)->right()) return Grade{1.0, ""};
    return wrong(shown + " uses a number that is not there");
  }
  std::vector<Fraction> numbers;
  for (const Rational& number : left) {
    const auto fraction = small(number);
    if (!fraction) return wrong("a number is far too large");
    numbers.push_back(*fraction);
  }
  std::vector<Move> moves;
  if (reach(numbers, game_, moves)) return Grade{1.0, ""};
  std::vector<std::string> shown;
  for (const Rational& number : left) shown.push_back(number.str());
  return wrong(std::to_string(game_.target) + " cannot be reached from " + join(shown, ", "));
}

}  // namespace reckon
