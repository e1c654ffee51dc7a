// likelihood: the log-probability that the model gave to its own trace, summed or per token
// (2203.11171, section 2: "unnormalised" and "normalised" weights). Costs no model call. What the
// model did not write itself (another model's edit) has no score.
#include <cmath>

#include "search/registry.h"

namespace reckon {
namespace {

class Likelihood final : public Scorer {
 public:
  explicit Likelihood(const Options& options) : mean_(options.text("reduce") == "mean") {}
  bool needs_statistics() const override { return true; }
  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Score> scores;
    for (const auto& candidate : candidates) {
      const double value = mean_ ? candidate.stats.mean_logprob() : candidate.stats.logprob;
      scores.push_back({.value = candidate.stats.tokens > 0 ? value : std::nan("")});
    }
    return scores;
  }

 private:
  bool mean_;
};

}  // namespace

void register_likelihood_scorer(Registry& registry) {
  registry.scorers.add<Likelihood>(
      {.name = "likelihood",
                        .summary = "log-probability of the trace under the model that wrote it",
                        .options = {OptionSpec::choice("reduce", "mean", {"sum", "mean"}, "sum over tokens, or mean per token")},
                        .needs = {Need::logprobs},
                        .references = {"arXiv 2203.11171, section 2"}});
}

}  // namespace reckon
