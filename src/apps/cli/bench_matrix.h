// From `--strategies`, `--prompts` and `--sweep` to the configurations that a benchmark compares.
//
//   --strategies ITEM,ITEM,...
//   ITEM = [LABEL=]STRATEGY[:KEY=VALUE]...
//   KEY  = prompt | scorer | controllers (names joined by +)
//        | a setting of the request: temperature, top_p, min_p, top_k, max_tokens, budget_tokens, ...
//        | an option of a plug-in, as for --set: samples, vote.samples, prompt.form
// A comma or colon inside a value is written \, or \: . What an item does not say comes from the
// command's own options. With `--prompts a,b` every item that names no prompt is run with each.
//
//   --sweep KEY=VALUE,VALUE,...      (may be repeated: all combinations)
// Every item that does not set KEY itself is run with each value, and "KEY=VALUE" is appended to its
// label, also when there is one value only, so that a longer list later goes on with the same rows.
// An item that sets KEY itself stays as it is, as a point of reference.
//
// The settings of a configuration hold the version of reckon and the digest of every file that an option
// of a plug-in names, so that --resume reuses nothing that was made by another program or from other
// files.
//
// Threading: pure. Errors: invalid_argument or not_found, naming the item.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/cli/request_arguments.h"
#include "bench/outcome.h"

namespace reckon::cli {

// Settings of the engine that change results.
struct EngineSettings {
  int context = 0;
  bool deterministic = false;
  std::vector<std::string> roles = {};  // as --role gave them
};

struct BenchItem {
  Configuration configuration;  // its settings say everything that changes results
  SolveRequest request;         // without question and seed
};

// A configuration's settings without its strategy and scorer.
std::string settings_beside_method(const std::string& settings);

// As given on the command line.
struct BenchAxes {
  std::vector<std::string> strategies;  // lists of items
  std::vector<std::string> prompts;     // lists of names
  std::vector<std::string> sweeps;      // one KEY=VALUE,VALUE each
  const char* option = "--strategies";  // that gave the items, for messages
};

// Errors also for a label, a sweep or a swept value that occurs twice.
Result<std::vector<BenchItem>> make_bench_items(const BenchAxes& axes, const RequestArguments& base, const EngineSettings& engine);

}  // namespace reckon::cli
