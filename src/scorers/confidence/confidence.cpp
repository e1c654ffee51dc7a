// confidence: how peaked the model's distributions were while it wrote the trace (DeepConf,
// 2508.15260, section 2): the mean token confidence, or the confidence of the trace's weakest parts, or of
// its end. Costs no model call.
//
// A group is a sliding window of tokens. With window 0 it is a fifth of the median length of the traces
// that are scored together, so a trace's score depends a little on its company. Below a billion
// parameters confidence says little about being right; compare with a plain vote.
#include <cmath>

#include "scoring/confidence.h"
#include "search/registry.h"

namespace reckon {
namespace {

constexpr double kBottomShare = 0.1;

class Confidence final : public Scorer {
 public:
  explicit Confidence(const Options& options)
      : score_(options.text("score")), window_(static_cast<std::size_t>(options.integer("window"))) {}
  bool needs_statistics() const override { return true; }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<std::size_t> lengths;
    for (const auto& candidate : candidates) {
      if (!candidate.stats.confidences.empty()) lengths.push_back(candidate.stats.confidences.size());
    }
    const std::size_t window = window_ > 0 ? window_ : confidence_window(std::move(lengths));
    std::vector<Score> scores;
    for (const auto& candidate : candidates) scores.push_back({.value = value_of(candidate.stats.confidences, window)});
    return scores;
  }

 private:
  double value_of(std::span<const float> confidences, std::size_t window) const {
    if (confidences.empty()) return std::nan("");  // not written by this model
    if (score_ == "mean") return mean_confidence(confidences);
    if (score_ == "bottom_10") return bottom_share_confidence(confidences, window, kBottomShare);
    if (score_ == "tail") return tail_confidence(confidences, window);
    return lowest_group_confidence(confidences, window);
  }

  std::string score_;
  std::size_t window_;
};

}  // namespace

void register_confidence_scorer(Registry& registry) {
  registry.scorers.add<Confidence>(
      {.name = "confidence",
       .summary = "how peaked the token distributions were: on average, at the weakest part, or at the end",
       .options =
           {OptionSpec::choice(
                "score", "lowest_group", {"mean", "lowest_group", "bottom_10", "tail"},
                "mean of all tokens, of the lowest window, of the lowest 10 % of windows, or of the last window"),
            OptionSpec::integer("window", 0, {0, 100000}, "tokens; 0: a fifth of the median trace, at least 16")},
       .needs = {Need::logprobs},
       .references = {"arXiv 2508.15260, section 2"}});
}

}  // namespace reckon
