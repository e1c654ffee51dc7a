// adaptive_vote: self-consistency that spends no more than it needs.
//
// Traces are started a window at a time and looked at in index order, so that short traces, which end
// first, get no say before long ones. After each one the vote stops when
//   beta  the leader beats the runner-up with the wanted probability (Adaptive-Consistency,
//         2305.11860: Beta posterior over the two largest counts), or
//   esc   the last full window agrees with itself (early-stopping self-consistency, 2401.10480), or
//   none  never, except that
// in all cases it stops when the remaining traces cannot change the leader any more. That rule is exact.
// What still runs is cancelled; its tokens are in the bill as cancelled.
//
// Weak models, whose answers scatter, save little by these: they spend most on questions that they get wrong
// anyway. With `futility` (ours, not of the papers) the vote also ends when at half of the samples the leader
// has less than that share of the votes.
#include "search/ordered_traces.h"
#include "search/registry.h"
#include "scoring/running_vote.h"
#include "search/select.h"

namespace reckon {
namespace {

class AdaptiveVote final : public Strategy {
 public:
  explicit AdaptiveVote(const Options& options) {
    const std::string& rule = options.text("rule");
    rule_.kind = rule == "beta" ? StopRule::Kind::beta : rule == "esc" ? StopRule::Kind::esc : StopRule::Kind::none;
    rule_.samples = static_cast<std::size_t>(options.integer("samples"));
    rule_.window = static_cast<std::size_t>(options.integer("window"));
    rule_.threshold = options.real("threshold");
    rule_.futility = options.real("futility");
  }

  Result<Answer> run(Context& context, const Task&) override {
    RunningVote vote(rule_);
    std::vector<SampledTrace> traces;
    OrderedTraces coming(context, {.samples = rule_.samples, .parallel = rule_.window});
    while (!vote.stopped()) {
      RECKON_ASSIGN_OR_RETURN(auto trace, coming.next());
      if (!trace) break;
      vote.add(trace->answer);
      if (trace->trace.counts.generated() > 0) traces.push_back(std::move(*trace));
    }
    if (!vote.stopped()) return select_answer(traces, {}, Selection::vote);
    context.emit({.kind = EventKind::vote, .count = static_cast<std::int64_t>(vote.seen()), .label = vote.reason()});
    // Of the traces up to the stop, whose majority the winner of a window need not be.
    std::vector<double> weights;
    for (const auto& trace : traces)
      weights.push_back(vote.is_for_winner(static_cast<std::size_t>(trace.index)) ? 1.0 : 0.0);
    return select_answer(traces, weights, Selection::max);
  }

 private:
  StopRule rule_;
};

}  // namespace

void register_adaptive_vote_strategy(Registry& registry) {
  registry.strategies.add<AdaptiveVote>(
      {.name = "adaptive_vote",
       .summary = "self-consistency that stops when the vote is decided",
       .options = {OptionSpec::integer("samples", 16, {1, 1024}, "most traces"),
                   OptionSpec::integer("window", 4, {1, 1024}, "traces side by side; for esc, those that must agree"),
                   OptionSpec::choice("rule", "beta", {"beta", "esc", "none"}, "when to stop, besides exact consensus"),
                   OptionSpec::real("threshold", 0.95, {0.5, 1.0}, "beta: wanted probability that the leader leads"),
                   OptionSpec::real("futility", 0.0, {0.0, 1.0}, "stop at half of the samples if the leader has a smaller share of the votes (0: never)")},
       .references = {"arXiv 2305.11860", "arXiv 2401.10480"}});
}

}  // namespace reckon
