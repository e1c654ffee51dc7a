// loop_guard: notices that a trace repeats itself, and breaks it.
//
// Exact rule: the tail is periodic in token ids with some period p: at least three copies and 64 tokens,
// or 128 tokens when the period has fewer than three distinct ids (so that dots, rulers and 0.333...
// pass). Approximate rule, for circles that are not verbatim: the same line six times in 2048 tokens, or
// in the last 512 tokens less than a fifth of the runs of four ids distinct, or a Lempel-Ziv parse with
// less than a fifth as many phrases as ids.
//
// What happens: at first the id that would continue an exact cycle is forbidden for one step. Then the
// thinking is closed, so that an answer follows; in the answer, or without a controlled thinking section,
// the trace ends, with the reason "loop". The answer is looked at afresh, so that it does not end for what the
// thinking repeated. Injected text does not count. Sampling penalties do not end verbatim loops; strict
// grammars and very small models cause them.
#include <algorithm>
#include <utility>

#include "controllers/loop_guard/periodicity.h"
#include "controllers/loop_guard/repetition.h"
#include "search/registry.h"

namespace reckon {
namespace {

constexpr std::size_t kApproximateWindow = 512;
constexpr double kLeastShare = 0.2;
constexpr int kEqualLines = 6;

class LoopGuard final : public Controller {
 public:
  LoopGuard(const Options& options, const ControllerEnvironment& environment)
      : vocabulary_(&environment.vocabulary),
        start_(options.integer("start")),
        every_(options.integer("every")),
        nudges_left_(options.integer("nudges")),
        approximate_(options.flag("approximate")),
        stops_(options.text("action") == "stop") {
    rule_.longest_period = options.integer("longest_period");
  }
  std::unique_ptr<Controller> clone() const override { return std::make_unique<LoopGuard>(*this); }
  std::string_view name() const override { return "loop_guard"; }

  void before_token(const BranchView& branch, LogitEdits& edits) override {
    if (branch.section != std::exchange(section_, branch.section)) start_afresh();
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
    if (period > 0 && nudges_left_ > 0) {
      --nudges_left_;
      forbidden_ = tail[tail.size() - static_cast<std::size_t>(period)];
      return Verdict::accept();
    }
    if (period == 0 && !(approximate_ && goes_round(tail))) return Verdict::accept();
    return stops_ ? Verdict::stop("loop") : Verdict::close("loop");
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
    if (approximate_) lines_.add(vocabulary_->piece(token));
    const auto window = std::max(static_cast<std::size_t>(rule_.window()), kApproximateWindow);
    if (tail_.size() >= 2 * window) tail_.erase(tail_.begin(), tail_.end() - static_cast<std::ptrdiff_t>(window));
  }

 private:
  void start_afresh() {
    lines_ = LineCounter();
    tail_.clear();
    seen_ = 0;
    forbidden_ = kNoToken;
  }

  bool goes_round(const Tokens& tail) const {
    if (lines_.most() >= kEqualLines) return true;
    if (tail.size() < kApproximateWindow) return false;
    const Tokens window(tail.end() - static_cast<std::ptrdiff_t>(kApproximateWindow), tail.end());
    return distinct_ngram_share(window, 4) < kLeastShare || lz78_ratio(window) < kLeastShare;
  }

  const Vocabulary* vocabulary_;
  std::int64_t start_;
  std::int64_t every_;
  std::int64_t nudges_left_;
  bool approximate_;
  bool stops_;
  PeriodRule rule_;
  LineCounter lines_;
  Tokens tail_;
  std::int64_t seen_ = 0;
  TokenId forbidden_ = kNoToken;
  Section section_ = Section::thinking;
};

}  // namespace

void register_loop_guard_controller(Registry& registry) {
  registry.controllers.add<LoopGuard>(
      {.name = "loop_guard",
       .summary = "breaks or ends a trace that repeats itself",
       .options = {OptionSpec::integer("start", 256, {1, 1000000}, "first sampled token that is looked at"),
                   OptionSpec::integer("every", 16, {1, 1024}, "tokens between looks"),
                   OptionSpec::integer("longest_period", 256, {1, 2048}, "longest cycle that is noticed, in tokens"),
                   OptionSpec::integer("nudges", 1, {0, 100}, "times that an exact cycle is broken before the action"),
                   OptionSpec::choice("action", "close", {"close", "stop"}, "then: close the thinking, or end the trace at once"),
                   OptionSpec::flag("approximate", true, "also circles that are not verbatim")},
       .authority = 20});
}

}  // namespace reckon
