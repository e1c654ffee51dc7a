#include "apps/cli/policy_run.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/cli/output_file.h"
#include "apps/cli/request_settings.h"

namespace reckon::cli {
namespace {

using Saved = nlohmann::json;

void add_options(const Saved& plugin, const std::string& called, RequestArguments& arguments) {
  for (const auto& [option, value] : plugin.at("options").items()) {
    if (option == "unsafe_exec") continue;  // only a person may say that
    arguments.plugin_options.push_back(called + "." + option + "=" + value.get<std::string>());
  }
}

// The arguments that a configuration's settings say; throws Saved::exception for other settings than request_json() makes.
RequestArguments arguments_of(const Saved& settings) {
  RequestArguments arguments;
  arguments.strategy = settings.at("strategy").at("name");
  add_options(settings.at("strategy"), arguments.strategy, arguments);
  arguments.prompt = settings.at("prompt").at("name");
  add_options(settings.at("prompt"), arguments.prompt, arguments);
  if (!settings.at("scorer").is_null()) {
    arguments.scorer = settings.at("scorer").at("name");
    add_options(settings.at("scorer"), arguments.scorer, arguments);
  }
  for (const Saved& controller : settings.at("controllers")) {
    arguments.controllers.push_back(controller.at("name"));
    add_options(controller, arguments.controllers.back(), arguments);
  }
  for (const auto& setting : request_settings()) {
    if (!settings.contains(setting.spec.name)) continue;
    const Saved& value = settings[setting.spec.name];
    if (!value.is_null()) arguments.settings[setting.spec.name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  if (const Saved& deadline = settings.at("deadline_milliseconds"); !deadline.is_null()) arguments.settings["deadline"] = deadline.dump() + "ms";
  return arguments;
}

// What a person may still say beside a policy.
bool is_free(const std::string& setting) {
  static const std::set<std::string> free = {"seed", "budget_tokens", "deadline", "system", "answer_kind"};
  return free.contains(setting);
}

Status check_free(const RequestArguments& arguments) {
  std::string taken;
  if (!arguments.strategy.empty()) taken = "--strategy";
  if (!arguments.prompt.empty()) taken = "--prompt";
  if (!arguments.scorer.empty()) taken = "--scorer";
  if (!arguments.controllers.empty()) taken = "--controllers";
  if (!arguments.samples.empty()) taken = "--samples";
  if (!arguments.plugin_options.empty()) taken = "--set";
  if (!arguments.tests_file.empty()) taken = "--tests";
  for (const auto& [name, value] : arguments.settings) {
    if (!is_free(name)) taken = option_flag(name);
  }
  return taken.empty() ? ok_status() : invalid_argument("--policy decides what " + taken + " would: leave one of them out");
}

Result<SolveRequest> request_of(const std::string& name, const Policy& policy, const RequestArguments& asked, const Registry& registry) {
  const auto found = policy.settings.find(name);
  if (found == policy.settings.end()) return invalid_argument("the policy does not say what " + name + " is");
  RequestArguments arguments;
  try {
    arguments = arguments_of(Saved::parse(found->second));
  } catch (const Saved::exception& error) {
    return invalid_argument("the policy's settings of " + name + " cannot be read: " + error.what());
  }
  for (const auto& [setting, value] : asked.settings) {
    if (setting != "budget_tokens" && setting != "deadline") arguments.settings[setting] = value;  // those are caps of both runs together
  }
  arguments.unsafe_exec = asked.unsafe_exec;
  auto request = make_request(arguments, registry);
  return request.ok() ? request : request.status().while_doing("making the policy's configuration " + name);
}

template <typename Number>
void tighten(std::optional<Number>& cap, std::optional<Number> other) {
  if (other) cap = std::max(Number{0}, cap ? std::min(*cap, *other) : *other);
}

// The configuration's request for the question; of the person's caps, what an earlier run has left, with the configuration's own.
SolveRequest with_question(SolveRequest request, const SolveRequest& base, const SolveResult& spent = {}) {
  std::optional<std::int64_t> tokens = base.caps.generated_tokens;
  std::optional<double> milliseconds = base.caps.milliseconds;
  if (tokens) *tokens -= spent.bill.generated();
  if (milliseconds) *milliseconds -= spent.milliseconds;
  tighten(request.caps.generated_tokens, tokens);
  tighten(request.caps.milliseconds, milliseconds);
  request.task.question = base.task.question;
  request.cancelled = base.cancelled;
  request.answer_now = base.answer_now;
  request.sink = base.sink;
  return request;
}

bool is_spent(const BudgetCaps& caps, const SolveResult& spent) {
  return (caps.generated_tokens && spent.bill.generated() >= *caps.generated_tokens) || (caps.milliseconds && spent.milliseconds >= *caps.milliseconds);
}

// Trace ids and times of the runs that it hears of, one after the other, go on where those of the run before ended.
class RunsInTurn final : public EventSink {
 public:
  explicit RunsInTurn(EventSink* sink) : sink_(sink) {}
  void begin_next(double milliseconds) {
    first_trace_ = last_trace_;
    milliseconds_ = milliseconds;
  }
  void emit(const Event& event) override {
    Event shifted = event;
    shifted.milliseconds += milliseconds_;
    if (shifted.trace != 0) shifted.trace += first_trace_;
    if (shifted.parent != 0) shifted.parent += first_trace_;
    std::uint64_t last = last_trace_;
    while (last < shifted.trace && !last_trace_.compare_exchange_weak(last, shifted.trace)) {
    }
    sink_->emit(shifted);
  }
  bool wants_tokens() const override { return sink_->wants_tokens(); }

 private:
  EventSink* sink_;
  std::uint64_t first_trace_ = 0;
  std::atomic<std::uint64_t> last_trace_{0};
  double milliseconds_ = 0.0;
};

bool is_same_for_all(const PolicyLevel& level) { return std::ranges::count(level.choices, level.choices.front()) == std::ssize(level.choices); }

// The dearest level that fits, with the cost of finding the difficulty where it needs that.
Result<std::size_t> choose_level(const Policy& policy, std::optional<double> budget) {
  for (std::size_t i = policy.levels.size(); i-- > 0;) {
    const double cost = policy.levels[i].budget + (is_same_for_all(policy.levels[i]) ? 0.0 : policy.difficulty_cost);
    if (!budget || cost <= *budget) return i;
  }
  return invalid_argument("every level of the policy, with finding the difficulty where it needs that, costs more than the budget on average");
}

// Roles change what a judge or an editor says: a configuration is followed only with those that it was measured with.
Status check_roles(const Policy& policy, const std::vector<std::string>& roles) {
  for (const auto& [name, settings] : policy.settings) {
    const Saved saved = Saved::parse(settings, nullptr, /*allow_exceptions=*/false);
    const Saved measured = saved.is_object() ? saved.value("roles", Saved::array()) : Saved::array();
    if (measured == Saved(roles)) continue;
    return invalid_argument(fmt::format("the policy's {} was measured with the roles {}: give the same with --role", name, measured.dump()));
  }
  return ok_status();
}

struct QuestionEase {
  double value = 0.0;
  std::string evidence;
};

// How easy the reference's answer says that the question is. A scorer that failed has said nothing: the hardest.
QuestionEase ease_of(const Answer& answer, DifficultySource source) {
  if (source != DifficultySource::scores) return {answer.agreement, fmt::format("agreed to {:.0f} %", 100.0 * answer.agreement)};
  const auto score = mean_score(answer.pool);
  if (!score) return {-std::numeric_limits<double>::infinity(), "has no scores"};
  return {*score, fmt::format("has traces of score {:.2f}", *score)};
}

}  // namespace

Result<PolicyPlan> plan_by_policy(const std::string& file, const RequestArguments& arguments, const PolicyModel& model, const Registry& registry) {
  RECKON_RETURN_IF_ERROR(check_free(arguments));
  PolicyPlan plan;
  RECKON_ASSIGN_OR_RETURN(const std::string json, read_whole(file));
  auto policy = read_policy(json);
  if (!policy.ok()) return policy.status().while_doing("reading --policy " + file);
  plan.policy = std::move(policy).value();
  RECKON_RETURN_IF_ERROR(check_roles(plan.policy, model.roles));
  if (plan.policy.model != model.identity) plan.warning = "the policy was made with another model";
  SolveRequest asked;
  for (const auto& [name, value] : arguments.settings) RECKON_RETURN_IF_ERROR(apply_request_setting(asked, name, value));
  std::optional<double> budget;
  const double cost_of_a_token = plan.policy.unit == CostUnit::flops ? model.flops_per_token : 1.0;
  if (asked.caps.generated_tokens) budget = static_cast<double>(*asked.caps.generated_tokens) * cost_of_a_token;
  RECKON_ASSIGN_OR_RETURN(plan.level, choose_level(plan.policy, budget));
  std::vector<std::string> names = plan.policy.levels[plan.level].choices;
  names.push_back(plan.policy.reference);
  for (const auto& name : names) {
    RECKON_ASSIGN_OR_RETURN(plan.requests[name], request_of(name, plan.policy, arguments, registry));
  }
  return plan;
}

Result<PolicyRun> solve_by_policy(Engine& engine, const PolicyPlan& plan, SolveRequest base) {
  const PolicyLevel& level = plan.policy.levels[plan.level];
  const std::string& reference = plan.policy.reference;
  const std::string within = fmt::format("at up to the cost of {}", level.name);
  RunsInTurn listeners(base.sink);
  if (base.sink != nullptr) base.sink = &listeners;
  const bool same = is_same_for_all(level);
  const std::string& first_name = same ? level.choices.front() : reference;
  PolicyRun run{with_question(plan.requests.at(first_name), base), "", {}};
  RECKON_ASSIGN_OR_RETURN(run.result, engine.solve(run.request));
  run.request.sink = nullptr;  // it ends here
  if (!plan.warning.empty()) run.result.answer.warnings.push_back(plan.warning);
  if (same) {
    run.plan = fmt::format("{}, {}, as for all questions", first_name, within);
    return run;
  }
  const auto [ease, evidence] = ease_of(run.result.answer, plan.policy.source);
  const std::size_t bin = bin_of(plan.policy, ease);
  const std::string& choice = level.choices[bin];
  run.plan = fmt::format("{}, {}, since {} {} ({})", choice, within, reference, evidence, plan.policy.bins[bin].name);
  if (choice == reference) return run;
  const auto keep_first = [&](const std::string& why) {
    run.plan += fmt::format("; the answer is {}'s all the same: {}", reference, why);
    return run;
  };
  if (run.result.stop == StopReason::cancelled || is_spent(base.caps, run.result)) return keep_first("nothing was left for a second run");

  listeners.begin_next(run.result.milliseconds);
  SolveRequest request = with_question(plan.requests.at(choice), base, run.result);
  auto second = engine.solve(request);
  if (!second.ok()) return keep_first(second.status().to_string());
  run.result.bill.add(second->bill);
  run.result.milliseconds += second->milliseconds;
  std::ranges::move(second->answer.warnings, std::back_inserter(run.result.answer.warnings));
  // An answer that the person's caps cut short, or none, is no better than the first.
  if (second->stop == StopReason::cancelled || is_spent(base.caps, run.result) || second->answer.text.empty()) {
    run.result.stop = second->stop;
    run.result.cap = second->cap;
    return keep_first(second->answer.text.empty() ? "it has no answer" : "it was cut short");
  }
  second->answer.warnings = std::move(run.result.answer.warnings);
  run.result.answer = std::move(second->answer);
  run.result.stop = second->stop;
  run.result.cap = second->cap;
  request.sink = nullptr;
  run.request = std::move(request);
  return run;
}

}  // namespace reckon::cli
