// `reckon bench`: measures configurations on a set of problems.
#pragma once

#include <string>
#include <vector>

#include "apps/cli/command_options.h"
#include "apps/cli/request_arguments.h"

namespace CLI {
class App;
}

namespace reckon::cli {

struct BenchArguments {
  std::string problems;  // a file or a plug-in, see bench_problems.h
  ModelArguments model;
  RequestArguments request;
  std::vector<std::string> strategies;  // lists, see bench_matrix.h
  std::vector<std::string> prompts;
  std::vector<std::string> sweeps;      // "KEY=VALUE,VALUE"
  std::string think;                    // lists of values; empty: no sweep
  std::string wait;
  std::string baseline;
  int offset = 0;
  int limit = 0;      // 0: all rows
  int seeds = 1;
  int in_flight = 0;  // 0: as many as fill the slots
  std::string json_file;
  std::string report_file;
  // The compute-optimal choice, see bench/compute_optimal.h.
  std::string policy_file;         // empty: none is made
  std::string difficulty = "oracle";
  std::string difficulty_by;       // a configuration; empty: the first
  std::string bins = "5";          // or "absolute"
  std::string against_file;        // a JSON report of another model; empty: none
  std::vector<std::string> replay;  // lists of items that are replayed on the traces of the others
  bool statistics = false;         // keep those of every trace's tokens with the results
  std::vector<std::string> import_files;  // JSON reports whose results are taken over
  std::string store_file;  // empty: in the cache folder
  bool resume = false;
  bool quiet = false;
  std::string command;     // the whole command line, for the report
};

void add_bench_options(CLI::App& command, BenchArguments& arguments);

// Returns the exit code.
int run_bench(const BenchArguments& arguments);

}  // namespace reckon::cli
