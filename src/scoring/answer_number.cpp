#include "scoring/answer_number.h"

#include <algorithm>

#include "scoring/answer_text.h"

namespace reckon::answer_detail {
namespace {

using boost::multiprecision::denominator;
using boost::multiprecision::numerator;

constexpr int kMaxExponentDigits = 4;
constexpr int kMaxDegree = 64;

std::optional<Rational> capped(Rational value) {
  if (bit_length(value) > kMaxBits) return std::nullopt;
  return value;
}

std::optional<Integer> integer_root(const Integer& value, unsigned degree) {
  if (value < 0) {
    if (degree % 2 == 0) return std::nullopt;
    auto root = integer_root(-value, degree);
    if (root) *root = -*root;
    return root;
  }
  if (value < 2) return value;
  // Newton's iteration from above: doubles the correct digits each round once it is close.
  Integer guess = Integer(1) << (bit_length(value) / degree + 1);
  while (true) {
    const Integer next = ((degree - 1) * guess + value / boost::multiprecision::pow(guess, degree - 1)) / degree;
    if (next >= guess) break;
    guess = next;
  }
  if (boost::multiprecision::pow(guess, degree) != value) return std::nullopt;
  return guess;
}

std::optional<Rational> integer_power(const Rational& base, const Integer& exponent, WorkMeter& meter) {
  if (base == 0) {
    if (exponent <= 0) return std::nullopt;
    return Rational(0);
  }
  if (base == 1) return base;
  if (base == -1) return Rational(exponent % 2 == 0 ? 1 : -1);
  if (abs(exponent) > kMaxBits) return std::nullopt;
  const auto count = static_cast<unsigned>(abs(exponent));
  if (bit_length(base) * count > 2 * kMaxBits || !meter.spend(bit_length(base) * count)) return std::nullopt;
  Integer top = boost::multiprecision::pow(numerator(base), count);
  Integer bottom = boost::multiprecision::pow(denominator(base), count);
  if (exponent < 0) {
    std::swap(top, bottom);
    if (bottom < 0) {
      top = -top;
      bottom = -bottom;
    }
  }
  return capped(Rational(top, bottom));
}

}  // namespace

std::size_t bit_length(const Integer& value) {
  return value == 0 ? 1 : boost::multiprecision::msb(boost::multiprecision::abs(value)) + 1;
}

std::size_t bit_length(const Rational& value) {
  return bit_length(numerator(value)) + bit_length(denominator(value));
}

bool WorkMeter::spend(std::size_t bits) {
  const std::size_t limbs = bits / 64 + 1;
  const std::size_t cost = limbs * limbs;
  if (cost > left_) {
    left_ = 0;
    return false;
  }
  left_ -= cost;
  return true;
}

std::optional<Rational> exact_add(const Rational& a, const Rational& b, WorkMeter& meter) {
  if (!meter.spend(bit_length(a) + bit_length(b))) return std::nullopt;
  return capped(Rational(a + b));
}

std::optional<Rational> exact_multiply(const Rational& a, const Rational& b, WorkMeter& meter) {
  if (!meter.spend(bit_length(a) + bit_length(b))) return std::nullopt;
  return capped(Rational(a * b));
}

std::optional<Rational> exact_divide(const Rational& a, const Rational& b, WorkMeter& meter) {
  if (b == 0 || !meter.spend(bit_length(a) + bit_length(b))) return std::nullopt;
  return capped(Rational(a / b));
}

std::optional<Rational> exact_power(const Rational& base, const Rational& exponent, WorkMeter& meter) {
  if (is_integer(exponent)) return integer_power(base, numerator(exponent), meter);
  // A negative base has several roots here; leave it to the caller's domain rules.
  if (denominator(exponent) > kMaxDegree || base < 0) return std::nullopt;
  const auto root = exact_root(base, static_cast<unsigned>(denominator(exponent)), meter);
  return root ? integer_power(*root, numerator(exponent), meter) : std::nullopt;
}

std::optional<Rational> exact_root(const Rational& value, unsigned degree, WorkMeter& meter) {
  if (degree < 2 || degree > kMaxDegree || bit_length(value) > 8192) return std::nullopt;
  // Newton takes up to some dozen divisions of the whole number.
  if (!meter.spend(bit_length(value) * 8)) return std::nullopt;
  const auto top = integer_root(numerator(value), degree);
  if (!top) return std::nullopt;
  const auto bottom = integer_root(denominator(value), degree);
  if (!bottom) return std::nullopt;
  return Rational(*top, *bottom);
}

std::optional<Rational> exact_factorial(const Rational& value, WorkMeter& meter) {
  // 8000! has about 91,000 bits.
  if (!is_integer(value) || value < 0 || value > 8000) return std::nullopt;
  const auto n = static_cast<unsigned>(numerator(value));
  if (!meter.spend(static_cast<std::size_t>(n) * 32)) return std::nullopt;
  Integer product = 1;
  for (unsigned i = 2; i <= n; ++i) product *= i;
  return capped(Rational(product));
}

std::optional<Rational> exact_binomial(const Rational& n, const Rational& k, WorkMeter& meter) {
  if (!is_integer(n) || !is_integer(k) || n < 0 || n > 8000) return std::nullopt;
  if (k < 0 || k > n) return Rational(0);
  const auto rows = static_cast<unsigned>(numerator(n));
  const auto chosen = static_cast<unsigned>(numerator(k));
  const unsigned count = std::min(chosen, rows - chosen);
  if (!meter.spend(static_cast<std::size_t>(rows) * 32)) return std::nullopt;
  Integer product = 1;
  for (unsigned i = 1; i <= count; ++i) product = product * (rows - count + i) / i;
  return capped(Rational(product));
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  std::string digits;
  int decimals = -1;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      digits += text[i];
      if (decimals >= 0) ++decimals;
    } else if (text[i] == '.' && decimals < 0) {
      decimals = 0;
    } else {
      break;
    }
  }
  // Four bits hold more than a digit: keeps the quadratic conversion below within the cap.
  if (digits.empty() || digits.size() * 4 > kMaxBits) return std::nullopt;
  int exponent = 0;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
    auto rest = text.substr(i + 1);
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    if (rest.empty() || rest.size() > kMaxExponentDigits || !std::all_of(rest.begin(), rest.end(), is_digit)) return std::nullopt;
    exponent = std::stoi(std::string(rest)) * (negative ? -1 : 1);
  }
  // A leading zero would make Boost read octal.
  const auto first = digits.find_first_not_of('0');
  const Integer whole(first == std::string::npos ? std::string("0") : digits.substr(first));
  const int shift = exponent - std::max(decimals, 0);
  const Integer scale = boost::multiprecision::pow(Integer(10), static_cast<unsigned>(std::abs(shift)));
  return Decimal{shift >= 0 ? Rational(whole * scale) : Rational(whole, scale), decimals == 0 ? -1 : decimals};
}

bool is_integer(const Rational& value) { return denominator(value) == 1; }

Rational round_to(const Rational& value, int decimals) {
  const Integer scale = boost::multiprecision::pow(Integer(10), static_cast<unsigned>(std::clamp(decimals, 0, 4096)));
  const Integer top = 2 * abs(numerator(value)) * scale + denominator(value);
  const Integer rounded = top / (2 * denominator(value));
  const Rational result(rounded, scale);
  return value < 0 ? Rational(-result) : result;
}

std::string exact_key(const Rational& value) {
  const auto hex = [](const Integer& n) {
    const Integer magnitude = abs(n);
    return (n < 0 ? "-" : "") + magnitude.str(0, std::ios_base::hex);
  };
  return is_integer(value) ? hex(numerator(value)) : hex(numerator(value)) + "/" + hex(denominator(value));
}

}  // namespace reckon::answer_detail
