// probe: the probability that a trace ends right, read off the hidden states that its newest step was
// written with (scoring/probe.h). Costs no model call and little time: the states come with the policy's own
// decode. Fitted for one model by `reckon prm fit`, or the one that comes with reckon for the default model; with
// other weights it is refused.
//
// For a whole trace it judges the mean over all tokens and the last state, as if the trace were one step; it was
// fitted on steps and on whole traces.
#include "scoring/probe.h"
#include "search/registry.h"

namespace reckon {
namespace {

class ProbeScorer final : public Scorer {
 public:
  static Result<std::unique_ptr<Scorer>> create(const Options& options) {
    auto scorer = std::make_unique<ProbeScorer>();
    scorer->file_ = options.text("file");
    if (!scorer->file_.empty()) {
      RECKON_ASSIGN_OR_RETURN(scorer->probe_, StateProbe::load(scorer->file_));
    }
    return std::unique_ptr<Scorer>(std::move(scorer));
  }
  bool needs_statistics() const override { return true; }
  bool needs_hidden_states() const override { return true; }

  Status attach(Context& context) override {
    const ModelInfo& model = context.model("").info();
    if (file_.empty()) {
      RECKON_ASSIGN_OR_RETURN(probe_, StateProbe::builtin(model.digest));
    }
    if (model.digest == probe_.model_digest()) return ok_status();
    return invalid_argument("the probe " + file_ + " was fitted on another model than " + model.name + "; fit one with `reckon prm fit`");
  }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Score> scores;
    for (const auto& candidate : candidates) {
      const Features features = probe_features(candidate.stats);
      if (features.size() != probe_.features()) return internal_error("a step without the hidden states that the probe reads");
      scores.push_back({.value = probe_.probability(features), .calibrated = true});
    }
    return scores;
  }

 private:
  std::string file_;
  StateProbe probe_;
};

}  // namespace

void register_probe_scorer(Registry& registry) {
  registry.scorers.add<ProbeScorer>({.name = "probe",
                                     .summary = "probability of ending right, from the hidden states of the newest step",
                                     .options = {OptionSpec::text("file", "", "what `reckon prm fit` wrote for this model; empty: the one that comes with reckon")},
                                     .needs = {Need::logprobs, Need::hidden_states},
                                     .references = {"arXiv 2207.05221, section 5", "arXiv 2504.05419", "arXiv 2408.03314, appendix"}});
}

}  // namespace reckon
