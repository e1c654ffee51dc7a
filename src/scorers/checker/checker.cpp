// checker: the exact verdict of the task's own checker, 0 to 1: of the answer where there is one, else of what the
// unfinished solution can still come to. For tasks from `reckon list problems`.
//
// A perfect verifier: what a search reaches with it is an upper bound for one that is guided by a model, and no
// fair comparison with a method that has none. Costs no model call.
#include "search/registry.h"

namespace reckon {
namespace {

class CheckerScorer final : public Scorer {
 public:
  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Score> scores;
    for (const Candidate& candidate : candidates) {
      if (candidate.checker == nullptr) return unsupported("the task has no checker");
      const bool unfinished = candidate.step.has_value() && candidate.answer.empty();
      RECKON_ASSIGN_OR_RETURN(Grade grade, unfinished ? candidate.checker->promise(candidate.text) : candidate.checker->grade(candidate.answer));
      scores.push_back({.value = grade.value, .calibrated = true, .reason = std::move(grade.reason)});
    }
    return scores;
  }
};

}  // namespace

void register_checker_scorer(Registry& registry) {
  registry.scorers.add<CheckerScorer>({.name = "checker",
                                       .summary = "the exact verdict of the problem's own checker",
                                       .needs = {Need::checker}});
}

}  // namespace reckon
