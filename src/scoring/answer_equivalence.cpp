#include "scoring/answer_equivalence.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/text.h"
#include "scoring/answer_data.h"
#include "scoring/answer_evaluate.h"

namespace reckon {
namespace answer_detail {
namespace {

// Larger sets are compared in order: matching without order costs the square of the size.
constexpr std::size_t kMaxUnordered = 64;
constexpr int kFewestRoundedDigits = 2;

Expression number_expression(const Rational& value) {
  Expression expression;
  expression.nodes.push_back({.op = Op::number, .number = value});
  return expression;
}

std::optional<Expression> as_expression(const AnswerData& data) {
  if (data.kind == AnswerKind::number) return number_expression(data.number);
  if (data.kind == AnswerKind::expression) return data.expression;
  return std::nullopt;
}

bool is_scalar(const AnswerData& data) { return data.kind == AnswerKind::number || data.kind == AnswerKind::expression; }
bool is_money_or_percent(const std::string& unit) {
  return unit == "%" || unit == "$" || unit == "¢" || unit == "€" || unit == "£" || unit == "¥" || unit == "₹";
}

// The open or closed interval that an inequality in one name means, as an AnswerData.
std::optional<AnswerData> as_interval(const AnswerData& inequality) {
  const auto& sides = inequality.elements;
  const auto is_name = [](const AnswerData& side) {
    return side.kind == AnswerKind::expression && side.expression->nodes.size() == 1 && side.expression->nodes[0].op == Op::symbol;
  };
  const auto bound = [](bool negative) {
    AnswerData data;
    data.kind = AnswerKind::expression;
    data.expression = parse_expression(negative ? "-\\infty" : "\\infty");
    return data;
  };
  AnswerData result;
  result.kind = AnswerKind::interval;
  const auto& signs = inequality.relations;
  if (std::any_of(signs.begin(), signs.end(), [](const auto& s) { return s[0] != '<'; })) return std::nullopt;
  if (sides.size() == 2 && is_name(sides[0]) != is_name(sides[1])) {
    const bool upper = is_name(sides[0]);
    result.elements = upper ? std::vector<AnswerData>{bound(true), sides[1]} : std::vector<AnswerData>{sides[0], bound(false)};
    result.open = !upper && signs[0] == "<=" ? '[' : '(';
    result.close = upper && signs[0] == "<=" ? ']' : ')';
    return result;
  }
  if (sides.size() != 3 || !is_name(sides[1])) return std::nullopt;
  result.elements = {sides[0], sides[2]};
  result.open = signs[0] == "<=" ? '[' : '(';
  result.close = signs[1] == "<=" ? ']' : ')';
  return result;
}

class Comparer {
 public:
  explicit Comparer(const EquivalencePolicy& policy) : policy_(policy) {}

  bool equal(const AnswerData& answer, const AnswerData& reference) const {
    if (!meter_.spend(1)) return false;
    if (answer.kind == AnswerKind::missing || reference.kind == AnswerKind::missing) return false;
    if (answer.kind == reference.kind && answer.normal == reference.normal && !answer.normal.empty()) return true;
    if (is_equation_pair(answer, reference)) return equations(answer, reference);
    if (!answer.name.empty() && !reference.name.empty() && answer.name != reference.name) return false;
    if (is_scalar(answer) && is_scalar(reference)) return scalars(answer, reference);
    if (answer.kind == reference.kind) return same_kind(answer, reference);
    return asymmetric(answer, reference);
  }

 private:
  bool scalars(const AnswerData& answer, const AnswerData& reference) const {
    const bool both = !answer.unit.empty() && !reference.unit.empty();
    const bool percents = (answer.unit == "%") != (reference.unit == "%");
    if (both && answer.unit != reference.unit) return false;
    if (policy_.units == UnitRule::answer_may_add && answer.unit.empty() && !reference.unit.empty() &&
        !is_money_or_percent(reference.unit)) {
      return false;
    }
    if (values(answer, reference)) return true;
    if (!percents || policy_.percent == PercentRule::sign_optional) return false;
    return answer.unit == "%" ? values(per_cent(answer), reference) : values(answer, per_cent(reference));
  }

  static AnswerData per_cent(AnswerData data) {
    if (data.kind == AnswerKind::number) {
      data.number /= 100;
      if (data.decimals >= 0) data.decimals += 2;
    }
    return data;
  }

