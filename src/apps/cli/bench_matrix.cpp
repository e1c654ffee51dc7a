#include "apps/cli/bench_matrix.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/cli/json_fields.h"
#include "apps/cli/request_settings.h"
#include "base/text.h"

namespace reckon::cli {
namespace {

// An item as text, taken apart.
struct ParsedItem {
  std::string name;
  RequestArguments arguments;
  bool names_prompt = false;
};

Status assign(ParsedItem& item, const std::string& part) {
  const auto equals = part.find('=');
  if (equals == std::string::npos || equals == 0) return invalid_argument(fmt::format("\"{}\" should be KEY=VALUE", part));
  const std::string key = part.substr(0, equals);
  const std::string value = part.substr(equals + 1);
  if (key == "prompt") {
    item.arguments.prompt = value;
    item.names_prompt = true;
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

Result<BenchItem> make_item(ParsedItem item, const EngineSettings& engine, const Registry& registry) {
  // `--samples` is for those strategies of the list that have samples.
  if (!has_samples(item.arguments.strategy, registry)) item.arguments.samples.clear();
  BenchItem made;
  RECKON_ASSIGN_OR_RETURN(made.request, make_request(item.arguments, registry));
  nlohmann::ordered_json settings = request_json(made.request);
  settings.erase("seed");
  settings["context"] = engine.context;
  settings["deterministic"] = engine.deterministic;
  made.configuration = {std::move(item.name), settings.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
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
    if (item.names_prompt) {
      crossed.push_back(item);
      continue;
    }
    for (const auto& prompt : prompts) {
      crossed.push_back(item);
      crossed.back().arguments.prompt = prompt;
      if (prompts.size() > 1) crossed.back().name += "/" + prompt;
    }
  }
  return crossed;
}

}  // namespace

std::vector<std::string> split_escaped(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == separator) {
      parts.back() += text[++i];
    } else if (text[i] == separator) {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

Result<std::vector<BenchItem>> make_bench_items(const std::vector<std::string>& strategies, const std::vector<std::string>& prompts,
                                                const RequestArguments& base, const EngineSettings& engine) {
  Registry registry;
  register_all_plugins(registry);
  std::vector<ParsedItem> parsed;
  for (const auto& list : strategies) {
    for (const auto& text : split_escaped(list, ',')) {
      auto item = parse_item(text, base);
      if (!item.ok()) return item.status().while_doing(fmt::format("reading --strategies {}", text));
      parsed.push_back(std::move(item).value());
    }
  }
  std::vector<std::string> prompt_names;
  for (const auto& list : prompts) {
    for (auto& name : split(list, ',')) prompt_names.push_back(std::move(name));
  }
  std::vector<BenchItem> items;
  for (auto& item : cross(parsed, prompt_names)) {
    const std::string name = item.name;
    auto made = make_item(std::move(item), engine, registry);
    if (!made.ok()) return made.status().while_doing(fmt::format("reading the configuration {}", name));
    items.push_back(std::move(made).value());
  }
  RECKON_RETURN_IF_ERROR(check_samples(base, items, registry));
  return items;
}

}  // namespace reckon::cli
