// Symbolic expressions: a recursive-descent parser for LaTeX and plain text into a flat tree.
// Internal to src/scoring.
//
// Reads + - * / ^ (and **), implicit products, \frac, \sqrt, \binom, |x|, n!, mixed numbers, the
// usual functions, pi, e and single-letter symbols with subscripts. Anything else is refused rather
// than guessed: a wrong parse would become a wrong "equal".
//
// Threading: values. Cost: linear in the text. Errors: nullopt. Limits: nesting 64, 4096 nodes.
// Source: shared specification 6.3 and 6.5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scoring/answer_number.h"

namespace reckon::answer_detail {

enum class Op : std::uint8_t {
  number, symbol, pi, euler, add, subtract, multiply, divide, power, negate, root, absolute, factorial, binomial, call
};
enum class Function : std::uint8_t {
  sin, cos, tan, cot, sec, csc, arcsin, arccos, arctan, sinh, cosh, tanh, exp, ln, log
};

struct Node {
  Op op = Op::number;
  Function function = Function::sin;
  int left = -1;
  int right = -1;      // root: the degree; log: the base
  Rational number;
  std::string symbol;
};

// Children come before their parents and the root is last, so that evaluation is one loop: a sum of
// 4000 terms is a tree 4000 deep, which recursion should not have to hold.
struct Expression {
  std::vector<Node> nodes;
  std::vector<std::string> symbols() const;  // sorted, unique
};

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 4096;

// `text` after plain_symbols and tidy_latex.
std::optional<Expression> parse_expression(std::string_view text);

}  // namespace reckon::answer_detail
