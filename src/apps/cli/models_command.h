// `reckon models list|pull|verify|info`.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace reckon::cli {

struct ModelsArguments {
  std::vector<std::string> names;  // pull, verify
  std::string name;                // info
  bool json = false;               // list, info
};

enum class ModelsAction { list, pull, verify, info };

// Adds the four commands below `models`.
void add_models_commands(CLI::App& models, ModelsArguments& arguments);

// Returns the exit code.
int run_models(ModelsAction action, const ModelsArguments& arguments);

}  // namespace reckon::cli
