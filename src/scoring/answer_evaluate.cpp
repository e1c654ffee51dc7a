#include "scoring/answer_evaluate.h"

#include <algorithm>
#include <vector>

#include "base/random.h"

namespace reckon::answer_detail {
namespace {

// A few units in the last of 50 decimal places.
const Float& epsilon() {
  static const Float value("1e-48");
  return value;
}
constexpr double kRelativeTolerance = 1e-20;
constexpr double kMostNoise = 1e-12;  // error of a value that is still compared, relative; absolute below 1
constexpr double kLargestAngle = 1e8;     // beyond it the argument reduction eats the precision
constexpr double kLargestExponent = 1e5;  // of e
constexpr double kLargestPower = 1e6;
constexpr int kLargestFactorial = 200;    // of an irrational expression; exact ones go to 8000

Approximation invalid() { return {}; }

Approximation checked(Float value, Float error) {
  if (!isfinite(value) || !isfinite(error)) return invalid();
  error += abs(value) * epsilon();
  return {std::move(value), std::move(error), true};
}

// The integer that `x` is, when it is one without doubt.
std::optional<int> as_small_integer(const Approximation& x) {
  if (!x.valid || abs(x.value) > kLargestPower || x.error > 1e-20) return std::nullopt;
  const Float nearest = round(x.value);
  if (abs(nearest - x.value) > 1e-30) return std::nullopt;
  return static_cast<int>(nearest);
}

Approximation power_of_integer(const Approximation& base, int exponent) {
  if (exponent == 0) return base.value == 0 ? invalid() : checked(1, 0);
  if (base.value == 0) return exponent > 0 ? checked(0, 0) : invalid();
  const Float value = pow(base.value, exponent);
  return checked(value, abs(value) * abs(exponent) * (base.error / abs(base.value) + epsilon()));
}

Approximation power(const Approximation& base, const Approximation& exponent) {
  if (const auto integer = as_small_integer(exponent)) return power_of_integer(base, *integer);
  if (base.value <= 0) return base.value == 0 && exponent.value > 0 ? checked(0, base.error) : invalid();
  const Float logarithm = log(base.value);
  const Float argument = exponent.value * logarithm;
  if (abs(argument) > kLargestExponent) return invalid();
  const Float value = exp(argument);
  const Float slope = abs(exponent.value) * base.error / base.value + abs(logarithm) * exponent.error;
  return checked(value, value * (slope + abs(argument) * epsilon()));
}

Approximation root(const Approximation& radicand, const Approximation& degree) {
  const auto n = as_small_integer(degree);
  if (!n || *n < 2) return invalid();
  if (radicand.value == 0) return checked(0, radicand.error);
  const bool negative = radicand.value < 0;
  if (negative && *n % 2 == 0) return invalid();
  const Float magnitude = abs(radicand.value);
  const Float value = *n == 2 ? Float(sqrt(magnitude)) : Float(exp(log(magnitude) / *n));
  return checked(negative ? Float(-value) : value, value * (radicand.error / (magnitude * *n) + 4 * epsilon()));
}

Approximation factorial(const Approximation& x) {
  const auto n = as_small_integer(x);
  if (!n || *n < 0 || *n > kLargestFactorial) return invalid();
  Float product = 1;
  for (int i = 2; i <= *n; ++i) product *= i;
  return checked(product, product * *n * epsilon());
}

Approximation binomial(const Approximation& n, const Approximation& k) {
  const auto rows = as_small_integer(n);
  const auto chosen = as_small_integer(k);
  if (!rows || !chosen || *rows < 0 || *rows > kLargestFactorial || *chosen < 0 || *chosen > *rows) return invalid();
  Float product = 1;
  for (int i = 1; i <= *chosen; ++i) product = product * (*rows - *chosen + i) / i;
  return checked(product, product * (2 * *chosen + 1) * epsilon());
}

Approximation reciprocal(const Approximation& x) {
  if (abs(x.value) <= x.error) return invalid();
  const Float value = 1 / x.value;
  return checked(value, x.error * value * value);
}

Approximation call_trigonometric(Function function, const Approximation& x) {
  if (abs(x.value) > kLargestAngle) return invalid();
  const auto scaled = x.error + abs(x.value) * epsilon();
  const Approximation sine = checked(sin(x.value), scaled);
  const Approximation cosine = checked(cos(x.value), scaled);
  const auto quotient = [](const Approximation& a, const Approximation& b) {
    const auto inverse = reciprocal(b);
    if (!inverse.valid) return invalid();
    return checked(a.value * inverse.value, abs(a.value) * inverse.error + abs(inverse.value) * a.error);
  };
  switch (function) {
    case Function::sin: return sine;
    case Function::cos: return cosine;
    case Function::tan: return quotient(sine, cosine);
    case Function::cot: return quotient(cosine, sine);
    case Function::sec: return reciprocal(cosine);
    default: return reciprocal(sine);
  }
}

Approximation call_inverse(Function function, const Approximation& x) {
  if (function == Function::arctan) return checked(atan(x.value), x.error);
  const Float room = 1 - x.value * x.value;
  if (room < 0) return invalid();
  const Float error = x.error == 0 ? Float(0) : room == 0 ? Float(sqrt(x.error)) : Float(x.error / sqrt(room));
  return checked(function == Function::arcsin ? Float(asin(x.value)) : Float(acos(x.value)), error);
}

Approximation call_exponential(Function function, const Approximation& x) {
  if (abs(x.value) > kLargestExponent) return invalid();
  const Float up = exp(x.value);
  const Float down = 1 / up;
  const Float scale = (up + down) * (x.error + abs(x.value) * epsilon());
  switch (function) {
    case Function::exp: return checked(up, up * (x.error + abs(x.value) * epsilon()));
    case Function::sinh: return checked((up - down) / 2, scale + (up + down) * epsilon());
    case Function::cosh: return checked((up + down) / 2, scale);
    default: return checked((up - down) / (up + down), x.error + 4 * epsilon());
  }
}

Approximation natural_logarithm(const Approximation& x) {
  if (x.value <= x.error) return invalid();
  return checked(log(x.value), x.error / x.value + epsilon());
}

Approximation call_logarithm(const Approximation& x, const Approximation& base) {
  const auto top = natural_logarithm(x);
  const auto bottom = natural_logarithm(base);
  if (!top.valid || !bottom.valid) return invalid();
  const auto inverse = reciprocal(bottom);
  if (!inverse.valid) return invalid();
  return checked(top.value * inverse.value, abs(top.value) * inverse.error + abs(inverse.value) * top.error);
}

Approximation call(const Node& node, const Approximation& x, const Approximation& base) {
  switch (node.function) {
    case Function::ln: return natural_logarithm(x);
    case Function::log: return call_logarithm(x, base);
    case Function::arcsin: case Function::arccos: case Function::arctan: return call_inverse(node.function, x);
    case Function::exp: case Function::sinh: case Function::cosh: case Function::tanh:
      return call_exponential(node.function, x);
    default: return call_trigonometric(node.function, x);
  }
}

Approximation combine(const Node& node, const Approximation& a, const Approximation& b) {
  switch (node.op) {
    case Op::add: return checked(a.value + b.value, a.error + b.error);
    case Op::subtract: return checked(a.value - b.value, a.error + b.error);
    case Op::multiply: return checked(a.value * b.value, abs(a.value) * b.error + abs(b.value) * a.error);
    case Op::divide: {
      const auto inverse = reciprocal(b);
      if (!inverse.valid) return invalid();
      return checked(a.value * inverse.value, abs(a.value) * inverse.error + abs(inverse.value) * a.error);
    }
    case Op::power: return power(a, b);
    case Op::root: return root(a, b);
    case Op::negate: return {-a.value, a.error, true};
    case Op::absolute: return {abs(a.value), a.error, true};
    case Op::factorial: return factorial(a);
    case Op::binomial: return binomial(a, b);
    default: return call(node, a, b);
  }
}

// FNV-1a: a fixed function of the name, unlike std::hash.
std::uint64_t name_hash(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

Float symbol_value(const std::string& name, int point) {
  const double unit = uniform(name_hash(name), BranchPath::root(static_cast<std::uint64_t>(point)), 0);
  const double magnitude = 0.3 + 2.4 * unit;
  return point < 12 ? magnitude : -magnitude;
}

Approximation leaf(const Node& node, int point) {
  static const Float pi = boost::math::constants::pi<Float>();
  static const Float euler = boost::math::constants::e<Float>();
  switch (node.op) {
    case Op::number: return approximate(node.number);
    case Op::pi: return checked(pi, 0);
    case Op::euler: return checked(euler, 0);
    default: return checked(symbol_value(node.symbol, point), 0);
  }
}

std::optional<Rational> combine_exact(const Node& node, const Rational& a, const Rational& b, WorkMeter& meter) {
  switch (node.op) {
    case Op::add: return exact_add(a, b, meter);
    case Op::subtract: return exact_add(a, -b, meter);
    case Op::multiply: return exact_multiply(a, b, meter);
    case Op::divide: return exact_divide(a, b, meter);
    case Op::power: return exact_power(a, b, meter);
    case Op::root:
      if (!is_integer(b) || b < 2 || b > 64) return std::nullopt;
      return exact_root(a, static_cast<unsigned>(numerator(b)), meter);
    case Op::negate: return Rational(-a);
    case Op::absolute: return Rational(abs(a));
    case Op::factorial: return exact_factorial(a, meter);
    case Op::binomial: return exact_binomial(a, b, meter);
    default: return std::nullopt;
  }
}

// How many points two expressions need before they may be called equal.
int needed_points(const Expression& a, const Expression& b) {
  return a.symbols().empty() && b.symbols().empty() ? 1 : kMinimumValidPoints;
}

}  // namespace

Approximation approximate(const Rational& value) {
  return checked(Float(numerator(value)) / Float(denominator(value)), 0);
}

std::optional<Rational> evaluate_exact(const Expression& expression) {
  // Most expressions that have no exact value show it by one leaf.
  for (const auto& node : expression.nodes) {
    if (node.op == Op::symbol || node.op == Op::pi || node.op == Op::euler || node.op == Op::call) return std::nullopt;
  }
  WorkMeter meter;
  std::vector<Rational> values(expression.nodes.size());
  const Rational none;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& node = expression.nodes[i];
    if (node.op == Op::number) {
      values[i] = node.number;
      continue;
    }
    const auto& left = values[static_cast<std::size_t>(node.left)];
    const auto& right = node.right < 0 ? none : values[static_cast<std::size_t>(node.right)];
    auto value = combine_exact(node, left, right, meter);
    if (!value) return std::nullopt;
    values[i] = std::move(*value);
  }
  if (values.empty()) return std::nullopt;
  return std::move(values.back());
}

Approximation evaluate_at(const Expression& expression, int point) {
  std::vector<Approximation> values(expression.nodes.size());
  const Approximation ten{10, 0, true};  // the base of a logarithm without one
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& node = expression.nodes[i];
    if (node.left < 0) {
      values[i] = leaf(node, point);
      continue;
    }
    const auto& left = values[static_cast<std::size_t>(node.left)];
    const auto& right = node.right < 0 ? ten : values[static_cast<std::size_t>(node.right)];
    if (!left.valid || !right.valid) return invalid();
    values[i] = combine(node, left, right);
    if (!values[i].valid) return invalid();
  }
  return values.empty() ? invalid() : values.back();
}

