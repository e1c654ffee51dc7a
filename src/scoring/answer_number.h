// Exact numbers with caps, so that no answer, however large, can hang or exhaust a grader.
// Internal to src/scoring: the only headers that include Boost are this one and its dependants.
//
// Threading: pure functions; a WorkMeter belongs to one caller. Errors: nullopt when a result would
// be undefined, irrational or above a cap.
// Source: shared specification 6.4 (10^(10^10), factorials) and 6.5 (100,000 bits).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <boost/multiprecision/cpp_int.hpp>

namespace reckon::answer_detail {

using Integer = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;

constexpr std::size_t kMaxBits = 100'000;

// Numerator plus denominator, in bits.
std::size_t bit_length(const Integer& value);
std::size_t bit_length(const Rational& value);

// Big operations left to one evaluation. Division and reduction of b-bit numbers cost about b^2, so
// thousands of operations just under the bit cap would still take minutes without this meter.
class WorkMeter {
 public:
  // False when the work does not fit any more.
  bool spend(std::size_t bits);

 private:
  std::size_t left_ = 50'000'000;  // squared 64-bit limbs: some hundred milliseconds at most
};

std::optional<Rational> exact_add(const Rational& a, const Rational& b, WorkMeter& meter);
std::optional<Rational> exact_multiply(const Rational& a, const Rational& b, WorkMeter& meter);
std::optional<Rational> exact_divide(const Rational& a, const Rational& b, WorkMeter& meter);
// Integer and rational exponents; the latter only when the root is exact.
std::optional<Rational> exact_power(const Rational& base, const Rational& exponent, WorkMeter& meter);
// The real `degree`-th root when it is rational, 2 <= degree <= 64.
std::optional<Rational> exact_root(const Rational& value, unsigned degree, WorkMeter& meter);
std::optional<Rational> exact_factorial(const Rational& value, WorkMeter& meter);
std::optional<Rational> exact_binomial(const Rational& n, const Rational& k, WorkMeter& meter);

// Digits, optionally with a point and an exponent: "12", ".5", "3.", "1.5e-3"; no sign, no commas.
struct Decimal {
  Rational value;
  int decimals = -1;  // digits after the point as written; -1 for an integer
};
std::optional<Decimal> parse_decimal(std::string_view text);

bool is_integer(const Rational& value);
// Rounded half away from zero to `decimals` places.
Rational round_to(const Rational& value, int decimals);
// Lowest terms, hexadecimal (linear time, unlike decimal), "a" or "a/b".
std::string exact_key(const Rational& value);

}  // namespace reckon::answer_detail
