#include "apps/cli/bench_matrix.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/cli/json_fields.h"
#include "apps/cli/request_settings.h"
#include "base/text.h"
#include "bench/digest.h"

namespace reckon::cli {
namespace {

// An item as text, taken apart.
struct ParsedItem {
  std::string name;
  RequestArguments arguments;
  std::vector<std::string> keys;  // that it sets
  std::vector<SweptValue> swept;
};

// Whether two keys may name the same thing: "alpha" is "switch_penalty.alpha" too.
bool same_key(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const bool a_is_bare = a.find('.') == std::string_view::npos;
  if (a_is_bare == (b.find('.') == std::string_view::npos)) return false;
  const std::string_view bare = a_is_bare ? a : b;
  const std::string_view full = a_is_bare ? b : a;
  return find_request_setting(bare) == nullptr && full.substr(full.rfind('.') + 1) == bare;
}

bool sets(const ParsedItem& item, std::string_view key) {
  return std::ranges::any_of(item.keys, [&](const std::string& own) { return same_key(own, key); });
}

Status assign(ParsedItem& item, const std::string& part) {
  const auto equals = part.find('=');
  if (equals == std::string::npos || equals == 0) return invalid_argument(fmt::format("\"{}\" should be KEY=VALUE", part));
  const std::string key = part.substr(0, equals);
  const std::string value = part.substr(equals + 1);
  item.keys.push_back(key);
  if (key == "prompt") {
    item.arguments.prompt = value;
  } else if (key == "scorer") {
    item.arguments.scorer = value;
  } else if (key == "controllers") {
    item.arguments.controllers = value.empty() ? std::vector<std::string>{} : split(value, '+');
  } else if (key == "seed") {
    return invalid_argument("seeds are set for all configurations by --seeds");
  } else if (find_request_setting(key) != nullptr) {
    item.arguments.settings[key] = value;
  } else {
    item.arguments.plugin_options.push_back(part);
  }
  return ok_status();
}

std::string label(const ParsedItem& item) {
  std::string text = item.name;
  for (const auto& value : item.swept) text += " " + value.label();
  return text;
}

Result<ParsedItem> parse_item(const std::string& text, const RequestArguments& base) {
  ParsedItem item{.name = text, .arguments = base};
  std::vector<std::string> parts = split_escaped(text, ':');
  std::string& head = parts.front();
  if (const auto equals = head.find('='); equals != std::string::npos) {
    item.name = head.substr(0, equals);
    head.erase(0, equals + 1);
  }
  if (item.name.empty() || head.empty()) return invalid_argument("it should be [LABEL=]STRATEGY[:KEY=VALUE]...");
  item.arguments.strategy = head;
  for (std::size_t i = 1; i < parts.size(); ++i) RECKON_RETURN_IF_ERROR(assign(item, parts[i]));
  return item;
}

bool has_samples(const std::string& strategy, const Registry& registry) {
  const auto entry = registry.strategies.find(strategy);
  return entry.ok() && (*entry)->spec.find("samples") != nullptr;
}

// Adds the digest of each file that a text option names. A file that cannot be read is the plug-in's to report.
template <typename Table>
void add_file_digests(const Table& table, const PluginChoice& choice, nlohmann::ordered_json& digests) {
  const auto entry = table.find(choice.name);
  if (!entry.ok()) return;
  for (const auto& [name, value] : choice.options) {
    const OptionSpec* option = (*entry)->spec.find(name);
    if (option == nullptr || option->type != OptionType::text || value.empty()) continue;
    if (const auto digest = file_digest(value)) digests[choice.name + "." + name] = *digest;
  }
}

nlohmann::ordered_json file_digests(const SolveRequest& request, const Registry& registry) {
  auto digests = nlohmann::ordered_json::object();
  add_file_digests(registry.strategies, request.strategy, digests);
  add_file_digests(registry.prompts, request.prompt, digests);
  add_file_digests(registry.scorers, request.scorer, digests);
  for (const auto& controller : request.controllers) add_file_digests(registry.controllers, controller, digests);
  return digests;
}

Result<BenchItem> make_item(ParsedItem item, const EngineSettings& engine, const Registry& registry) {
  // `--samples` is for those strategies of the list that have samples.
  if (!has_samples(item.arguments.strategy, registry)) item.arguments.samples.clear();
  BenchItem made;
  RECKON_ASSIGN_OR_RETURN(made.request, make_request(item.arguments, registry));
  nlohmann::ordered_json settings = request_json(made.request);
  settings.erase("seed");
  settings["context"] = engine.context;
  settings["deterministic"] = engine.deterministic;
  if (!engine.roles.empty()) settings["roles"] = engine.roles;
  settings["reckon"] = RECKON_VERSION;
  settings["files"] = file_digests(made.request, registry);
  made.configuration.family = item.name;
  made.configuration.name = label(item);
  made.configuration.settings = settings.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  made.configuration.swept = std::move(item.swept);
  return made;
}

Status check_samples(const RequestArguments& base, const std::vector<BenchItem>& items, const Registry& registry) {
  if (base.samples.empty()) return ok_status();
  const bool used = std::ranges::any_of(items, [&](const BenchItem& item) { return has_samples(item.request.strategy.name, registry); });
  return used ? ok_status() : invalid_argument("--samples: none of the strategies has samples to set");
}

std::vector<ParsedItem> cross(const std::vector<ParsedItem>& items, const std::vector<std::string>& prompts) {
  if (prompts.empty()) return items;
  std::vector<ParsedItem> crossed;
  for (const ParsedItem& item : items) {
    if (sets(item, "prompt")) {
      crossed.push_back(item);
      continue;
    }
    for (const auto& prompt : prompts) {
      crossed.push_back(item);
      crossed.back().arguments.prompt = prompt;
      crossed.back().keys.push_back("prompt");
      if (prompts.size() > 1) crossed.back().name += "/" + prompt;
    }
  }
  return crossed;
}

struct Sweep {
  std::string name;
  std::vector<std::string> values;
};

Result<Sweep> parse_sweep(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return invalid_argument("it should be KEY=VALUE,VALUE,...");
  Sweep sweep{text.substr(0, equals), split_escaped(std::string_view(text).substr(equals + 1), ',')};
  for (std::size_t i = 1; i < sweep.values.size(); ++i) {
    const auto earlier = sweep.values.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(sweep.values.begin(), earlier, sweep.values[i]) == earlier) continue;
    return invalid_argument(fmt::format("the value \"{}\" is used twice", sweep.values[i]));
  }
  return sweep;
}

Result<std::vector<ParsedItem>> repeat(const std::vector<ParsedItem>& items, const Sweep& sweep) {
  std::vector<ParsedItem> repeated;
  bool used = false;
  for (const ParsedItem& item : items) {
    if (sets(item, sweep.name)) {
      repeated.push_back(item);
      continue;
    }
    used = true;
    for (const auto& value : sweep.values) {
      repeated.push_back(item);
      repeated.back().swept.push_back({sweep.name, value});
      RECKON_RETURN_IF_ERROR(assign(repeated.back(), sweep.name + "=" + value));
    }
  }
  if (!used) return invalid_argument(fmt::format("every configuration sets {} itself, or it is swept twice", sweep.name));
  return repeated;
}

Result<std::vector<ParsedItem>> parse_items(const BenchAxes& axes, const RequestArguments& base) {
  std::vector<ParsedItem> parsed;
  for (const auto& list : axes.strategies) {
    for (const auto& text : split_escaped(list, ',')) {
      auto item = parse_item(text, base);
      if (!item.ok()) return item.status().while_doing(fmt::format("reading {} {}", axes.option, text));
      parsed.push_back(std::move(item).value());
    }
  }
  std::vector<std::string> prompt_names;
  for (const auto& list : axes.prompts) {
    for (auto& name : split(list, ',')) prompt_names.push_back(std::move(name));
  }
  parsed = cross(parsed, prompt_names);
  for (const auto& text : axes.sweeps) {
    const auto sweep = parse_sweep(text);
    auto repeated = sweep.ok() ? repeat(parsed, *sweep) : Result<std::vector<ParsedItem>>(sweep.status());
    if (!repeated.ok()) return repeated.status().while_doing(fmt::format("reading --sweep {}", text));
    parsed = std::move(repeated).value();
  }
  return parsed;
}

}  // namespace

std::string settings_beside_method(const std::string& settings) {
  auto json = nlohmann::ordered_json::parse(settings, nullptr, /*allow_exceptions=*/false);
  for (const char* method : {"strategy", "scorer", "files"}) json.erase(method);
  return json.dump();
}

Result<std::vector<BenchItem>> make_bench_items(const BenchAxes& axes, const RequestArguments& base, const EngineSettings& engine) {
  Registry registry;
  register_all_plugins(registry);
  RECKON_ASSIGN_OR_RETURN(auto parsed, parse_items(axes, base));
  std::vector<BenchItem> items;
  std::set<std::string> names;
  for (auto& item : parsed) {
    const std::string name = label(item);
    if (!names.insert(name).second) return invalid_argument(fmt::format("the configuration name \"{}\" is used twice", name));
    auto made = make_item(std::move(item), engine, registry);
    if (!made.ok()) return made.status().while_doing(fmt::format("reading the configuration {}", name));
    items.push_back(std::move(made).value());
  }
  RECKON_RETURN_IF_ERROR(check_samples(base, items, registry));
  return items;
}

}  // namespace reckon::cli
