// Smaller votes and votes that stop early, replayed on the traces of a vote that ran to its end.
//
// Traces are keyed by index: the first 4 of a vote of 16 are those that a vote of 4 would have sampled, and an adaptive
// vote looks at the same traces in the same order. So one run answers for all of them, sample by sample paired, as
// Adaptive-Consistency (2305.11860) and early-stopping self-consistency (2401.10480) were measured too. What a replay
// cannot know: its time, and a budget that would have cut it.
//
// Tokens of a vote that stops: traces run `parallel` at a time, one token each a step, a new one starts when one ends;
// the stop comes when the deciding trace ends, and what then runs has cost what it had written.
//
// Threading: pure functions. Cost: one vote a cell and rule.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "bench/runner.h"
#include "scoring/running_vote.h"

namespace reckon {

struct ReplayRule {
  enum class Kind { first, stopping };
  std::string text;     // as written
  Kind kind = Kind::first;
  std::size_t first = 1;     // first: a vote of so many traces
  StopRule stop;             // stopping; its `samples` is filled in with the size of the pool
  std::size_t parallel = 4;  // stopping: traces side by side
};

// "first=8": a vote of the first 8 traces. "beta=0.95", "esc=4", "consensus": an adaptive_vote with that rule and
// threshold or window, else with its defaults; further options of it follow, "beta=0.9:window=2:futility=0.3". Separated by
// commas. Errors: invalid_argument.
Result<std::vector<ReplayRule>> parse_replay_rules(std::string_view list);

struct ReplayedVote {
  std::size_t chosen = 0;  // the trace that speaks for the winning group; the first one when nobody has an answer
  std::size_t seen = 0;    // traces that the vote looked at
  double agreement = 0.0;  // share of them in the winning group
  std::int64_t generated = 0;
  std::int64_t cancelled = 0;  // of those, in traces that were stopped
};
// The pool must not be empty.
ReplayedVote replay(std::span<const BenchTrace> pool, const ReplayRule& rule);

// Adds a configuration "NAME RULE" for each rule to every configuration all of whose answers came from the same number
// of traces, two or more; rules that want more traces than there are are left out. Returns what was added.
std::vector<std::string> add_replays(BenchMatrix& matrix, BenchRun& run, std::span<const ReplayRule> rules);

}  // namespace reckon
