// judge: a chat model's opinion of a trace or of its newest step, as the probability of its verdict
// (search/judging.h): each by itself, in pairs, or all in one list, where those forms compare the candidates
// of one call and the value says how often one is preferred.
//
// The model of the role "judge" is asked, the policy where there is none. A model that judges its own answers
// favours them, and below a few billion parameters its verdict is close to chance: compare with a plain vote.
#include <algorithm>
#include <cmath>
#include <utility>

#include "search/judging.h"
#include "search/registry.h"

namespace reckon {
namespace {

class Judge final : public Scorer {
 public:
  static Result<std::unique_ptr<Scorer>> create(const Options& options) {
    auto judge = std::make_unique<Judge>();
    judge->form_ = options.text("form");
    judge->settings_.good = options.text("good");
    judge->settings_.bad = options.text("bad");
    judge->settings_.opponents = static_cast<int>(options.integer("opponents"));
    judge->settings_.rotations = static_cast<int>(options.integer("rotations"));
    RECKON_ASSIGN_OR_RETURN(judge->settings_.instruction, judge_instruction(options.text("instruction")));
    return std::unique_ptr<Scorer>(std::move(judge));
  }

  Status attach(Context& context) override {
    context_ = &context;
    return ok_status();
  }

  bool ranks_within_a_call() const override { return form_ != "single"; }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    if (context_ == nullptr) return internal_error("the judge has nobody to ask");
    std::vector<JudgedResponse> responses;
    for (const auto& candidate : candidates) responses.push_back({candidate.text, candidate.answer});
    const std::string_view question = candidates.empty() ? std::string_view() : candidates.front().question;
    const auto judge = form_ == "pairwise" ? judge_pairs : form_ == "listwise" ? judge_list : judge_each;
    RECKON_ASSIGN_OR_RETURN(const Verdicts verdicts, judge(*context_, question, responses, settings_));
    std::vector<Score> scores;
    const auto silent = std::ranges::count_if(verdicts, [](const auto& verdict) { return !verdict; });
    if (silent > 0 && !std::exchange(warned_, true)) {
      context_->warn("the judge gave no verdict on " + std::to_string(silent) + " of " + std::to_string(verdicts.size()) + " candidates, which count for nothing; perhaps on later ones, too");
    }
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const double none = candidates[i].step ? 0.5 : std::nan("");  // a path is not lost by a step that nobody judged
      scores.push_back({.value = verdicts[i].value_or(none), .calibrated = true, .reason = verdicts[i] ? "" : "no verdict"});
    }
    return scores;
  }

 private:
  std::string form_;
  JudgeSettings settings_;
  Context* context_ = nullptr;
  bool warned_ = false;
};

}  // namespace

void register_judge_scorer(Registry& registry) {
  registry.scorers.add<Judge>(
      {.name = "judge",
       .summary = "a chat model's opinion, as the probability of its verdict",
       .options = {OptionSpec::choice("form", "single", {"single", "pairwise", "listwise"}, "what is judged in one question"),
                   OptionSpec::text("instruction", "", "single: file with the question to the judge: {question}, {response}, {answer}"),
                   OptionSpec::text("good", "Yes", "single: the reply that speaks for a response"),
                   OptionSpec::text("bad", "No", "single: the reply that speaks against it"),
                   OptionSpec::integer("opponents", 0, {0, 1024}, "pairwise: others that each response is compared with, rounded up to an even number; 0: all"),
                   OptionSpec::integer("rotations", 4, {1, 26}, "listwise: orders that the list is shown in")},
       .needs = {Need::logprobs},
       .references = {"arXiv 2306.05685", "arXiv 2305.17926", "Bradley and Terry 1952"}});
}

}  // namespace reckon