  bool values(const AnswerData& answer, const AnswerData& reference) const {
    if (answer.kind == AnswerKind::number && reference.kind == AnswerKind::number) {
      return answer.number == reference.number || rounded(answer, reference) || rounded(reference, answer);
    }
    const auto a = as_expression(answer);
    const auto b = as_expression(reference);
    if (!a || !b) return false;
    return same_function(*a, *b, meter_) || rounded(answer, reference) || rounded(reference, answer);
  }

  // `decimal` is what rounding `exact` to its digits gives.
  bool rounded(const AnswerData& decimal, const AnswerData& exact) const {
    if (!policy_.allow_rounding || decimal.decimals < kFewestRoundedDigits || exact.decimals >= 0) return false;
    if (exact.kind == AnswerKind::number) {
      return !is_integer(exact.number) && round_to(exact.number, decimal.decimals) == decimal.number;
    }
    if (!exact.expression || !exact.expression->symbols().empty()) return false;
    if (!meter_.spend(evaluation_cost(*exact.expression))) return false;
    const auto value = evaluate_at(*exact.expression, 0);
    const Float half = pow(Float(10), -decimal.decimals) / 2;
    return value.valid && abs(value.value - approximate(decimal.number).value) <= half;
  }

  bool same_kind(const AnswerData& answer, const AnswerData& reference) const {
    switch (answer.kind) {
      case AnswerKind::tuple: case AnswerKind::matrix:
        return answer.columns == reference.columns && in_order(answer, reference);
      case AnswerKind::interval:
        return answer.open == reference.open && answer.close == reference.close && in_order(answer, reference);
      case AnswerKind::set:
        return (answer.open == 'U') == (reference.open == 'U') && without_order(answer, reference);
      case AnswerKind::inequality:
        return answer.relations == reference.relations && in_order(answer, reference);
      case AnswerKind::choice: case AnswerKind::yes_no:
        return answer.number == reference.number;
      case AnswerKind::time:
        return answer.number == reference.number && (answer.unit == reference.unit || answer.unit.empty() || reference.unit.empty());
      case AnswerKind::ratio:
        return ratios(answer, reference);
      default:
        return false;  // text: the normal forms differ
    }
  }

  bool in_order(const AnswerData& answer, const AnswerData& reference) const {
    return std::equal(answer.elements.begin(), answer.elements.end(), reference.elements.begin(), reference.elements.end(),
                      [this](const auto& a, const auto& b) { return equal(a, b); });
  }

  bool without_order(const AnswerData& answer, const AnswerData& reference) const {
    if (answer.elements.size() != reference.elements.size()) return false;
    if (answer.elements.size() > kMaxUnordered) return in_order(answer, reference);
    std::vector<bool> used(reference.elements.size(), false);
    for (const auto& element : answer.elements) {
      bool found = false;
      for (std::size_t i = 0; i < used.size() && !found; ++i) {
        if (used[i] || !equal(element, reference.elements[i])) continue;
        used[i] = found = true;
      }
      if (!found) return false;
    }
    return true;
  }

  bool ratios(const AnswerData& answer, const AnswerData& reference) const {
    if (answer.elements.size() != reference.elements.size()) return false;
    const auto number = [](const AnswerData& e) { return e.kind == AnswerKind::number; };
    const bool exact = std::all_of(answer.elements.begin(), answer.elements.end(), number) &&
                       std::all_of(reference.elements.begin(), reference.elements.end(), number);
    if (!exact || answer.elements[0].number == 0 || reference.elements[0].number == 0) return in_order(answer, reference);
    for (std::size_t i = 1; i < answer.elements.size(); ++i) {
      if (answer.elements[i].number * reference.elements[0].number != reference.elements[i].number * answer.elements[0].number) return false;
    }
    return true;
  }

  // At least one equation, the other an equation or a named value ("y = 2x" is read as a value).
  static bool is_equation_pair(const AnswerData& a, const AnswerData& b) {
    const auto fits = [](const AnswerData& d) { return d.kind == AnswerKind::equation || (!d.name.empty() && is_scalar(d)); };
    return (a.kind == AnswerKind::equation || b.kind == AnswerKind::equation) && fits(a) && fits(b);
  }

