// Discards a trace as soon as the mean confidence of its last `window` sampled tokens is below a
// threshold; never before the window is full. The strategy attaches it, in front of the run's
// controllers, so that it hears of every sampled token; the request must record statistics.
//
// Source: DeepConf, 2508.15260, section 3 (online thinking, step 3). Cost: O(1) a token.
#pragma once

#include "scoring/confidence.h"
#include "thinking/controller.h"

namespace reckon {

class ConfidenceGate final : public Controller {
 public:
  static constexpr std::string_view kReason = "low confidence";

  ConfidenceGate(std::size_t window, double threshold) : group_(window), threshold_(threshold) {}
  std::unique_ptr<Controller> clone() const override { return std::make_unique<ConfidenceGate>(*this); }
  std::string_view name() const override { return "confidence_gate"; }

  Verdict on_token(const BranchView& branch, TokenId) override {
    if (branch.stats == nullptr) return Verdict::accept();
    // Through float, as the trace's statistics keep it: the gate and the trace's score must agree.
    group_.add(static_cast<float>(branch.stats->confidence));
    return group_.full() && is_below(group_.mean(), threshold_) ? Verdict::discard(kReason) : Verdict::accept();
  }

 private:
  SlidingMean group_;
  double threshold_;
};

}  // namespace reckon
