// The ledger: the exact bill of a run.
//
// Computing identity, checked by tests: what the backend computed for a run equals
//   prefilled + recomputed + rejected + (sampled + forced + injected + cancelled - pending) + probe + scored,
// where `cancelled` holds the generated tokens of traces that were stopped before they ended, from
// outside or because a controller discarded them (they are not in the three before it), and `pending`
// counts generated tokens that were never fed back because nothing followed them. `cached` counts prompt
// tokens that were found computed already: a saving, not an expense.
//
// Threading: thread-safe. Values come out as snapshots.
#pragma once

#include <cstdint>
#include <mutex>

#include "thinking/trace.h"

namespace reckon {

struct Bill {
  TokenCounts tokens;
  std::int64_t probe = 0;      // computed to look ahead, then dropped
  std::int64_t scored = 0;     // computed by traces of Purpose::scoring
  std::int64_t cancelled = 0;  // generated in traces that were cancelled or discarded
  std::int64_t traces = 0;
  std::int64_t scoring_calls = 0;  // of these traces
  // Of the other traces: the longest chain in which each was begun when the one before had come back.
  std::int64_t depth = 0;
  std::int64_t program_runs = 0;    // started in the sandbox; what is known of an equal run is no run
  double program_seconds = 0.0;     // wall time of these; those side by side are added up
  std::int64_t parse_failures = 0;  // replies that lack the form they were asked for, and were left out
  std::int64_t abstentions = 0;     // judgements without a verdict, and drafts that no comment asked to change
  double flops = 0.0;

  std::int64_t generated() const { return tokens.generated() + cancelled; }
  std::int64_t computed() const {
    return tokens.prefilled + tokens.recomputed + tokens.rejected + generated() - tokens.pending + probe + scored;
  }
  // Sums; of depths the larger.
  void add(const Bill& other);
};

class Ledger {
 public:
  void charge(const Bill& amount);
  Bill bill() const;

 private:
  mutable std::mutex mutex_;
  Bill bill_;
};

}  // namespace reckon
