// self_certainty: how far the model's distributions were from uniform while it wrote the trace: the
// mean over tokens of KL(uniform || p) (Kang et al., 2502.18581). Costs no model call.
#include <cmath>

#include "search/registry.h"

namespace reckon {
namespace {

class SelfCertainty final : public Scorer {
 public:
  bool needs_statistics() const override { return true; }
  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Score> scores;
    for (const auto& candidate : candidates) scores.push_back({.value = candidate.stats.tokens > 0 ? candidate.stats.mean_self_certainty() : std::nan("")});
    return scores;
  }
};

}  // namespace

void register_self_certainty_scorer(Registry& registry) {
  registry.scorers.add<SelfCertainty>(
      {.name = "self_certainty",
                        .summary = "mean divergence from uniform of the token distributions",
                        .needs = {Need::self_certainty},
                        .references = {"arXiv 2502.18581"}});
}

}  // namespace reckon