// What cancelled leaves only noise, which is equal to anything.
bool is_noise(const Approximation& a, const Approximation& b) {
  return a.error + b.error > kMostNoise * std::max({Float(1), Float(abs(a.value)), Float(abs(b.value))});
}

bool nearly_equal(const Approximation& a, const Approximation& b) {
  if (!a.valid || !b.valid || is_noise(a, b)) return false;
  const Float magnitude = std::max(Float(abs(a.value)), Float(abs(b.value)));
  const Float difference = abs(a.value - b.value);
  return difference <= magnitude * kRelativeTolerance || difference <= 8 * (a.error + b.error);
}

bool EvaluationMeter::spend(std::int64_t nodes) {
  left_ = nodes <= left_ ? left_ - nodes : 0;
  return left_ > 0;
}

std::int64_t evaluation_cost(const Expression& expression) {
  constexpr std::int64_t kSlow = 20;
  std::int64_t cost = 0;
  for (const Node& node : expression.nodes) {
    const bool slow = node.op == Op::power || node.op == Op::root || node.op == Op::factorial || node.op == Op::binomial || node.op == Op::call;
    cost += slow ? kSlow : 1;
  }
  return cost;
}

bool same_function(const Expression& a, const Expression& b, EvaluationMeter& meter) {
  const std::int64_t cost = evaluation_cost(a) + evaluation_cost(b);
  const int needed = needed_points(a, b);
  int valid = 0;
  for (int point = 0; point < (needed == 1 ? 1 : kPoints); ++point) {
    if (!meter.spend(cost)) return false;
    const auto left = evaluate_at(a, point);
    const auto right = evaluate_at(b, point);
    if (!left.valid || !right.valid || is_noise(left, right)) continue;
    if (!nearly_equal(left, right)) return false;
    ++valid;
  }
  return valid >= needed;
}

