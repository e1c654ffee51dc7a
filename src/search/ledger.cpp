#include "search/ledger.h"

namespace reckon {

void Bill::add(const Bill& other) {
  tokens.prefilled += other.tokens.prefilled;
  tokens.cached += other.tokens.cached;
  tokens.recomputed += other.tokens.recomputed;
  tokens.sampled += other.tokens.sampled;
  tokens.forced += other.tokens.forced;
  tokens.injected += other.tokens.injected;
  tokens.pending += other.tokens.pending;
  tokens.withheld += other.tokens.withheld;
  tokens.thinking += other.tokens.thinking;
  probe += other.probe;
  scored += other.scored;
  cancelled += other.cancelled;
  traces += other.traces;
  scoring_calls += other.scoring_calls;
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
