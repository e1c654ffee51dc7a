// Options that several commands share, added to a CLI11 command from the Specs and the settings table.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "apps/cli/request_arguments.h"
#include "engine/engine.h"

namespace CLI {
class App;
}

namespace reckon::cli {

struct ModelArguments {
  std::string model = "qwen2.5-coder-0.5b";
  std::vector<std::string> roles;  // "NAME=MODEL": other models that are asked for something
  bool pull = false;     // fetch a model that is not here yet
  EngineOptions engine;  // defaults are the engine's own
};

void add_model_options(CLI::App& command, ModelArguments& arguments);

// --strategy is not among them: `bench` takes many. `except` names the settings that the command adds
// in a form of its own.
void add_request_options(CLI::App& command, RequestArguments& arguments, const std::vector<std::string>& except = {});

// Adds an integer option that names its range when it is given something else.
void add_integer(CLI::App& command, const std::string& flag, int& value, std::pair<int, int> range, const std::string& help);

// The same for a list with commas.
void add_integers(CLI::App& command, const std::string& flag, std::vector<int>& values, std::pair<int, int> range, const std::string& help);

}  // namespace reckon::cli
