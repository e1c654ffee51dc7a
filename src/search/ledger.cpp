#include "search/ledger.h"

#include <algorithm>

namespace reckon {

void Bill::add(const Bill& other) {
  tokens += other.tokens;
  probe += other.probe;
  scored += other.scored;
  cancelled += other.cancelled;
  traces += other.traces;
  scoring_calls += other.scoring_calls;
  depth = std::max(depth, other.depth);
  program_runs += other.program_runs;
  program_seconds += other.program_seconds;
  parse_failures += other.parse_failures;
  abstentions += other.abstentions;
  flops += other.flops;
}

void Ledger::charge(const Bill& amount) {
  const std::lock_guard lock(mutex_);
  bill_.add(amount);
}

Bill Ledger::bill() const {
  const std::lock_guard lock(mutex_);
  return bill_;
}

}  // namespace reckon
