#include "apps/cli/json_fields.h"

#include <nlohmann/json.hpp>

#include "apps/cli/request_arguments.h"

namespace reckon::cli {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

// With defaults filled in, so that a default that changes later shows.
template <typename Table>
Json plugin_json(const PluginChoice& choice, const Table& table) {
  if (choice.name.empty()) return nullptr;
  std::map<std::string, std::string> options = choice.options;
  if (const auto entry = table.find(choice.name); entry.ok()) {
    if (auto complete = complete_options(choice, (*entry)->spec); complete.ok()) options = std::move(complete).value();
  }
  return {{"name", choice.name}, {"options", Json(options)}};
}

const Registry& all_plugins() {
  static const Registry registry = [] {
    Registry filled;
    register_all_plugins(filled);
    return filled;
  }();
  return registry;
}

const char* thinking_name(ChatTemplateOptions::Thinking thinking) {
  switch (thinking) {
    case ChatTemplateOptions::Thinking::on: return "on";
    case ChatTemplateOptions::Thinking::off: return "off";
    case ChatTemplateOptions::Thinking::template_default: break;
  }
  return "default";
}

const char* answer_kind_name(AnswerStyle::Kind kind) {
  switch (kind) {
    case AnswerStyle::Kind::automatic: return "auto";
    case AnswerStyle::Kind::number: return "number";
    case AnswerStyle::Kind::choice: return "choice";
    case AnswerStyle::Kind::yes_no: return "yes_no";
    case AnswerStyle::Kind::free_text: return "text";
  }
  return "auto";
}

}  // namespace

Json bill_json(const Bill& bill) {
  const TokenCounts& tokens = bill.tokens;
  return {{"prefilled", tokens.prefilled},
          {"cached", tokens.cached},
          {"recomputed", tokens.recomputed},
          {"sampled", tokens.sampled},
          {"forced", tokens.forced},
          {"injected", tokens.injected},
          {"withheld", tokens.withheld},
          {"thinking", tokens.thinking},
          {"cancelled", bill.cancelled},
          {"pending", tokens.pending},
          {"rejected", bill.tokens.rejected},
          {"probe", bill.probe},
          {"scored", bill.scored},
          {"generated", bill.generated()},
          {"computed", bill.computed()},
          {"traces", bill.traces},
          {"scoring_calls", bill.scoring_calls},
          {"depth", bill.depth},
          {"program_runs", bill.program_runs},
          {"program_seconds", bill.program_seconds},
          {"parse_failures", bill.parse_failures},
          {"abstentions", bill.abstentions},
          {"flops", bill.flops}};
}

Json event_json(const Event& event) {
  return {{"event", to_string(event.kind)}, {"milliseconds", event.milliseconds}, {"trace", event.trace},
          {"parent", event.parent},         {"count", event.count},               {"value", event.value},
          {"label", event.label},           {"text", event.text}};
}

Json request_json(const SolveRequest& request) {
  const Registry& registry = all_plugins();
  Json controllers = Json::array();
  for (const auto& controller : request.controllers) controllers.push_back(plugin_json(controller, registry.controllers));
  std::string answer_kind = answer_kind_name(request.task.answer_style.kind);
  if (request.task.answer_style.kind == AnswerStyle::Kind::choice) answer_kind += ":" + std::to_string(request.task.answer_style.choice_count);
  return {{"strategy", plugin_json(request.strategy, registry.strategies)},
          {"prompt", plugin_json(request.prompt, registry.prompts)},
          {"scorer", plugin_json(request.scorer, registry.scorers)},
          {"controllers", std::move(controllers)},
          {"temperature", request.sampling.temperature},
          {"top_p", request.sampling.top_p},
          {"min_p", request.sampling.min_p},
          {"top_k", request.sampling.top_k},
          {"max_tokens", request.max_tokens},
          {"budget_tokens", optional_json(request.caps.generated_tokens)},
          {"deadline_milliseconds", optional_json(request.caps.milliseconds)},
          {"seed", request.seed},
          {"system", request.task.system},
          {"answer_kind", answer_kind},
          {"thinking", thinking_name(request.chat.thinking)},
          {"think_family", request.think_family},
          {"think_markers", request.think_markers}};
}

}  // namespace reckon::cli
