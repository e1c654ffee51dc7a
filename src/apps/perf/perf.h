// Speed measurements behind `reckon perf`. Each call runs for seconds to minutes on the calling
// thread and returns plain numbers; nothing is printed. Times are wall time of this machine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/language_model.h"

namespace reckon {

struct PerfSamplesOptions {
  int prompt_tokens = 512;
  std::vector<int> samples{1, 4, 8, 16, 32};
  int tokens = 64;   // per sample
  int threads = 0;   // 0: all cores
};

struct PerfSamplesRow {
  int samples = 0;
  double tokens_per_second = 0.0;  // generated, from the first token on
  double prompt_seconds = 0.0;     // until the first token
  double total_seconds = 0.0;
  std::int64_t prompt_tokens_computed = 0;
  double sampling_share = 0.0;     // of the time that the decode thread worked
  double sampling_microseconds = 0.0;  // a step
  double step_microseconds = 0.0;      // sampling and decoding
  double peak_megabytes = 0.0;     // resident set of the process, highest so far
};

// n samples of one random prompt, at temperature 0.7, none of which may end before its last token.
Result<std::vector<PerfSamplesRow>> perf_samples(std::shared_ptr<const LanguageModel> model, const PerfSamplesOptions& options);

struct PerfControllersRow {
  std::string controllers;          // names, joined by "+"; "none" for the first row
  double tokens_per_second = 0.0;
  double sampling_microseconds = 0.0;  // sampler and controllers, a step, on the decode thread's clock
  double cost = 0.0;                // share of the whole step's time that the controllers take
};
// `samples` branches of one random prompt with no controller, with each one, and with all; the rounds of
// all rows are interleaved and the fastest sampling time of each row counts, so that load from outside
// does not pass for a cost. Names as in `reckon list controllers`.
Result<std::vector<PerfControllersRow>> perf_controllers(std::shared_ptr<const LanguageModel> model, const std::vector<std::string>& names,
                                                         int samples, int tokens, int rounds);

struct PerfForkRow {
  int depth = 0;                    // tokens of the branch that is forked
  double fork_microseconds = 0.0;   // logical fork and its release
  double bind_microseconds = 0.0;   // making a fork resident: the first decode of a fork, less a plain one
};
// model: the fake model when null.
Result<std::vector<PerfForkRow>> perf_fork(std::shared_ptr<const LanguageModel> model, const std::vector<int>& depths);

struct PerfOverhead {
  int branches = 0;
  double microseconds_per_token = 0.0;  // engine, controllers none, sampler included
  double sampler_microseconds_per_token = 0.0;  // measured alone on the same rows
  double microseconds_per_node = 0.0;   // fork, one-token step, release
};
// The engine over the fake model at zero delay.
Result<PerfOverhead> perf_overhead(int branches, int tokens);

struct PerfEditOptions {
  int draft_tokens = 300;
  int threads = 0;  // 0: all cores
};

struct PerfEditRow {
  int draft = 0;
  std::int64_t tokens = 0;  // of the edit without lookup
  double plain_tokens_per_second = 0.0;  // from the first token on
  double lookup_tokens_per_second = 0.0;
  std::int64_t rejected = 0;      // drafted and not what came
  bool equal = false;             // both edits have the same tokens
  std::int64_t equal_tokens = 0;  // up to the first difference
};
// Edits at one branch and temperature 0: the model writes a draft, then repeats it with a small change, without
// and with lookup in the draft, one right after the other.
Result<std::vector<PerfEditRow>> perf_edit(std::shared_ptr<const LanguageModel> model, const PerfEditOptions& options);

}  // namespace reckon
