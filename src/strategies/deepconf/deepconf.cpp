// deepconf: confidence-filtered voting online (DeepConf, Fu et al., 2508.15260, section 3).
//
//   1. warm-up: complete traces, each scored by its lowest group confidence (the least confident window);
//   2. threshold: the (100 - eta)th percentile of these scores, so that about eta per cent of traces pass;
//   3. later traces are given up as soon as a full window falls below it; their tokens are billed as
//      cancelled;
//   4. after each trace, in index order: stop when the leading answer has the share tau of all votes, and
//      there are at least four (ours: with a small warm-up and eta, one trace alone would have the share 1).
// Votes: warm-up traces that pass, and all later ones that were not given up (one that ends before its first
// window is full has a vote, too), each weighing its lowest group confidence.
//
// Small models, which this is tuned for, write short traces: the window is a fifth of the median warm-up
// trace (at least 16 tokens), not the paper's 2048. Their confidence is poorly calibrated, so eta is 90
// ("high": give up only the worst) and a majority that differs is reported. A model that is confidently
// wrong gets worse with a small eta.
#include <algorithm>

#include "scoring/answer_groups.h"
#include "scoring/confidence.h"
#include "search/ordered_traces.h"
#include "search/registry.h"
#include "search/select.h"
#include "strategies/deepconf/confidence_gate.h"

namespace reckon {
namespace {

constexpr int kLeastVotes = 4;

class DeepConf final : public Strategy {
 public:
  explicit DeepConf(const Options& options)
      : samples_(options.integer("samples")),
        warmup_(std::min(options.integer("warmup"), samples_)),
        parallel_(static_cast<std::uint64_t>(options.integer("parallel"))),
        window_(static_cast<std::size_t>(options.integer("window"))),
        eta_(options.real("eta")),
        tau_(options.real("tau")) {}

  Result<Answer> run(Context& context, const Task&) override {
    RECKON_ASSIGN_OR_RETURN(auto traces, sample_traces(
                                             context, static_cast<int>(warmup_), [](const SampledTrace&) {},
                                             [](TraceRequest& request) { request.record = Record::statistics; }));
    const Filter filter = filter_from(traces);
    Ballot ballot;
    for (const auto& trace : traces) {
      const double score = score_of(context, trace, filter);
      ballot.add(trace, is_below(score, filter.threshold) ? 0.0 : score);
    }

    OrderedTraces coming(context, {.first = static_cast<std::uint64_t>(warmup_),
                                   .samples = static_cast<std::uint64_t>(samples_),
                                   .parallel = parallel_,
                                   .edit = [&filter](TraceRequest& request) { filter.attach(request); }});
    while (!ballot.is_decided(tau_)) {
      RECKON_ASSIGN_OR_RETURN(auto trace, coming.next());
      if (!trace) break;
      const FinishReason finish = trace->trace.finish;
      if (finish == FinishReason::cancelled && trace->trace.detail == ConfidenceGate::kReason) {
        context.emit(pruned(trace->trace, filter.threshold));
      } else if (finish != FinishReason::cancelled && finish != FinishReason::failed &&
                 trace->trace.counts.generated() > 0) {
        ballot.add(*trace, score_of(context, *trace, filter));
        traces.push_back(std::move(*trace));
      }
    }
    context.emit(
        {.kind = EventKind::vote, .count = static_cast<std::int64_t>(traces.size()), .value = ballot.leading_share()});
    return decide(context, traces, ballot.weights);
  }

 private:
  struct Filter {
    std::size_t window = 0;
    double threshold = 0.0;
    double score(const Trace& trace) const { return lowest_group_confidence(trace.stats.confidences, window); }
    void attach(TraceRequest& request) const {
      request.record = Record::statistics;
      auto& controllers = request.branch.controllers;
      controllers.insert(controllers.begin(), std::make_unique<ConfidenceGate>(window, threshold));
    }
  };

  struct Ballot {
    AnswerGroups groups;
    std::vector<double> weights;  // one per trace
    int votes = 0;                // of them above 0, with an answer
    void add(const SampledTrace& trace, double weight) {
      weights.push_back(weight);
      if (groups.add(parse_answer(trace.answer), weight) && weight > 0.0) ++votes;
    }
    bool is_decided(double tau) const { return votes >= kLeastVotes && leading_share() >= tau; }
    double leading_share() const {
      const auto leader = groups.leader_by_weight();
      const double total = groups.total_weight();
      return leader && total > 0.0 ? groups.groups()[*leader].weight / total : 0.0;
    }
  };

  Filter filter_from(const std::vector<SampledTrace>& warmup) const {
    Filter filter;
    std::vector<std::size_t> lengths;
    for (const auto& trace : warmup) lengths.push_back(trace.trace.stats.confidences.size());
    filter.window = window_ > 0 ? window_ : confidence_window(std::move(lengths));
    std::vector<double> scores;
    for (const auto& trace : warmup) scores.push_back(filter.score(trace.trace));
    filter.threshold = percentile(std::move(scores), 100.0 - eta_);
    return filter;
  }

  static double score_of(Context& context, const SampledTrace& trace, const Filter& filter) {
    const double score = filter.score(trace.trace);
    context.emit({.kind = EventKind::step_scored, .trace = static_cast<std::uint64_t>(trace.trace.id), .value = score});
    return score;
  }

  static Event pruned(const Trace& trace, double threshold) {
    return {.kind = EventKind::pruned,
            .trace = static_cast<std::uint64_t>(trace.id),
            .count = trace.counts.generated(),
            .value = threshold,
            .label = std::string(ConfidenceGate::kReason)};
  }

  static Answer decide(Context& context, std::span<const SampledTrace> traces, std::span<const double> weights) {
    Answer answer = select_answer(traces, weights, Selection::weighted);
    const Answer majority = select_answer(traces, {}, Selection::vote);
    if (majority.text != answer.text) {
      context.warn("the plain majority of the " + std::to_string(traces.size()) + " finished traces says \"" +
                   majority.text + "\"");
    }
    return answer;
  }

  std::int64_t samples_;
  std::int64_t warmup_;
  std::uint64_t parallel_;
  std::size_t window_;
  double eta_;
  double tau_;
};

}  // namespace

void register_deepconf_strategy(Registry& registry) {
  registry.strategies.add<DeepConf>(
      {.name = "deepconf",
       .summary = "weighted vote that gives up traces in which the model's confidence drops",
       .options = {OptionSpec::integer("samples", 16, {1, 1024}, "most traces, those given up included"),
                   OptionSpec::integer("warmup", 8, {1, 1024}, "complete traces that set the threshold"),
                   OptionSpec::integer("parallel", 4, {1, 1024}, "traces side by side after the warm-up"),
                   OptionSpec::integer("window", 0, {0, 100000},
                                       "tokens; 0: a fifth of the median warm-up trace, at least 16"),
                   OptionSpec::real("eta", 90.0, {0.0, 100.0},
                                    "per cent of traces that should pass; 10 gives up most, 90 few"),
                   OptionSpec::real("tau", 0.95, {0.0, 1.0}, "share of the votes at which the leader has won")},
       .needs = {Need::logprobs},
       .references = {"arXiv 2508.15260, section 3"}});
}

}  // namespace reckon
