// loop_guard: notices that a trace repeats itself, and breaks it.
//
// Exact rule: the tail is periodic in token ids with some period p: at least three copies and 64 tokens,
// or 128 tokens when the period has fewer than three distinct ids (so that dots, rulers and 0.333...
// pass). The first time, the id that would continue the cycle is forbidden for one step; the next time
// the thinking is closed, so that an answer follows, and in the answer (or without a controlled
// thinking section) the trace ends, with the reason "loop". Injected text does not count. Sampling penalties do not end
// verbatim loops; strict grammars and very small models cause them.
#include <algorithm>

#include "controllers/loop_guard/periodicity.h"
#include "search/registry.h"

namespace reckon {
namespace {

class LoopGuard final : public Controller {
 public:
  LoopGuard(const Options& options, const ControllerEnvironment&)
      : start_(options.integer("start")), every_(options.integer("every")), nudges_left_(options.integer("nudges")) {
    rule_.longest_period = options.integer("longest_period");
  }
  std::unique_ptr<Controller> clone() const override { return std::make_unique<LoopGuard>(*this); }
  std::string_view name() const override { return "loop_guard"; }

  void before_token(const BranchView&, LogitEdits& edits) override {
    if (forbidden_ != kNoToken) edits.masked.push_back(forbidden_);
    forbidden_ = kNoToken;
  }

  Verdict on_token(const BranchView& branch, TokenId token) override {
    if (branch.vocabulary.is_end_of_generation(token)) return Verdict::accept();
    const bool due = seen_ + 1 >= start_ && (seen_ + 1) % every_ == 0;
    if (!due) return Verdict::accept();
    Tokens tail = tail_;
    tail.push_back(token);
    const std::int64_t period = repeated_period(tail, rule_);
    if (period == 0) return Verdict::accept();
    if (nudges_left_ == 0) return Verdict::close("loop");
    --nudges_left_;
    forbidden_ = tail[tail.size() - static_cast<std::size_t>(period)];
    return Verdict::accept();
  }

  void retract(int n) override {
    const auto gone = std::min<std::size_t>(static_cast<std::size_t>(n), tail_.size());
    tail_.resize(tail_.size() - gone);
    seen_ -= static_cast<std::int64_t>(gone);
  }

  void observe(TokenId token, TokenOrigin origin) override {
    if (origin != TokenOrigin::sampled) return;
    ++seen_;
    tail_.push_back(token);
    const auto window = static_cast<std::size_t>(rule_.window());
    if (tail_.size() >= 2 * window) tail_.erase(tail_.begin(), tail_.end() - static_cast<std::ptrdiff_t>(window));
  }

 private:
  std::int64_t start_;
  std::int64_t every_;
  std::int64_t nudges_left_;
  PeriodRule rule_;
  Tokens tail_;
  std::int64_t seen_ = 0;
  TokenId forbidden_ = kNoToken;
};

}  // namespace

void register_loop_guard_controller(Registry& registry) {
  registry.controllers.add<LoopGuard>(
      {.name = "loop_guard",
       .summary = "breaks or ends a trace that repeats itself",
       .options = {OptionSpec::integer("start", 256, {1, 1000000}, "first sampled token that is looked at"),
                   OptionSpec::integer("every", 16, {1, 1024}, "tokens between looks"),
                   OptionSpec::integer("longest_period", 256, {1, 2048}, "longest cycle that is noticed, in tokens"),
                   OptionSpec::integer("nudges", 1, {0, 100}, "times that the cycle is broken before the trace ends")},
       .authority = 20});
}

}  // namespace reckon
