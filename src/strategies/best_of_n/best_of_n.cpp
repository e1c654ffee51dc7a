// best_of_n: samples n traces, scores them, and answers by the best score (Cobbe et al. 2110.14168;
// Snell et al. 2408.03314, appendix).
//
// `max` takes the answer of the best-scored trace; `weighted` sums scores over equivalent answers
// and takes the largest sum; `vote` ignores the scores. With a scorer that fails, the run goes on as a
// vote and says so. Scores that can be negative (log-likelihoods) are turned into weights by a softmax
// over the question's traces, as CISC does (2502.06233).
#include <algorithm>
#include <cmath>

#include "search/registry.h"
#include "search/select.h"

namespace reckon {
namespace {

std::vector<double> softmax(std::vector<double> values, double temperature) {
  if (values.empty()) return values;
  const double best = *std::ranges::max_element(values);
  double total = 0.0;
  for (double& value : values) total += value = std::exp((value - best) / temperature);
  for (double& value : values) value /= total;
  return values;
}

class BestOfN final : public Strategy {
 public:
  explicit BestOfN(const Options& options)
      : samples_(static_cast<int>(options.integer("samples"))), temperature_(options.real("score_temperature")) {
    const std::string& select = options.text("select");
    selection_ = select == "max" ? Selection::max : select == "weighted" ? Selection::weighted : Selection::vote;
  }

  Result<Answer> run(Context& context, const Task& task) override {
    RECKON_ASSIGN_OR_RETURN(const auto traces, sample_traces(context, samples_, [](const SampledTrace&) {}));
    std::vector<Candidate> candidates;
    for (const auto& sampled : traces) {
      candidates.push_back({task.question, sampled.trace.text, sampled.answer, sampled.trace.stats});
    }
    auto scores = context.scorer()->score(candidates);
    if (!scores.ok()) {
      context.warn("the scorer failed, so this is a plain vote: " + scores.status().to_string());
      return select_answer(traces, {}, Selection::vote);
    }
    std::vector<double> weights;
    for (std::size_t i = 0; i < traces.size(); ++i) {
      weights.push_back((*scores)[i].value);
      context.emit({.kind = EventKind::step_scored, .trace = static_cast<std::uint64_t>(traces[i].trace.id), .value = weights.back()});
    }
    const bool calibrated = !scores->empty() && scores->front().calibrated;
    if (selection_ == Selection::weighted && !calibrated) weights = softmax(std::move(weights), temperature_);
    return select_answer(traces, weights, selection_);
  }

 private:
  int samples_;
  double temperature_;
  Selection selection_;
};

}  // namespace

void register_best_of_n_strategy(Registry& registry) {
  registry.strategies.add<BestOfN>(
      {.name = "best_of_n",
       .summary = "sample traces, score them, answer by the best score",
       .options = {OptionSpec::integer("samples", 8, {1, 1024}, "number of traces"),
                   OptionSpec::choice("select", "weighted", {"max", "weighted", "vote"}, "how scores choose the answer"),
                   OptionSpec::real("score_temperature", 1.0, {0.001, 1000.0},
                                    "softmax temperature that turns uncalibrated scores into weights")},
       .needs = {Need::scorer},
       .references = {"arXiv 2110.14168", "arXiv 2408.03314, appendix", "arXiv 2502.06233"}});
}

}  // namespace reckon
