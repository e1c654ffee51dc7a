// `reckon prm fit|eval`: a step judge for a model from its own hidden states.
#pragma once

#include <string>

#include "apps/cli/command_options.h"

namespace CLI {
class App;
}

namespace reckon::cli {

enum class PrmAction { fit, eval };

struct PrmArguments {
  ModelArguments model;
  RequestArguments request;
  std::string data;     // problems
  std::string samples;  // file that keeps what was sampled
  std::string probe;    // fit: where it goes; eval: where it is
  std::string labels = "outcome";
  std::string step = "newline";
  int traces = 8;
  int rollouts = 8;
  int limit = 0;  // 0: all
  int offset = 0;
  int questions_at_once = 64;
  int hidden_units = 0;
  int epochs = 40;
  bool json = false;
};

void add_prm_commands(CLI::App& prm, PrmArguments& arguments);

// Returns the exit code.
int run_prm(PrmAction action, PrmArguments arguments);

}  // namespace reckon::cli
