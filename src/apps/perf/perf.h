// Speed measurements behind `reckon perf`. Each call runs for seconds to minutes on the calling
// thread and returns plain numbers; nothing is printed. Times are wall time of this machine.
#pragma once

#include <cstdint>
#include <memory>
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
  double peak_megabytes = 0.0;     // resident set of the process, highest so far
};

// n samples of one random prompt, at temperature 0.7, none of which may end before its last token.
Result<std::vector<PerfSamplesRow>> perf_samples(std::shared_ptr<const LanguageModel> model, const PerfSamplesOptions& options);

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

}  // namespace reckon
