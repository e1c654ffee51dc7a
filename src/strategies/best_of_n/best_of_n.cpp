// best_of_n: samples n traces, scores them, and answers by the scores (Cobbe et al. 2110.14168;
// Snell et al. 2408.03314, appendix).
//
// `max` takes the answer of the best-scored trace; `weighted` sums weights over equivalent answers and
// takes the largest sum, where a calibrated score is its own weight and any other goes through a softmax
// over the question's traces, as in CISC (2502.06233); `sum` adds up the scores themselves, which must
// not be negative, as DeepConf does offline (2508.15260); `borda` gives votes by rank (2502.18581);
// `vote` ignores the scores. With top_share, only the best traces have a vote at all. With a scorer that
// fails, the run goes on as a vote and says so.
//
// A process reward model says what it thinks of a whole trace, or `aggregate` makes one number of its steps: with
// `max` and `weighted` these are the scoring and voting methods that 2502.06703 compares (`--replay` of one run has them all).
#include <algorithm>

#include "search/registry.h"
#include "search/select.h"
#include "search/tree.h"

namespace reckon {
namespace {

class BestOfN final : public Strategy {
 public:
  explicit BestOfN(const Options& options)
      : samples_(static_cast<int>(options.integer("samples"))),
        aggregate_(options.text("aggregate")),
        select_(options.text("select")),
        temperature_(options.real("score_temperature")),
        power_(options.real("borda_power")),
        top_share_(options.real("top_share")) {}

  Result<Answer> run(Context& context, const Task& task) override {
    RECKON_ASSIGN_OR_RETURN(auto traces, sample_traces(context, samples_, [](const SampledTrace&) {}));
    std::vector<Candidate> candidates;
    for (auto& sampled : traces) {
      candidates.push_back(candidate_of(task, sampled));
      candidates.back().branch = &sampled.trace.branch;
    }
    const auto scored = score_candidates(context, candidates);
    if (!scored.ok()) {
      warn_of_plain_vote(context, scored.status());
      return select_answer(traces, {}, Selection::vote);
    }
    const std::vector<double> scores = of_whole_traces(context, *scored);
    for (std::size_t i = 0; i < traces.size(); ++i) {
      traces[i].score = (*scored)[i];
      context.emit({.kind = EventKind::step_scored,
                    .trace = static_cast<std::uint64_t>(traces[i].trace.id),
                    .value = scores[i]});
    }
    if (select_ == "max") return select_answer(traces, scores, Selection::max);
    const bool calibrated = !scored->empty() && scored->front().calibrated;
    auto weights = only_top(traces, scores, weights_from(context, traces, scores, calibrated), top_share_);
    return select_answer(traces, weights, Selection::weighted);
  }

 private:
  // A trace without steps is worth 0, where others have some.
  std::vector<double> of_whole_traces(Context& context, std::span<const Score> scored) const {
    const bool has_steps = std::ranges::any_of(scored, [](const Score& score) { return !score.steps.empty(); });
    const bool by_steps = aggregate_ != "trace";
    if (by_steps && !has_steps) context.warn("the scorer gave no scores of steps: those of whole traces are taken");
    std::vector<double> scores;
    for (const Score& score : scored) scores.push_back(by_steps && has_steps ? of_steps(score) : score.value);
    return scores;
  }

  double of_steps(const Score& score) const {
    StepScores path;
    for (const double step : score.steps) path.add(step);
    return path.value(aggregate_named(aggregate_));
  }

  std::vector<double> weights_from(Context& context, std::span<const SampledTrace> traces,
                                   const std::vector<double>& scores, bool calibrated) const {
    if (select_ == "vote") return std::vector<double>(traces.size(), 1.0);
    if (select_ == "borda") return borda_weights(traces, scores, power_);
    const bool negative = std::ranges::any_of(scores, [](double score) { return score < 0.0; });
    if (select_ == "sum" && negative)
      context.warn("scores that can be negative make no sum: they went through a softmax");
    const bool as_they_are = select_ == "sum" ? !negative : calibrated;
    return as_they_are ? scores : softmax_weights(traces, scores, temperature_);
  }

  int samples_;
  std::string aggregate_;
  std::string select_;
  double temperature_;
  double power_;
  double top_share_;
};

}  // namespace

void register_best_of_n_strategy(Registry& registry) {
  registry.strategies.add<BestOfN>(
      {.name = "best_of_n",
       .summary = "sample traces, score them, answer by the scores",
       .options = {OptionSpec::integer("samples", 8, {1, 1024}, "number of traces"),
                   OptionSpec::choice("select", "weighted", {"max", "weighted", "sum", "borda", "vote"},
                                      "how scores choose the answer"),
                   OptionSpec::choice("aggregate", "trace", {"trace", "last", "min", "prod", "mean"},
                                      "what of the scorer counts: its score of the trace, or what is made of those of its steps"),
                   OptionSpec::real("score_temperature", 1.0, {0.001, 1000.0},
                                    "weighted: softmax temperature that turns uncalibrated scores into weights"),
                   OptionSpec::real("borda_power", 1.0, {0.0, 100.0},
                                    "borda: (n - rank + 1) to this power; 0 is the plain vote"),
                   OptionSpec::real("top_share", 100.0, {1.0, 100.0},
                                    "per cent of the traces, best first, that have a vote")},
       .needs = {Need::scorer},
       .references = {"arXiv 2110.14168", "arXiv 2408.03314, appendix", "arXiv 2502.06233", "arXiv 2502.18581",
                      "arXiv 2508.15260, section 3", "arXiv 2502.06703"}});
}

}  // namespace reckon
