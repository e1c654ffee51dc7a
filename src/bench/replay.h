// Other strategies replayed on the traces of a vote, or a scored pool, that ran to its end (engine/recorded_traces.h), as
// configurations of their own beside it.
//
// Threading: pure, but for what the caller's function does. Cost: one call of that function a cell and replay.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "bench/runner.h"

namespace reckon {

// What a configuration makes of the pool of a result: answer, correctness, pool and tokens are read of the outcome. Errors:
// not_found when the pool lacks the statistics or scores that are needed.
using ReplayFunction = std::function<Result<Outcome>(const BenchResult& whole, const Configuration& replay)>;

struct Replayed {
  std::vector<std::string> added;     // configurations, by name
  std::vector<std::string> left_out;  // "NAME: why"; also for one that was added with fewer answers
};

// Adds a configuration "NAME REPLAY" for each replay to every configuration whose pools are whole samples: all of the same
// size, two or more, and its own replay gives its first answer again at the same price. A replay that fails for any answer is left
// out, since answers that are easier to replay are easier; where only statistics or scores were not recorded, those answers are.
Replayed add_replays(BenchMatrix& matrix, BenchRun& run, std::span<const Configuration> replays, const ReplayFunction& replay);

}  // namespace reckon
