// What a person asked for on the command line, as text, and its translation into a SolveRequest.
//
// Everything is checked here against the registry's Specs, before a model is loaded.
// Threading: values. Errors: not_found for plug-ins, invalid_argument for options, with nearest names.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace reckon::cli {

struct RequestArguments {
  std::string strategy;  // empty: what the effort says, else the engine's default
  std::string prompt;    // empty: `code` where the answer is a program, else the engine's default
  std::string scorer;                          // empty: none, or what the strategy asks for
  std::vector<std::string> controllers;        // in order of authority
  std::string samples;                         // empty: the strategy's default
  std::map<std::string, std::string> settings;  // of request_settings(), by name
  std::vector<std::string> plugin_options;     // "name=value" or "plugin.name=value"
  int context = EngineOptions{}.context;       // longest trace, for what an effort means
  std::string tests_file;                      // public tests of a program, see programs/tests_json.h; empty: none
  bool unsafe_exec = false;                    // sets the option of that name of every plug-in that runs programs
};

// "NAME", or "NAME:FILE" for a scorer that has an option `file`. Nothing in it is checked.
PluginChoice scorer_named(const std::string& text);

// A request without its question. `plan`, when given, says in one line what --effort, --think and --wait
// came to; it stays empty without them.
Result<SolveRequest> make_request(const RequestArguments& arguments, const Registry& registry, std::string* plan = nullptr);

// The values of every option of a chosen plug-in, given or default.
Result<std::map<std::string, std::string>> complete_options(const PluginChoice& choice, const Spec& spec);

// How many traces the strategy starts: its `samples` option, 1 when it has none.
int expected_traces(const SolveRequest& request, const Registry& registry);

}  // namespace reckon::cli
