// How well a limit on thinking works, after s1 (Muennighoff et al., arXiv 2501.19393, section 3.2):
// Control, Scaling and Performance of a family of runs that spend different amounts of thinking.
//
// Units: tokens; rates and accuracies are 0..1, so Scaling is accuracy per token. The paper prints its
// Scaling as a bare integer without a unit; reports here print points of accuracy per 1,000 tokens and
// are not comparable with it. Threading: pure functions. Cost: Scaling is quadratic in the points.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace reckon {

// One answer that was given under a limit.
struct LimitedAnswer {
  double thinking = 0.0;  // tokens
  double limit = 0.0;     // the most that was allowed, inclusive
};

// Control: the share of the answers whose thinking is within its limit. Nothing for no answers.
std::optional<double> budget_control(std::span<const LimitedAnswer> answers);

// One configuration: its mean thinking tokens a and its accuracy f(a).
struct BudgetPoint {
  double thinking = 0.0;
  double accuracy = 0.0;
};

struct BudgetScaling {
  double slope = 0.0;     // accuracy per token; negative when more thinking does harm
  std::size_t pairs = 0;  // that the mean is over
};

// Scaling: the mean over all pairs of (f(b) - f(a)) / (b - a). Pairs with the same amount of thinking
// have no slope and are left out; nothing when there is no other pair.
std::optional<BudgetScaling> budget_scaling(std::span<const BudgetPoint> points);

// Performance: the index of the point with the highest accuracy, the first of equals. It is chosen
// after the fact, so its accuracy flatters. Nothing for no points.
std::optional<std::size_t> budget_performance(std::span<const BudgetPoint> points);

// Whether a swept setting is one of s1's baselines, which control the length of the whole trace: `amount` and `class`
// of the prompt "length", `limit` of the strategy "rejection". A model that writes no thinking section thinks in all
// of the trace, so there its generated tokens count.
bool controls_length(std::string_view name);

// The most tokens that a swept value allows: for `think`, for a controller's `cap`, and for the baselines' `amount`
// and `limit`, when the value is a number. Nothing for other names, and for words such as "on". That `amount` is
// in tokens and not in steps is for the caller to know.
std::optional<double> thinking_limit(std::string_view name, std::string_view value);

}  // namespace reckon
