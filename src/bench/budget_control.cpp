#include "bench/budget_control.h"

#include <algorithm>

#include "base/text.h"

namespace reckon {

std::optional<double> budget_control(std::span<const LimitedAnswer> answers) {
  if (answers.empty()) return std::nullopt;
  const auto within =
      std::ranges::count_if(answers, [](const LimitedAnswer& answer) { return answer.thinking <= answer.limit; });
  return static_cast<double>(within) / static_cast<double>(answers.size());
}

std::optional<BudgetScaling> budget_scaling(std::span<const BudgetPoint> points) {
  BudgetScaling scaling;
  double sum = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      const double tokens = points[j].thinking - points[i].thinking;
      if (tokens == 0.0) continue;
      sum += (points[j].accuracy - points[i].accuracy) / tokens;
      ++scaling.pairs;
    }
  }
  if (scaling.pairs == 0) return std::nullopt;
  scaling.slope = sum / static_cast<double>(scaling.pairs);
  return scaling;
}

std::optional<std::size_t> budget_performance(std::span<const BudgetPoint> points) {
  if (points.empty()) return std::nullopt;
  const auto best = std::ranges::max_element(points, {}, &BudgetPoint::accuracy);
  return static_cast<std::size_t>(best - points.begin());
}

namespace {

// With or without the plug-in's name before it.
bool is_option(std::string_view name, std::string_view option) {
  return name == option || (name.ends_with(option) && name[name.size() - option.size() - 1] == '.');
}

}  // namespace

bool controls_length(std::string_view name) {
  return is_option(name, "amount") || is_option(name, "limit") || is_option(name, "class");
}

std::optional<double> thinking_limit(std::string_view name, std::string_view value) {
  if (name != "think" && !is_option(name, "cap") && !is_option(name, "amount") && !is_option(name, "limit")) return std::nullopt;
  const auto limit = parse_number<double>(value);
  return limit && *limit >= 0.0 ? limit : std::nullopt;
}

}  // namespace reckon
