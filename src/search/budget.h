// Budgets: caps that cannot be overspent, however many branches spend at once.
//
// A Budget may be split into children; what a child spends is spent by its parents too, so that a
// child can neither overspend itself nor them. The engine reserves each token before it is sampled:
// caps on tokens are exact. What counts is what a run asks for (its prompt once, each generated
// token, each token scored), not what the KV cache happened to save, so that a capped run gives the
// same answer alone and beside others.
//
// Threading: all methods are thread-safe. Cost: a few uncontended locks up the tree.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace reckon {

struct BudgetCaps {
  std::optional<std::int64_t> generated_tokens;  // sampled + forced + injected
  std::optional<std::int64_t> total_tokens;      // prompt + generated + scored
  std::optional<std::int64_t> calls;             // traces and scoring calls
  std::optional<double> flops;                   // 2 x parameters x tokens
  std::optional<double> milliseconds;            // wall time from the budget's creation
};

enum class Cap { none, generated_tokens, total_tokens, calls, flops, milliseconds };
std::string_view to_string(Cap cap);

class Budget {
 public:
  struct Spent {
    std::int64_t generated = 0;
    std::int64_t total = 0;
    std::int64_t calls = 0;
    double flops = 0.0;
  };

  // The clock must outlive the budget.
  static std::shared_ptr<Budget> create(const BudgetCaps& caps, const Clock& clock = system_clock());
  // A child with caps of its own; it keeps its parent alive.
  static std::shared_ptr<Budget> split(std::shared_ptr<Budget> parent, const BudgetCaps& caps);

  // Each returns false, and spends nothing, when it would pass a cap here or in a parent.
  bool reserve_generated(std::int64_t tokens, double flops_per_token);
  bool reserve_other(std::int64_t tokens, double flops_per_token);  // prompt or scored tokens
  bool reserve_call();
  // For what is known afterwards only. The first puts what was used in the place of a reservation; the second spends prompt
  // or scored tokens. Both count in any case, also past a cap, which then stops whatever comes next.
  void settle_generated(std::int64_t reserved, std::int64_t used, double flops_per_token);
  void spend_other(std::int64_t tokens, double flops_per_token);

  // The cap that stops further spending; Cap::none while something can still be spent. A deadline is
  // noticed when asked.
  Cap exhausted() const;
  // Generated tokens that may still be spent here (the tightest cap of the tree); nothing: no limit.
  std::optional<std::int64_t> remaining_generated() const;
  Spent spent() const;
  double elapsed_milliseconds() const { return clock_.milliseconds() - started_; }

 private:
  Budget(std::shared_ptr<Budget> parent, const BudgetCaps& caps, const Clock& clock);
  bool reserve(const Spent& amount);
  void add(const Spent& amount);  // here only, unconditionally
  void spend(const Spent& amount);  // here and in all parents, unconditionally
  Cap over(const Spent& amount) const;

  const std::shared_ptr<Budget> parent_;
  const BudgetCaps caps_;
  const Clock& clock_;
  const double started_;
  mutable std::mutex mutex_;
  Spent spent_;
};

}  // namespace reckon
