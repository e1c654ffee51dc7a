#include "apps/cli/models_command.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/cli/exit_codes.h"
#include "apps/cli/model_loading.h"
#include "apps/cli/model_pull.h"
#include "apps/cli/number_format.h"
#include "apps/cli/solve_output.h"
#include "apps/models/model_store.h"

namespace reckon::cli {
namespace {

using Json = nlohmann::ordered_json;
using models::ModelEntry;
using models::ModelStore;

Json entry_json(const ModelStore& store, const ModelEntry& entry) {
  return {{"name", entry.name},       {"state", models::to_string(store.state_of(entry))}, {"family", entry.family},
          {"purpose", entry.purpose}, {"licence", entry.licence},                          {"bytes", entry.size},
          {"sha256", entry.sha256},   {"path", store.path_of(entry).string()}};
}

Status list_models(const ModelStore& store, const ModelsArguments& arguments) {
  if (arguments.json) {
    Json json = Json::array();
    for (const auto& entry : store.entries()) json.push_back(entry_json(store, entry));
    return print_out(json.dump(2) + "\n");
  }
  const Style style(stdout);
  std::string out;
  std::size_t width = 0;
  for (const auto& entry : store.entries()) width = std::max(width, entry.name.size());
  for (const auto& entry : store.entries()) {
    out += fmt::format("{}  {:<8}  {:>9}  {:<11}  {}{}\n", style.bold(fmt::format("{:<{}}", entry.name, width)),
                       models::to_string(store.state_of(entry)), format_bytes(entry.size), entry.licence, entry.family,
                       entry.purpose.empty() ? "" : "; " + entry.purpose);
  }
  out += style.dim(fmt::format("in {}\n", store.folder().string()));
  return print_out(out);
}

Status pull_models(ModelStore& store, const ModelsArguments& arguments) {
  for (const auto& name : arguments.names) {
    RECKON_ASSIGN_OR_RETURN(const auto path, pull_with_progress(store, name));
    RECKON_RETURN_IF_ERROR(print_out(fmt::format("{} is ready: {}\n", name, path.string())));
  }
  return ok_status();
}

Status verify_models(const ModelStore& store, const ModelsArguments& arguments) {
  std::vector<std::string> names = arguments.names;
  if (names.empty()) {
    for (const auto& entry : store.entries()) {
      if (store.state_of(entry) != models::ModelState::absent) names.push_back(entry.name);
    }
  }
  if (names.empty()) return print_out("no model is here to verify; run: reckon models pull NAME\n");
  Status first;
  for (const auto& name : names) {
    Status status = verify_with_progress(store, name);
    if (status.ok()) RECKON_RETURN_IF_ERROR(print_out(fmt::format("{} is the published file\n", name)));
    else if (first.ok()) first = std::move(status);
    else report_error(status);
  }
  return first;
}

Json model_details(const OpenedModel& opened) {
  const ModelInfo& info = opened.model->info();
  return {{"architecture", info.architecture},
          {"description", info.description},
          {"parameters", info.parameters},
          {"training_context", info.training_context},
          {"hidden_size", info.hidden_size},
          {"vocabulary", opened.model->vocabulary().size()},
          {"can_fork", info.can_fork},
          {"can_truncate", info.can_truncate},
          {"has_logits", info.has_logits},
          {"has_hidden_states", info.has_hidden_states}};
}

std::string as_lines(const Json& json) {
  std::string out;
  for (const auto& [key, value] : json.items()) {
    if (value.is_string() && value.get<std::string>().empty()) continue;
    std::string text = value.is_string() ? one_line(value.get<std::string>()) : value.dump();
    if (value.is_boolean()) text = value.get<bool>() ? "yes" : "no";
    if (value.is_number_integer()) text = with_thousands(value.get<std::int64_t>());
    std::string label = key;
    std::ranges::replace(label, '_', ' ');
    out += fmt::format("{:<18} {}\n", label, text);
  }
  return out;
}

// What the manifest says, and what the file says when it is here.
Status describe_model(const ModelStore& store, const ModelsArguments& arguments) {
  Json json;
  const auto entry = store.find(arguments.name);
  if (entry.ok()) json = entry_json(store, *entry);
  if (!entry.ok() || store.state_of(*entry) == models::ModelState::present) {
    ModelArguments model;
    model.model = arguments.name;
    RECKON_ASSIGN_OR_RETURN(const OpenedModel opened, open_model(model));
    if (!entry.ok()) json = {{"name", opened.name}, {"path", opened.path.string()}, {"bytes", opened.model->info().bytes}};
    json.update(model_details(opened));
  }
  if (arguments.json) return print_out(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  std::string out = as_lines(json);
  if (entry.ok()) {
    for (const auto& source : entry->sources) out += fmt::format("{:<18} {}\n", "source", one_line(source.title));
  }
  return print_out(out);
}

Status run(ModelsAction action, const ModelsArguments& arguments) {
  RECKON_ASSIGN_OR_RETURN(auto store, ModelStore::open());
  switch (action) {
    case ModelsAction::list: return list_models(store, arguments);
    case ModelsAction::pull: return pull_models(store, arguments);
    case ModelsAction::verify: return verify_models(store, arguments);
    case ModelsAction::info: return describe_model(store, arguments);
  }
  return internal_error("no such action");
}

}  // namespace

void add_models_commands(CLI::App& models, ModelsArguments& arguments) {
  models.require_subcommand(1);
  auto* list = models.add_subcommand("list", "the models that reckon can fetch, and which are here");
  list->add_flag("--json", arguments.json, "print JSON");
  auto* pull = models.add_subcommand("pull", "fetch models; an interrupted pull goes on where it stopped");
  pull->add_option("name", arguments.names, "names from `reckon models list`")->required()->type_name("NAME");
  auto* verify = models.add_subcommand("verify", "read models and compare them with what was published");
  verify->add_option("name", arguments.names, "names [all that are here]")->type_name("NAME");
  auto* info = models.add_subcommand("info", "everything about one model");
  info->add_option("name", arguments.name, "a name, or a GGUF file")->required()->type_name("MODEL");
  info->add_flag("--json", arguments.json, "print JSON");
}

int run_models(ModelsAction action, const ModelsArguments& arguments) {
  const Status status = run(action, arguments);
  return status.ok() ? kSuccess : report_error(status);
}

}  // namespace reckon::cli
