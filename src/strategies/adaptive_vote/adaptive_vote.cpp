// adaptive_vote: self-consistency that spends no more than it needs.
//
// Traces are started a window at a time and looked at in index order, so that short traces, which end
// first, get no say before long ones. After each one the vote stops when
//   beta  the leader beats the runner-up with the wanted probability (Adaptive-Consistency,
//         2305.11860: Beta posterior over the two largest counts), or
//   esc   the last full window agrees with itself (early-stopping self-consistency, 2401.10480), or
//   none  never, except that
// in all cases it stops when the remaining traces cannot change the leader any more. That rule is exact.
// What still runs is cancelled; its tokens are in the bill as cancelled. Weak models, whose answers
// scatter, save little.
#include <algorithm>
#include <map>

#include "scoring/answer_groups.h"
#include "search/registry.h"
#include "search/select.h"
#include "search/vote_rules.h"

namespace reckon {
namespace {

enum class StopRule { beta, esc, none };

class AdaptiveVote final : public Strategy {
 public:
  explicit AdaptiveVote(const Options& options)
      : samples_(static_cast<std::uint64_t>(options.integer("samples"))),
        window_(static_cast<std::uint64_t>(options.integer("window"))),
        threshold_(options.real("threshold")) {
    const std::string& rule = options.text("rule");
    rule_ = rule == "beta" ? StopRule::beta : rule == "esc" ? StopRule::esc : StopRule::none;
  }

  Result<Answer> run(Context& context, const Task&) override {
    const auto generation = context.generate();
    std::map<TraceId, std::uint64_t> index_of;
    std::map<std::uint64_t, SampledTrace> ended;  // by index
    Tally tally;
    const auto start = [&]() -> Status {
      std::vector<TraceRequest> requests;
      while (index_of.size() < samples_ && generation->running() + requests.size() < window_) {
        RECKON_ASSIGN_OR_RETURN(TraceRequest request, context.open_trace(index_of.size() + requests.size()));
        const bool greedy = request.sampling.temperature <= 0.0;
        requests.push_back(std::move(request));
        if (greedy) samples_ = 1;  // all samples would be equal
      }
      if (requests.empty()) return ok_status();
      for (const TraceId id : generation->add(std::move(requests))) index_of.emplace(id, index_of.size());
      return ok_status();
    };
    RECKON_RETURN_IF_ERROR(start());
    while (auto trace = generation->next()) {
      const std::uint64_t index = index_of[trace->id];
      const bool counts = trace->finish != FinishReason::cancelled && trace->finish != FinishReason::failed;
      std::string answer = counts ? context.extract_answer(*trace) : std::string();
      ended.insert_or_assign(index, SampledTrace{index, std::move(*trace), std::move(answer)});
      if (!tally.stopped && advance(tally, ended)) {
        context.emit({.kind = EventKind::vote, .count = static_cast<std::int64_t>(tally.seen), .label = tally.reason});
        generation->cancel_all();
      }
      if (!tally.stopped && !context.should_stop()) RECKON_RETURN_IF_ERROR(start());
    }
    return select(tally, ended);
  }

 private:
  struct Tally {
    AnswerGroups groups;
    std::vector<std::optional<std::size_t>> members;  // group of each trace seen, in index order
    std::uint64_t seen = 0;                           // traces 0 .. seen-1 have been looked at
    bool stopped = false;
    std::optional<std::size_t> winner;  // group that an early stop decided on
    std::string reason;
  };

  // Looks at traces in index order as far as they have ended; true when the vote may stop.
  bool advance(Tally& tally, const std::map<std::uint64_t, SampledTrace>& ended) const {
    for (auto next = ended.find(tally.seen); next != ended.end(); next = ended.find(tally.seen)) {
      tally.members.push_back(tally.groups.add(parse_answer(next->second.answer)));
      ++tally.seen;
      if (decided(tally)) return tally.stopped = true;
    }
    return false;
  }

  bool decided(Tally& tally) const {
    const auto ranked = tally.groups.ranked_by_count();
    if (ranked.empty() || tally.seen >= samples_) return false;
    auto votes = [&](std::size_t rank) {
      return rank < ranked.size() ? static_cast<std::int64_t>(tally.groups.groups()[ranked[rank]].count) : 0;
    };
    tally.winner = ranked[0];
    tally.reason = "consensus";
    if (consensus_reached(votes(0), votes(1), static_cast<std::int64_t>(samples_ - tally.seen))) return true;
    tally.reason = "confidence";
    if (rule_ == StopRule::beta && beta_confidence(votes(0), votes(1)) >= threshold_) return true;
    tally.reason = "window";
    if (rule_ == StopRule::esc && tally.seen % window_ == 0) {
      const auto last = tally.members.end() - static_cast<std::ptrdiff_t>(window_);
      // The window's own answer is returned, even if earlier windows leaned elsewhere.
      if (*last && std::all_of(last, tally.members.end(), [&](const auto& member) { return member == *last; })) {
        tally.winner = **last;
        return true;
      }
    }
    return false;
  }

  // The majority of what was looked at; after an early stop, of the traces up to it, which the winner of
  // a window may not lead.
  static Answer select(const Tally& tally, std::map<std::uint64_t, SampledTrace>& ended) {
    std::vector<SampledTrace> traces;
    for (auto& [index, trace] : ended) {
      const bool too_late = tally.stopped && index >= tally.seen;
      if (!too_late && trace.trace.counts.generated() > 0) traces.push_back(std::move(trace));
    }
    if (!tally.stopped) return select_answer(traces, {}, Selection::vote);
    std::vector<double> weights;
    for (const auto& trace : traces) {
      const auto member = tally.members[static_cast<std::size_t>(trace.index)];
      weights.push_back(member && member == tally.winner ? 1.0 : 0.0);
    }
    return select_answer(traces, weights, Selection::max);
  }

  std::uint64_t samples_;
  std::uint64_t window_;
  double threshold_;
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
                   OptionSpec::real("threshold", 0.95, {0.5, 1.0}, "beta: wanted probability that the leader leads")},
       .references = {"arXiv 2305.11860", "arXiv 2401.10480"}});
}

}  // namespace reckon
