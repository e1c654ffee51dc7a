// `reckon perf samples|fork|controllers|overhead|edit|search`: prints what apps/perf measures.
#pragma once

#include <string>
#include <vector>

#include "apps/cli/command_options.h"

namespace CLI {
class App;
}

namespace reckon::cli {

enum class PerfAction { samples, fork, controllers, overhead, edit, search };

struct PerfArguments {
  ModelArguments model;
  int prompt_tokens = 512;
  std::vector<int> samples{1, 4, 8, 16, 32};
  int tokens = 64;
  std::vector<std::string> controllers{"think_budget", "loop_guard", "switch_penalty"};
  int batch = 16;
  int rounds = 3;
  std::vector<int> depths{1024, 4096, 16384};
  int branches = 32;
  int overhead_tokens = 256;
  int draft_tokens = 300;
  std::vector<int> nodes{1000, 10000};
  std::vector<std::string> searches;
  std::vector<int> search_branches{8, 32};
  int step_tokens = 24;
  std::string scorer = "free";
  bool on_model = false;  // search: also tokens per second on the model
  bool json = false;
};

void add_perf_commands(CLI::App& perf, PerfArguments& arguments);

// Returns the exit code.
int run_perf(PerfAction action, const PerfArguments& arguments);

}  // namespace reckon::cli
