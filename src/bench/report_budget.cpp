#include "bench/report_budget.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/report_format.h"

namespace reckon {
namespace {

using Results = std::vector<const BenchResult*>;
using ResultsOfEach = std::vector<Results>;

struct Group {
  std::string axis;
  std::string family;
  std::vector<std::size_t> members;  // indices of configurations
};

// "single wait=1" for the axis `think` of a configuration single with think=64 and wait=1.
std::string family_without(const Configuration& configuration, const std::string& axis) {
  std::string family = configuration.family;
  for (const auto& value : configuration.swept) {
    if (value.name != axis) family += " " + value.label();
  }
  return family;
}

std::vector<Group> groups_of(const std::vector<ConfigurationSummary>& configurations) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < configurations.size(); ++i) {
    const auto& configuration = configurations[i].configuration;
    if (configurations[i].answers == configurations[i].errors) continue;  // its costs are not known
    for (const auto& value : configuration.swept) {
      std::string family = family_without(configuration, value.name);
      const auto known = std::ranges::find_if(
          groups, [&](const Group& group) { return group.axis == value.name && group.family == family; });
      if (known != groups.end())
        known->members.push_back(i);
      else
        groups.push_back({value.name, std::move(family), {i}});
    }
  }
  std::erase_if(groups, [](const Group& group) { return group.members.size() < 2; });
  return groups;
}

// Of the answer's own trace, where that is known: rejection wrote others before it.
double thinking_of(const BenchResult& result, const std::string& axis) {
  if (!controls_length(axis) || result.tokens.thinking > 0) return static_cast<double>(result.tokens.thinking);
  return static_cast<double>(result.pool.size() == 1 ? result.pool.front().generated : result.tokens.generated());
}

double mean_thinking(const Results& results, const std::string& axis) {
  double sum = 0.0;
  double answers = 0.0;
  for (const auto* result : results) {
    if (result->failed()) continue;
    sum += thinking_of(*result, axis);
    answers += 1.0;
  }
  return answers == 0.0 ? 0.0 : sum / answers;
}

// Steps are not tokens.
bool counts_steps(const Configuration& configuration) {
  const auto settings = nlohmann::json::parse(configuration.settings, nullptr, /*allow_exceptions=*/false);
  const nlohmann::json::json_pointer by("/prompt/options/by");
  return settings.is_object() && settings.contains(by) && settings[by] == "steps";
}

// Answers of several traces are left out: their tokens are summed up, the limit is each trace's own.
void add_limited(std::vector<LimitedAnswer>& limited, const Configuration& configuration, const SweptValue& value,
                 const Results& results) {
  const auto limit = thinking_limit(value.name, value.value);
  if (!limit || (controls_length(value.name) && counts_steps(configuration))) return;
  for (const auto* result : results) {
    if (result->failed() || result->agreement) continue;
    limited.push_back({thinking_of(*result, value.name), *limit});
  }
}

BudgetSummary summarise_group(const Group& group, const std::vector<ConfigurationSummary>& configurations,
                              const ResultsOfEach& results) {
  BudgetSummary budget{.axis = group.axis, .family = group.family};
  std::vector<BudgetPoint> points;
  std::vector<LimitedAnswer> limited;
  for (const std::size_t index : group.members) {
    const auto& summary = configurations[index];
    budget.configurations.push_back(summary.configuration.name);
    points.push_back({mean_thinking(results[index], group.axis), summary.accuracy});
    const auto value = std::ranges::find(summary.configuration.swept, group.axis, &SweptValue::name);
    add_limited(limited, summary.configuration, *value, results[index]);
  }
  const auto [least, most] = std::ranges::minmax(points, {}, &BudgetPoint::thinking);
  budget.least_thinking = least.thinking;
  budget.most_thinking = most.thinking;
  budget.limited_answers = limited.size();
  budget.control = budget_control(limited);
  budget.scaling = budget_scaling(points);
  budget.best = group.members[budget_performance(points).value_or(0)];
  return budget;
}

std::string signed_number(double value) {
  const std::string text = report_format::fixed(value, 2);
  return text.starts_with('-') || text == "0.00" ? text : "+" + text;
}

}  // namespace

std::vector<BudgetSummary> summarise_budgets(const std::vector<ConfigurationSummary>& configurations,
                                             const ResultsOfEach& results) {
  std::vector<BudgetSummary> budgets;
  for (const auto& group : groups_of(configurations)) {
    auto budget = summarise_group(group, configurations, results);
    if (budget.most_thinking > 0.0 || budget.axis == "think") budgets.push_back(std::move(budget));
  }
  return budgets;
}

double points_per_1k(const BudgetScaling& scaling) {
  return scaling.slope * 100.0 * 1000.0;
}

ReportTable budget_table(const BenchReport& report) {
  using namespace report_format;
  ReportTable table{.columns = {"family", "swept", "configurations", "thinking tokens", "control", "scaling (points per 1k tokens)", "performance", "at"}, .rows = {}};
  for (const BudgetSummary& budget : report.budget_control) {
    const auto& best = report.configurations[budget.best];
    const auto at = std::ranges::find(best.configuration.swept, budget.axis, &SweptValue::name);
    table.rows.push_back({budget.family,
                          budget.axis,
                          std::to_string(budget.configurations.size()),
                          quantity(budget.least_thinking) + " to " + quantity(budget.most_thinking),
                          budget.control ? percent(*budget.control) + " of " + std::to_string(budget.limited_answers) : "-",
                          budget.scaling ? signed_number(points_per_1k(*budget.scaling)) : "-",
                          percent(best.accuracy) + " (" + percent_interval(best.wilson) + ")",
                          at->value});
  }
  return table;
}

std::string budget_note() {
  return "Budget control as in s1 (2501.19393). Control: the share of single traces whose thinking tokens are within "
         "the "
         "swept limit (of prompts and rejection, where the model has no thinking section: all tokens of the trace); \"-\" where the value is no such limit. Scaling: the mean slope of accuracy over mean thinking "
         "tokens, over all pairs of configurations; \"-\" where all think alike. s1 prints it without a unit, so it is "
         "not comparable. Performance: the best accuracy, chosen after the fact and so too high.";
}

}  // namespace reckon
