#include "apps/cli/request_arguments.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "apps/cli/request_settings.h"
#include "base/text.h"
#include "engine/thinking_plan.h"
#include "programs/tests_json.h"

namespace reckon::cli {
namespace {

// A chosen plug-in with the names that `--set` may call it by.
struct Target {
  const char* kind;
  const Spec* spec;
  PluginChoice* choice;
};

template <typename Table>
Status add_target(const Table& table, PluginChoice& choice, std::vector<Target>& targets) {
  RECKON_ASSIGN_OR_RETURN(const auto* entry, table.find(choice.name));
  targets.push_back({table.kind().c_str(), &entry->spec, &choice});
  return ok_status();
}

Result<std::vector<Target>> chosen_plugins(SolveRequest& request, const Registry& registry) {
  std::vector<Target> targets;
  RECKON_RETURN_IF_ERROR(add_target(registry.strategies, request.strategy, targets));
  RECKON_RETURN_IF_ERROR(add_target(registry.prompts, request.prompt, targets));
  if (!request.scorer.name.empty()) RECKON_RETURN_IF_ERROR(add_target(registry.scorers, request.scorer, targets));
  for (auto& controller : request.controllers) RECKON_RETURN_IF_ERROR(add_target(registry.controllers, controller, targets));
  return targets;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  const std::string nearest = nearest_name(name, known);
  return nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?";
}

Status no_such_option(const std::string& name, const std::vector<Target>& targets) {
  std::vector<std::string> known;
  std::vector<std::string> chosen;
  for (const Target& target : targets) {
    chosen.push_back(target.spec->name);
    for (const auto& option : target.spec->options) known.push_back(option.name);
  }
  return invalid_argument(fmt::format("none of {} has an option \"{}\"{} (reckon list shows all options)", join(chosen, ", "), name,
                                      did_you_mean(name, known)));
}

Result<const Target*> target_by_option(const std::string& option, const std::vector<Target>& targets) {
  const Target* found = nullptr;
  for (const Target& target : targets) {
    if (target.spec->find(option) == nullptr) continue;
    if (found != nullptr) {
      return invalid_argument(fmt::format("both {} and {} have an option \"{}\": write {}.{}=VALUE or {}.{}=VALUE", found->spec->name,
                                          target.spec->name, option, found->spec->name, option, target.spec->name, option));
    }
    found = &target;
  }
  if (found == nullptr) return no_such_option(option, targets);
  return found;
}

Result<const Target*> target_by_name(const std::string& plugin, const std::vector<Target>& targets) {
  std::vector<std::string> known;
  for (const Target& target : targets) {
    if (target.spec->name == plugin || target.kind == plugin) return &target;
    known.push_back(target.spec->name);
  }
  return invalid_argument(fmt::format("\"{}\" is not part of this run, which has {}{}", plugin, join(known, ", "), did_you_mean(plugin, known)));
}

Status set_plugin_option(const std::string& assignment, const std::vector<Target>& targets) {
  const auto equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    return invalid_argument(fmt::format("--set {}: write name=value or plugin.name=value", assignment));
  }
  std::string option = assignment.substr(0, equals);
  const auto dot = option.find('.');
  const Target* target = nullptr;
  if (dot == std::string::npos) {
    RECKON_ASSIGN_OR_RETURN(target, target_by_option(option, targets));
  } else {
    RECKON_ASSIGN_OR_RETURN(target, target_by_name(option.substr(0, dot), targets));
    option.erase(0, dot + 1);
  }
  target->choice->options[option] = assignment.substr(equals + 1);
  return ok_status();
}

Status set_samples(SolveRequest& request, const std::string& samples, const Spec& strategy) {
  if (samples.empty()) return ok_status();
  if (strategy.find("samples") == nullptr) {
    return invalid_argument(fmt::format("the strategy {} has no samples to set; leave --samples out or choose another strategy, such as {}",
                                        strategy.name, SolveRequest{}.strategy.name));
  }
  request.strategy.options["samples"] = samples;
  return ok_status();
}

}  // namespace

