// What step searches cost beside the model: behind `reckon perf search`.
//
// Overhead: each search on a fake model that costs almost nothing, one token a step, at several
// numbers of nodes; of the time per node, what plain sampling of its token and reading of its prompts take is shown
// beside it. Speed: on a real model, tokens per second of a search over those of plain sampling with as many live branches, in the same
// run. The scorer is free, unless the speed is wanted with another. Times are wall time of this machine; nothing is printed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "engine/engine.h"
#include "model/language_model.h"

namespace reckon {

struct PerfSearchRow {
  std::string strategy;
  int nodes = 0;                        // that the search made
  double microseconds_per_node = 0.0;   // all of it: search, engine, sampler
  double sampling_microseconds = 0.0;   // a token of plain sampling at the same number of branches
  double prefill_microseconds = 0.0;    // prompt tokens computed for each node, at the cost of one more token of a prompt
  double overhead() const { return microseconds_per_node - sampling_microseconds - prefill_microseconds; }
};

// nodes: how many to make, each at least 100. strategies: which searches; empty: all.
// Errors: not_found for one that is none.
Result<std::vector<PerfSearchRow>> perf_search_overhead(const std::vector<int>& nodes, const std::vector<std::string>& strategies = {});

struct PerfSearchSpeedRow {
  std::string strategy;
  int branches = 0;               // live ones
  double tokens_per_second = 0.0;
  double sampling_tokens_per_second = 0.0;
  double ratio() const { return tokens_per_second / sampling_tokens_per_second; }
};

struct PerfSearchSpeedOptions {
  std::vector<int> branches{8, 32};
  int step_tokens = 24;
  int steps = 4;
  int threads = 0;  // 0: all cores
  PluginChoice scorer{"free", {}};  // "free" costs nothing; else one of the engine's
};
Result<std::vector<PerfSearchSpeedRow>> perf_search_speed(std::shared_ptr<const LanguageModel> model,
                                                          const PerfSearchSpeedOptions& options);

}  // namespace reckon
