// `reckon solve`: one question, one answer, the bill.
#pragma once

#include <string>

#include "apps/cli/command_options.h"
#include "apps/cli/request_arguments.h"

namespace CLI {
class App;
}

namespace reckon::cli {

struct SolveArguments {
  std::string question;  // "-": read it from stdin
  ModelArguments model;
  RequestArguments request;
  bool json = false;
  bool tree = false;
  bool quiet = false;
  std::string trace_file;
  std::string policy_file;  // empty: none, see policy_run.h
};

void add_solve_options(CLI::App& command, SolveArguments& arguments);

// Returns the exit code.
int run_solve(const SolveArguments& arguments);

}  // namespace reckon::cli
