// The registry: every plug-in by kind and name, with its Spec and a factory.
//
// Filled once at start by register_all_plugins(), which is generated from the plug-in folders; only
// read afterwards, from any thread.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "base/spec.h"
#include "scoring/scorer.h"
#include "search/problem.h"
#include "search/prompt.h"
#include "search/strategy.h"
#include "thinking/controller.h"
#include "thinking/think_markers.h"

namespace reckon {

// What a controller factory may look at when a branch is opened.
struct ControllerEnvironment {
  const Vocabulary& vocabulary;
  const ModelInfo& model;
  int max_tokens = 0;  // of the trace
  std::shared_ptr<const ThinkSection> think = nullptr;  // the model's thinking section; null in tests that need none
  bool thinking_off = false;                            // the prompt ends after an empty section
  const std::atomic<bool>* answer_now = nullptr;        // the user wants the answer without more thinking
};

template <typename Plugin, typename... Arguments>
class PluginTable {
 public:
  using Factory = std::function<Result<std::unique_ptr<Plugin>>(const Options&, Arguments...)>;
  struct Entry {
    Spec spec;
    Factory create;
  };

  explicit PluginTable(std::string kind) : kind_(std::move(kind)) {}
  void add(Spec spec, Factory create) {
    std::string name = spec.name;
    entries_.insert_or_assign(std::move(name), Entry{std::move(spec), std::move(create)});
  }
  // The usual factory: Derived is made from its options (and what else the kind passes), or from
  // nothing; one that can fail has a static `create` with the same arguments.
  template <typename Derived>
  void add(Spec spec) {
    add(std::move(spec), [](const Options& options, Arguments... arguments) -> Result<std::unique_ptr<Plugin>> {
      if constexpr (requires { Derived::create(options, arguments...); }) {
        return Derived::create(options, arguments...);
      } else if constexpr (std::is_constructible_v<Derived, const Options&, Arguments...>) {
        return std::unique_ptr<Plugin>(std::make_unique<Derived>(options, arguments...));
      } else {
        return std::unique_ptr<Plugin>(std::make_unique<Derived>());
      }
    });
  }
  // not_found, with the nearest name, when there is none.
  Result<const Entry*> find(const std::string& name) const;
  const std::map<std::string, Entry>& entries() const { return entries_; }
  const std::string& kind() const { return kind_; }

 private:
  std::string kind_;
  std::map<std::string, Entry> entries_;
};

struct Registry {
  PluginTable<Prompt> prompts{"prompt"};
  PluginTable<Controller, const ControllerEnvironment&> controllers{"controller"};
  PluginTable<Scorer> scorers{"scorer"};
  PluginTable<Strategy> strategies{"strategy"};
  PluginTable<Problem> problems{"problem"};
};

// Defined in the generated plugins_generated.cpp.
void register_all_plugins(Registry& registry);

Status unknown_plugin(const std::string& kind, const std::string& name, const std::vector<std::string>& known);

template <typename Plugin, typename... Arguments>
Result<const typename PluginTable<Plugin, Arguments...>::Entry*> PluginTable<Plugin, Arguments...>::find(
    const std::string& name) const {
  const auto found = entries_.find(name);
  if (found != entries_.end()) return &found->second;
  std::vector<std::string> known;
  for (const auto& [other, entry] : entries_) known.push_back(other);
  return unknown_plugin(kind_, name, known);
}

}  // namespace reckon