namespace {

std::string setting_of(const RequestArguments& arguments, const std::string& name) {
  const auto found = arguments.settings.find(name);
  return found == arguments.settings.end() ? std::string() : found->second;
}

Status apply_thinking(const RequestArguments& arguments, SolveRequest& request, std::string* plan) {
  ThinkingArguments thinking;
  thinking.think = setting_of(arguments, "think");
  thinking.wait = setting_of(arguments, "wait");
  thinking.effort = setting_of(arguments, "effort");
  if (!thinking.any()) return ok_status();
  thinking.strategy_given = !arguments.strategy.empty();
  thinking.samples_given = !arguments.samples.empty();
  thinking.max_tokens_given = arguments.settings.contains("max_tokens");
  thinking.budget_given = arguments.settings.contains("budget_tokens");
  thinking.context = arguments.context;
  RECKON_ASSIGN_OR_RETURN(const std::string line, plan_thinking(thinking, request));
  if (plan != nullptr) *plan = line;
  return ok_status();
}

// What --think, --wait and --effort made of a plug-in is the printed plan: --set must not undo it.
Status keeps_plan(const std::vector<PluginChoice>& planned, const std::vector<Target>& targets) {
  for (const PluginChoice& choice : planned) {
    const auto target = std::ranges::find(targets, choice.name, [](const Target& each) { return each.spec->name; });
    if (target == targets.end()) continue;
    for (const auto& [option, value] : choice.options) {
      if (target->choice->options.at(option) == value) continue;
      return invalid_argument(fmt::format("{}.{} is {} by --think, --wait or --effort, and --set makes it {}: leave one of them out", choice.name,
                                          option, value, target->choice->options.at(option)));
    }
  }
  return ok_status();
}

Result<std::string> prompt_name(const RequestArguments& arguments, const SolveRequest& request, const Registry& registry) {
  if (!arguments.prompt.empty()) return arguments.prompt;
  RECKON_ASSIGN_OR_RETURN(const auto* strategy, registry.strategies.find(request.strategy.name));
  const bool program = request.task.tests || strategy->spec.has(Need::program_reply);
  return program ? std::string("code") : request.prompt.name;
}

}  // namespace

PluginChoice scorer_named(const std::string& text) {
  const auto colon = text.find(':');
  PluginChoice scorer{text.substr(0, colon), {}};
  if (colon != std::string::npos) scorer.options["file"] = text.substr(colon + 1);
  return scorer;
}

Result<SolveRequest> make_request(const RequestArguments& arguments, const Registry& registry, std::string* plan) {
  SolveRequest request;
  if (!arguments.strategy.empty()) request.strategy.name = arguments.strategy;
  request.scorer = scorer_named(arguments.scorer);
  for (const auto& name : arguments.controllers) request.controllers.push_back({name, {}});
  for (const auto& [name, value] : arguments.settings) {
    RECKON_RETURN_IF_ERROR(apply_request_setting(request, name, value));
  }
  RECKON_RETURN_IF_ERROR(apply_thinking(arguments, request, plan));
  std::vector<PluginChoice> planned = request.controllers;
  planned.push_back(request.strategy);
  if (!arguments.tests_file.empty()) {
    RECKON_ASSIGN_OR_RETURN(request.task.tests, read_program_tests(arguments.tests_file));
  }
  RECKON_ASSIGN_OR_RETURN(request.prompt.name, prompt_name(arguments, request, registry));
  RECKON_ASSIGN_OR_RETURN(const auto targets, chosen_plugins(request, registry));
  for (const Target& target : targets) {
    if (arguments.unsafe_exec && target.spec->find("unsafe_exec") != nullptr) target.choice->options["unsafe_exec"] = "true";
  }
  RECKON_RETURN_IF_ERROR(set_samples(request, arguments.samples, *targets.front().spec));
  for (const auto& assignment : arguments.plugin_options) RECKON_RETURN_IF_ERROR(set_plugin_option(assignment, targets));
  RECKON_RETURN_IF_ERROR(keeps_plan(planned, targets));
  for (const Target& target : targets) {
    RECKON_RETURN_IF_ERROR(parse_options(*target.spec, target.choice->options).status());
  }
  return request;
}

Result<std::map<std::string, std::string>> complete_options(const PluginChoice& choice, const Spec& spec) {
  RECKON_ASSIGN_OR_RETURN(const Options options, parse_options(spec, choice.options));
  std::map<std::string, std::string> texts;
  for (const auto& [name, value] : options.values()) texts[name] = to_string(value);
  return texts;
}

int expected_traces(const SolveRequest& request, const Registry& registry) {
  const auto entry = registry.strategies.find(request.strategy.name);
  if (!entry.ok() || (*entry)->spec.find("samples") == nullptr) return 1;
  const auto options = parse_options((*entry)->spec, request.strategy.options);
  return options.ok() ? static_cast<int>(options->integer("samples")) : 1;
}

}  // namespace reckon::cli