bool same_equation(const Equation& a, const Equation& b, EvaluationMeter& meter) {
  const std::int64_t cost = evaluation_cost(a.left) + evaluation_cost(a.right) + evaluation_cost(b.left) + evaluation_cost(b.right);
  std::optional<Approximation> ratio;
  int valid = 0;
  for (int point = 0; point < kPoints; ++point) {
    if (!meter.spend(cost)) return false;
    const Approximation sides[4] = {evaluate_at(a.left, point), evaluate_at(a.right, point),
                                    evaluate_at(b.left, point), evaluate_at(b.right, point)};
    if (!std::all_of(std::begin(sides), std::end(sides), [](const auto& s) { return s.valid; })) continue;
    const auto first = checked(sides[0].value - sides[1].value, sides[0].error + sides[1].error);
    const auto second = checked(sides[2].value - sides[3].value, sides[2].error + sides[3].error);
    // A side that vanishes here says nothing about the ratio, and an identity is no equation.
    if (abs(first.value) <= 8 * first.error || abs(second.value) <= 8 * second.error) continue;
    const auto inverse = reciprocal(second);
    if (!inverse.valid) continue;
    const auto here = checked(first.value * inverse.value, abs(first.value) * inverse.error + abs(inverse.value) * first.error);
    if (!here.valid || (ratio && !nearly_equal(*ratio, here))) return false;
    ratio = here;
    ++valid;
  }
  return valid >= kMinimumValidPoints;
}

}  // namespace reckon::answer_detail