  static std::optional<std::pair<Expression, Expression>> sides(const AnswerData& data) {
    if (data.kind == AnswerKind::equation) {
      if (data.elements.size() != 2) return std::nullopt;
      auto left = as_expression(data.elements[0]);
      auto right = as_expression(data.elements[1]);
      if (!left || !right) return std::nullopt;
      return std::pair(std::move(*left), std::move(*right));
    }
    auto name = parse_expression(data.name);
    auto value = as_expression(data);
    if (!name || !value) return std::nullopt;
    return std::pair(std::move(*name), std::move(*value));
  }

  bool equations(const AnswerData& answer, const AnswerData& reference) const {
    const auto a = sides(answer);
    const auto b = sides(reference);
    if (!a || !b) return answer.kind == reference.kind && in_order(answer, reference);
    return same_equation({a->first, a->second}, {b->first, b->second}, meter_);
  }

  bool asymmetric(const AnswerData& answer, const AnswerData& reference) const {
    if (policy_.accept_chain_end && answer.kind == AnswerKind::equation && is_scalar(reference)) {
      return is_numeric_chain(answer) && equal(answer.elements.back(), reference);
    }
    if (policy_.interval_for_inequality && reference.kind == AnswerKind::inequality &&
        (answer.kind == AnswerKind::interval || answer.kind == AnswerKind::tuple)) {
      const auto interval = as_interval(reference);
      return interval && answer.open == interval->open && answer.close == interval->close && in_order(answer, *interval);
    }
    return false;
  }

  // A calculation, not an equation to solve: no side has a symbol.
  static bool is_numeric_chain(const AnswerData& chain) {
    return std::all_of(chain.elements.begin(), chain.elements.end(), [](const AnswerData& side) {
      return is_scalar(side) && (!side.expression || side.expression->symbols().empty());
    });
  }

  const EquivalencePolicy& policy_;
  mutable EvaluationMeter meter_;
};

std::string key_of(const AnswerData& data);

std::vector<std::string> element_keys(const AnswerData& data) {
  std::vector<std::string> keys;
  keys.reserve(data.elements.size());
  // Length prefixes keep "a,b" as one member apart from two members.
  for (const auto& element : data.elements) {
    auto key = key_of(element);
    keys.push_back(std::to_string(key.size()) + ':' + std::move(key));
  }
  return keys;
}

std::string ratio_key(const AnswerData& data) {
  std::string key = "ratio ";
  for (const auto& element : data.elements) {
    const bool scaled = element.kind == AnswerKind::number && data.elements[0].kind == AnswerKind::number && data.elements[0].number != 0;
    if (!scaled) return "ratio " + data.normal;
    key += exact_key(element.number / data.elements[0].number) + ":";
  }
  return key;
}

std::string body_key(const AnswerData& data) {
  switch (data.kind) {
    case AnswerKind::number: return "number " + exact_key(data.number) + " " + data.unit;
    case AnswerKind::choice: case AnswerKind::yes_no:
      return std::string(to_string(data.kind)) + " " + exact_key(data.number);
    case AnswerKind::time: return "time " + exact_key(data.number) + " " + data.unit;
    case AnswerKind::ratio: return ratio_key(data);
    case AnswerKind::set: {
      auto keys = element_keys(data);
      // Beyond the unordered limit equality needs the order too.
      if (keys.size() <= kMaxUnordered) std::sort(keys.begin(), keys.end());
      return std::string(data.open == 'U' ? "union " : "set ") + join(keys, ",");
    }
    case AnswerKind::tuple: return "tuple " + join(element_keys(data), ",");
    case AnswerKind::interval:
      return std::string("interval ") + data.open + data.close + " " + join(element_keys(data), ",");
    default: return std::string(to_string(data.kind)) + " " + data.normal;
  }
}

std::string key_of(const AnswerData& data) {
  if (data.kind == AnswerKind::missing) return {};
  return data.name.empty() ? body_key(data) : data.name + "= " + body_key(data);
}

}  // namespace
}  // namespace answer_detail

bool equivalent(const AnswerValue& answer, const AnswerValue& reference, const EquivalencePolicy& policy) {
  try {
    return answer_detail::Comparer(policy).equal(answer.data(), reference.data());
  } catch (const std::exception&) {
    return false;  // beyond a limit of the arithmetic: not shown to be equal
  }
}

std::string canonical_key(const AnswerValue& value) {
  try {
    return answer_detail::key_of(value.data());
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace reckon
