// Scorers: a number for a candidate answer or step, with its own cost.
//
// Batches in, one Score per candidate out, in the same order. Higher is better; scores of different
// scorers are not comparable. A scorer that fails says so per call: strategies then go on without it
// and report that they did.
//
// Threading: one call at a time per scorer. Ownership: candidates are borrowed for the call.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/trace_stats.h"
#include "scoring/checker.h"
#include "scoring/program_tests.h"

namespace reckon {

struct Branch;   // thinking/trace.h
class Context;   // search/strategy.h

// A step that was passed on the way, and the name of the text up to and including it.
struct PassedStep {
  std::uint64_t node = 0;
  std::string_view text;
};

// The newest step of a trace, when that is judged and not the whole. A scorer that keeps branches of its own
// finds there which of them to go on from, so that a step costs only its own tokens.
struct StepRef {
  std::string_view text;
  std::uint64_t node = 0;    // names the text up to and including this step, within a run
  std::uint64_t parent = 0;  // names the text that was scored last before it
  // Steps between that text and this one, oldest first: those of a look ahead, which are not scored one by one. The search
  // may go on from any of them.
  std::vector<PassedStep> between = {};
};

struct Candidate {
  std::string_view question;
  std::string_view text;      // the trace
  std::string_view answer;    // extracted; empty when there is none
  TraceStats stats;           // of the trace; of the step, when a step is judged
  std::optional<StepRef> step = std::nullopt;
  Branch* branch = nullptr;   // the end of the text, to fork and go on from; null: not there any more
  const Checker* checker = nullptr;  // the task's, where it has one
  const ProgramTests* tests = nullptr;  // the task's public ones, where the answer is a program
};

struct Score {
  double value = 0.0;
  bool calibrated = false;       // value is meant as a probability
  std::vector<double> steps;     // per step, for scorers that have them
  std::string reason;
  bool operator==(const Score&) const = default;
};

class Scorer {
 public:
  virtual ~Scorer() = default;
  // Called once, before the run's first token: a scorer that asks a model keeps the context, which outlives
  // all calls of score(). An error ends the run before anything is spent.
  virtual Status attach(Context& context) {
    (void)context;
    return ok_status();
  }
  virtual Result<std::vector<Score>> score(std::span<const Candidate> candidates) = 0;
  // A score says how a candidate stands among those of its call, and nothing beside another call's.
  virtual bool ranks_within_a_call() const { return false; }
  // The statistics of sampled tokens that it reads must have been recorded.
  virtual bool needs_statistics() const { return false; }
  // And the hidden states.
  virtual bool needs_hidden_states() const { return false; }
};

}  // namespace reckon
