// Values of expressions: exact where possible, else 168-bit floats with a running error bound.
// Internal to src/scoring.
//
// The error bound is what makes "relative difference" safe: without it either cancellation would
// hide equality (x^2-1 against (x-1)(x+1) near 1), or an absolute tolerance would call all tiny
// numbers equal (1/2^99 = 1/2^98).
//
// Threading: pure functions. Cost: one loop over the nodes per point.
// Source: shared specification 6.3 tier 4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include "scoring/answer_expression.h"

namespace reckon::answer_detail {

using Float = boost::multiprecision::cpp_bin_float_50;

struct Approximation {
  Float value = 0;
  Float error = 0;     // first-order bound on |value - true value|
  bool valid = false;  // false: outside the domain or out of range
};

// Sample points: 12 positive ones in (0.3, 2.7), then 6 negative ones. A symbol's value depends on
// its name and the point only, so two expressions see the same values.
constexpr int kPoints = 18;
constexpr int kMinimumValidPoints = 6;

// Evaluations left to one comparison, so that it ends whatever is nested in its answers. In nodes, of which powers,
// roots and functions count twenty: a few tenths of a second at most, and the same for every machine, unlike a deadline.
class EvaluationMeter {
 public:
  // False when the work does not fit any more; then nothing does.
  bool spend(std::int64_t nodes);

 private:
  std::int64_t left_ = 300'000;
};
// What evaluating it at one point spends.
std::int64_t evaluation_cost(const Expression& expression);

std::optional<Rational> evaluate_exact(const Expression& expression);
Approximation evaluate_at(const Expression& expression, int point);
Approximation approximate(const Rational& value);

// Equal up to the errors and a relative difference of 1e-20.
bool nearly_equal(const Approximation& a, const Approximation& b);

// a == b for all values of their symbols, by randomised evaluation. Points where both are undefined
// are skipped; where only one is, they count as different if too few common points remain, or when the meter has run out.
bool same_function(const Expression& a, const Expression& b, EvaluationMeter& meter);
// (a1 - a2) = c (b1 - b2) for a constant c != 0: the equations a1 = a2 and b1 = b2 agree.
struct Equation {
  const Expression& left;
  const Expression& right;
};
bool same_equation(const Equation& a, const Equation& b, EvaluationMeter& meter);

}  // namespace reckon::answer_detail
