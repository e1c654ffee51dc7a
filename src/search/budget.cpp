#include "search/budget.h"

#include <algorithm>

namespace reckon {

std::string_view to_string(Cap cap) {
  switch (cap) {
    case Cap::none: return "none";
    case Cap::generated_tokens: return "generated_tokens";
    case Cap::total_tokens: return "total_tokens";
    case Cap::calls: return "calls";
    case Cap::flops: return "flops";
    case Cap::milliseconds: return "milliseconds";
  }
  return "none";
}

Budget::Budget(std::shared_ptr<Budget> parent, const BudgetCaps& caps, const Clock& clock)
    : parent_(std::move(parent)), caps_(caps), clock_(clock), started_(clock.milliseconds()) {}

std::shared_ptr<Budget> Budget::create(const BudgetCaps& caps, const Clock& clock) {
  return std::shared_ptr<Budget>(new Budget(nullptr, caps, clock));
}

std::shared_ptr<Budget> Budget::split(std::shared_ptr<Budget> parent, const BudgetCaps& caps) {
  const Clock& clock = parent->clock_;
  return std::shared_ptr<Budget>(new Budget(std::move(parent), caps, clock));
}

// The cap that spending `amount` more would pass. Caller holds mutex_.
Cap Budget::over(const Spent& amount) const {
  if (caps_.milliseconds && elapsed_milliseconds() >= *caps_.milliseconds) return Cap::milliseconds;
  if (caps_.generated_tokens && spent_.generated + amount.generated > *caps_.generated_tokens) return Cap::generated_tokens;
  if (caps_.total_tokens && spent_.total + amount.total > *caps_.total_tokens) return Cap::total_tokens;
  if (caps_.calls && spent_.calls + amount.calls > *caps_.calls) return Cap::calls;
  if (caps_.flops && spent_.flops + amount.flops > *caps_.flops) return Cap::flops;
  return Cap::none;
}

// Spends here first and gives back when a parent refuses.
bool Budget::reserve(const Spent& amount) {
  {
    const std::lock_guard lock(mutex_);
    if (over(amount) != Cap::none) return false;
    spent_.generated += amount.generated;
    spent_.total += amount.total;
    spent_.calls += amount.calls;
    spent_.flops += amount.flops;
  }
  if (parent_ == nullptr || parent_->reserve(amount)) return true;
  add({-amount.generated, -amount.total, -amount.calls, -amount.flops});
  return false;
}

void Budget::add(const Spent& amount) {
  const std::lock_guard lock(mutex_);
  spent_.generated += amount.generated;
  spent_.total += amount.total;
  spent_.calls += amount.calls;
  spent_.flops += amount.flops;
}

bool Budget::reserve_generated(std::int64_t tokens, double flops_per_token) {
  return reserve({tokens, tokens, 0, flops_per_token * static_cast<double>(tokens)});
}
bool Budget::reserve_other(std::int64_t tokens, double flops_per_token) {
  return reserve({0, tokens, 0, flops_per_token * static_cast<double>(tokens)});
}
void Budget::spend(const Spent& amount) {
  for (Budget* budget = this; budget != nullptr; budget = budget->parent_.get()) budget->add(amount);
}

void Budget::settle_generated(std::int64_t reserved, std::int64_t used, double flops_per_token) {
  const std::int64_t more = used - reserved;
  spend({more, more, 0, flops_per_token * static_cast<double>(more)});
}
void Budget::spend_other(std::int64_t tokens, double flops_per_token) {
  spend({0, tokens, 0, flops_per_token * static_cast<double>(tokens)});
}
bool Budget::reserve_call() { return reserve({0, 0, 1, 0.0}); }

Cap Budget::exhausted() const {
  {
    const std::lock_guard lock(mutex_);
    // One more generated token is the smallest useful expense; calls are asked for separately.
    if (const Cap cap = over({1, 1, 0, 0.0}); cap != Cap::none) return cap;
  }
  return parent_ == nullptr ? Cap::none : parent_->exhausted();
}

std::optional<std::int64_t> Budget::remaining_generated() const {
  std::optional<std::int64_t> left = parent_ == nullptr ? std::nullopt : parent_->remaining_generated();
  const std::lock_guard lock(mutex_);
  auto tighten = [&left](std::int64_t value) { left = std::max<std::int64_t>(0, left ? std::min(*left, value) : value); };
  if (caps_.generated_tokens) tighten(*caps_.generated_tokens - spent_.generated);
  if (caps_.total_tokens) tighten(*caps_.total_tokens - spent_.total);
  return left;
}

Budget::Spent Budget::spent() const {
  const std::lock_guard lock(mutex_);
  return spent_;
}

}  // namespace reckon
