// From `--strategies` and `--prompts` to the configurations that a benchmark compares.
//
//   --strategies ITEM,ITEM,...
//   ITEM = [LABEL=]STRATEGY[:KEY=VALUE]...
//   KEY  = prompt | scorer | controllers (names joined by +)
//        | a setting of the request: temperature, top_p, min_p, top_k, max_tokens, budget_tokens, ...
//        | an option of a plug-in, as for --set: samples, vote.samples, prompt.form
// A comma or colon inside a value is written \, or \: . What an item does not say comes from the
// command's own options. With `--prompts a,b` every item that names no prompt is run with each.
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
};

struct BenchItem {
  Configuration configuration;  // its settings say everything that changes results
  SolveRequest request;         // without question and seed
};

Result<std::vector<BenchItem>> make_bench_items(const std::vector<std::string>& strategies, const std::vector<std::string>& prompts,
                                                const RequestArguments& base, const EngineSettings& engine);

// Splits at `separator`, except where a backslash precedes it; other backslashes stay.
std::vector<std::string> split_escaped(std::string_view text, char separator);

}  // namespace reckon::cli
