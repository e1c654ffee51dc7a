#include "apps/cli/list_command.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/cli/exit_codes.h"
#include "apps/cli/solve_output.h"
#include "apps/cli/terminal.h"
#include "base/text.h"

namespace reckon::cli {
namespace {

using Json = nlohmann::ordered_json;

template <typename Table>
SpecList specs_of(const char* kind, const Table& table) {
  SpecList list{kind, {}};
  for (const auto& [name, entry] : table.entries()) list.specs.push_back(&entry.spec);
  return list;
}

std::string needs_text(const Spec& spec) {
  std::vector<std::string> names;
  for (const Need need : spec.needs) names.emplace_back(to_string(need));
  return join(names, ", ");
}

// Newlines in a default (a few-shot text, say) would break the layout.
std::string shown_default(const OptionSpec& option) {
  const std::string value = to_string(option.default_value);
  return option.type == OptionType::text ? fmt::format("\"{}\"", shorten(one_line(value), 40)) : value;
}

std::string option_lines(const OptionSpec& option, const Style& style) {
  return fmt::format("      {}  {} {}\n", style.cyan(fmt::format("{:<20}", option.name)), option.help,
                     style.dim(fmt::format("[{}; {}]", shown_default(option), describe_range(option))));
}

std::string spec_text(const Spec& spec, const Style& style) {
  std::string out = fmt::format("  {}  {}\n", style.bold(fmt::format("{:<18}", spec.name)), spec.summary);
  for (const auto& option : spec.options) out += option_lines(option, style);
  if (!spec.needs.empty()) out += style.dim("      needs " + needs_text(spec)) + "\n";
  if (!spec.references.empty()) out += style.dim("      see " + join(spec.references, "; ")) + "\n";
  return out;
}

Json default_json(const OptionSpec& option) {
  return std::visit([](const auto& value) { return Json(value); }, option.default_value);
}

const char* type_name(OptionType type) {
  switch (type) {
    case OptionType::flag: return "flag";
    case OptionType::integer: return "integer";
    case OptionType::real: return "real";
    case OptionType::text: return "text";
    case OptionType::choice: return "choice";
  }
  return "text";
}

Json option_json(const OptionSpec& option) {
  Json json = {{"name", option.name}, {"type", type_name(option.type)}, {"default", default_json(option)}, {"help", option.help}};
  if (option.type == OptionType::integer || option.type == OptionType::real) {
    json["minimum"] = option.minimum;
    json["maximum"] = option.maximum;
  }
  if (option.type == OptionType::choice) json["choices"] = option.choices;
  return json;
}

Json spec_json(const Spec& spec) {
  Json options = Json::array();
  for (const auto& option : spec.options) options.push_back(option_json(option));
  Json needs = Json::array();
  for (const Need need : spec.needs) needs.push_back(to_string(need));
  return {{"name", spec.name}, {"summary", spec.summary}, {"options", options}, {"needs", needs}, {"references", spec.references}};
}

// "strategy" and "strategies" both name the kind.
bool names_kind(const std::string& given, const std::string& kind) {
  const std::string singular = kind == "strategies" ? "strategy" : kind.substr(0, kind.size() - 1);
  return given == kind || given == singular;
}

Result<std::vector<SpecList>> chosen(const ListArguments& arguments, const Registry& registry) {
  std::vector<SpecList> lists = all_specs(registry);
  if (arguments.kind.empty()) return lists;
  std::vector<std::string> kinds;
  for (const auto& list : lists) {
    if (names_kind(arguments.kind, list.kind)) return std::vector<SpecList>{list};
    kinds.push_back(list.kind);
  }
  const std::string nearest = nearest_name(arguments.kind, kinds);
  return invalid_argument(fmt::format("\"{}\" is no kind of plug-in: {}", arguments.kind,
                                      nearest.empty() ? "there are " + join(kinds, ", ") : "did you mean " + nearest + "?"));
}

Status list(const ListArguments& arguments) {
  Registry registry;
  register_all_plugins(registry);
  RECKON_ASSIGN_OR_RETURN(const auto lists, chosen(arguments, registry));
  if (arguments.json) {
    Json json = Json::object();
    for (const auto& kind : lists) {
      json[kind.kind] = Json::array();
      for (const Spec* spec : kind.specs) json[kind.kind].push_back(spec_json(*spec));
    }
    return print_out(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }
  const Style style(stdout);
  std::string out;
  for (const auto& kind : lists) {
    if (!out.empty()) out += "\n";
    out += style.bold(kind.kind) + "\n";
    if (kind.specs.empty()) out += "  none in this build\n";
    for (const Spec* spec : kind.specs) out += spec_text(*spec, style);
  }
  return print_out(out);
}

}  // namespace

std::vector<SpecList> all_specs(const Registry& registry) {
  return {specs_of("strategies", registry.strategies), specs_of("prompts", registry.prompts), specs_of("scorers", registry.scorers),
          specs_of("controllers", registry.controllers), specs_of("problems", registry.problems)};
}

void add_list_options(CLI::App& command, ListArguments& arguments) {
  command.add_option("kind", arguments.kind, "strategies, prompts, scorers, controllers or problems [all]")->type_name("KIND");
  command.add_flag("--json", arguments.json, "print JSON");
}

int run_list(const ListArguments& arguments) {
  const Status status = list(arguments);
  return status.ok() ? kSuccess : report_error(status);
}

}  // namespace reckon::cli
