#include "engine/thinking_plan.h"

#include <algorithm>

#include "base/text.h"

namespace reckon {
namespace {

using Mode = ThinkingBudget::Mode;

ThinkingBudget budget_of(std::int64_t number, std::string source) {
  return {number == 0 ? Mode::off : Mode::on, number, std::move(source)};
}

Status contradiction(const ThinkingFields& fields) {
  for (const std::int64_t number : fields.numbers) {
    if (number < -1) return invalid_argument("a thinking budget is -1 (no limit), 0 (off) or a number of tokens, not " + std::to_string(number));
    if (number != fields.numbers.front()) {
      return invalid_argument("two different thinking budgets are given: " + std::to_string(fields.numbers.front()) + " and " + std::to_string(number));
    }
  }
  if (fields.numbers.empty() || !fields.on) return ok_status();
  const bool zero = fields.numbers.front() == 0;
  if (*fields.on == zero) {
    return invalid_argument("thinking is switched " + std::string(*fields.on ? "on" : "off") + ", but its budget is " +
                            std::to_string(fields.numbers.front()) + ": give one of them");
  }
  return ok_status();
}

Result<ThinkingBudget> asked_for(const ThinkingFields& fields, std::int64_t room) {
  if (!fields.numbers.empty()) return budget_of(fields.numbers.front(), "number");
  if (fields.on == false) return ThinkingBudget{Mode::off, 0, "switch"};
  if (!fields.effort.empty()) {
    RECKON_ASSIGN_OR_RETURN(const std::int64_t cap, effort_cap(fields.effort, room));
    // "on" does not say how much; an effort of none contradicts it.
    if (fields.on == true && cap == 0) return invalid_argument("thinking is switched on, but the effort is none: give one of them");
    return budget_of(cap, "effort");
  }
  if (fields.on == true) return ThinkingBudget{Mode::on, -1, "switch"};
  if (fields.soft_switch) return ThinkingBudget{*fields.soft_switch ? Mode::on : Mode::off, *fields.soft_switch ? -1 : 0, "soft switch"};
  if (fields.server_default) return budget_of(*fields.server_default, "server default");
  return ThinkingBudget{};
}

}  // namespace

Result<std::int64_t> effort_cap(const std::string& effort, std::int64_t room) {
  constexpr std::pair<const char*, int> kSixteenths[] = {{"none", 0}, {"minimal", 1}, {"low", 2}, {"medium", 4}, {"high", 8}, {"xhigh", 12}};
  for (const auto& [name, sixteenths] : kSixteenths) {
    if (effort == name) return sixteenths == 0 ? 0 : std::max<std::int64_t>(1, room * sixteenths / 16);
  }
  return invalid_argument("\"" + effort + "\" is not an effort: it takes none, minimal, low, medium, high, xhigh or a number of tokens");
}

Result<ThinkingBudget> resolve_thinking(const ThinkingFields& fields, std::int64_t room) {
  RECKON_RETURN_IF_ERROR(contradiction(fields));
  RECKON_ASSIGN_OR_RETURN(ThinkingBudget budget, asked_for(fields, room));
  if (!fields.ceiling || budget.mode == Mode::off) return budget;
  if (*fields.ceiling == 0) return ThinkingBudget{Mode::off, 0, "ceiling"};
  if (budget.cap < 0 || budget.cap > *fields.ceiling) {
    budget.cap = *fields.ceiling;
    budget.source = "ceiling";
  }
  return budget;
}

Result<std::string> plan_thinking(const ThinkingArguments& arguments, SolveRequest& request) {
  using Thinking = ChatTemplateOptions::Thinking;
  ThinkingFields fields;
  if (request.chat.thinking != Thinking::template_default) fields.on = request.chat.thinking == Thinking::on;
  const auto number = parse_number<std::int64_t>(arguments.think);
  if (number) {
    fields.numbers.push_back(*number);
  } else if (arguments.think == "on" || arguments.think == "off") {
    const bool on = arguments.think == "on";
    if (fields.on && *fields.on != on) return invalid_argument("thinking is switched on and off: give one of them");
    fields.on = on;
  } else if (!arguments.think.empty()) {
    return invalid_argument("\"" + arguments.think + "\" is not a thinking budget: it takes on, off or a number of tokens");
  }
  const auto total = parse_number<std::int64_t>(arguments.effort);
  if (total && *total < 1) return invalid_argument("an effort of " + arguments.effort + " tokens is out of range: it takes 1 or more");

  const std::int64_t longest = arguments.max_tokens_given ? request.max_tokens : arguments.context * std::int64_t{3} / 4;
  const std::int64_t room = std::max<std::int64_t>(1, longest - answer_reserve(longest));
  if (!total) fields.effort = arguments.effort;
  RECKON_ASSIGN_OR_RETURN(ThinkingBudget budget, resolve_thinking(fields, room));
  if (total && budget.mode != Mode::off && budget.cap < 0) budget.cap = std::clamp<std::int64_t>(*total - answer_reserve(*total), 1, room / 4 + 1);
  const bool off = budget.mode == Mode::off;
  const auto waits = parse_number<std::int64_t>(arguments.wait);
  if (!arguments.wait.empty() && (!waits || *waits < 0 || *waits > 100)) return invalid_argument("--wait " + arguments.wait + ": it takes 0 to 100");
  if (off && waits.value_or(0) > 0) return invalid_argument("thinking is off, so there is no end of it to put off: leave out wait or the switch");

  // How many traces, and how long they may be.
  std::int64_t samples = 1;
  if (!arguments.effort.empty()) {
    const std::int64_t length = off ? answer_reserve(longest) : budget.cap + answer_reserve(budget.cap);
    if (total) samples = std::clamp<std::int64_t>(*total / length, 1, 64);
    else samples = arguments.effort == "medium" ? 8 : arguments.effort == "high" || arguments.effort == "xhigh" ? 16 : 1;
    if (!arguments.strategy_given) {
      request.strategy = {samples > 1 || arguments.samples_given ? "adaptive_vote" : "single", {}};
      if (samples > 1 && !arguments.samples_given) request.strategy.options["samples"] = std::to_string(samples);
    }
    if (total && !arguments.budget_given) request.caps.generated_tokens = *total;
  }
  if (!arguments.max_tokens_given && budget.cap >= 0) {
    request.max_tokens = static_cast<int>(std::max<std::int64_t>(request.max_tokens, budget.cap + answer_reserve(longest) + 64));
  }

  request.chat.thinking = off ? Thinking::off : budget.mode == Mode::on ? Thinking::on : request.chat.thinking;
  auto controller = std::ranges::find(request.controllers, std::string("think_budget"), &PluginChoice::name);
  if (controller == request.controllers.end()) controller = request.controllers.insert(controller, {"think_budget", {}});
  if (budget.cap >= 0) controller->options["cap"] = std::to_string(budget.cap);
  if (waits) controller->options["wait"] = std::to_string(*waits);

  std::string plan = request.strategy.name.empty() ? std::string() : request.strategy.name;
  if (const auto given = request.strategy.options.find("samples"); given != request.strategy.options.end()) plan += ", at most " + given->second + " traces";
  const std::int64_t cap = arguments.max_tokens_given ? std::min(budget.cap, room) : budget.cap;
  plan += off ? ", thinking off" : cap >= 0 ? ", at most " + std::to_string(cap) + " thinking tokens a trace" : ", thinking on";
  if (cap < budget.cap) plan += " (not " + std::to_string(budget.cap) + ": so long traces leave no more, beside their answers)";
  if (waits.value_or(0) > 0) plan += ", its end put off " + std::to_string(*waits) + (*waits == 1 ? " time" : " times");
  plan += ", at most " + std::to_string(request.max_tokens) + " tokens a trace";
  if (request.caps.generated_tokens) plan += ", " + std::to_string(*request.caps.generated_tokens) + " in all";
  return plan;
}

}  // namespace reckon
