// How tree of thoughts judges states: by itself, against each other, or by the run's scorer.
//
// value   the model says sure, likely or impossible; the mean over some replies (the paper's sum, were none lost).
//         A state's value is kept, so that an equal text is never asked about twice in a run; of equal states among
//         the candidates all but the first are worth 0, and so is, unasked, a path that ended without an answer.
// vote    the model compares all candidates; a state's value is its number of votes.
// scorer  the score of the newest step.
//
// Threading: one owner. Cost: `replies` short replies for each new state (value) or each round (vote).
#pragma once

#include <string>
#include <unordered_map>

#include "search/prompt_template.h"
#include "search/questions.h"
#include "search/step_search.h"

namespace reckon {

enum class ThoughtJudge { value, vote, scorer };

struct EvaluationSettings {
  ThoughtJudge judge = ThoughtJudge::value;
  int replies = 3;
  int reply_tokens = 128;
  PromptTemplate value_template;
  PromptTemplate vote_template;
};

class Evaluator {
 public:
  Evaluator(Context& context, StepSearch& search, Questions& questions, const EvaluationSettings& settings)
      : context_(context), search_(search), questions_(questions), settings_(settings) {}
  // Gives each candidate its score.
  void evaluate(std::span<const NodeId> candidates);

 private:
  void by_value(std::span<const NodeId> candidates);
  void by_vote(std::span<const NodeId> candidates);
  bool ended_without_answer(NodeId id) const;

  Context& context_;
  StepSearch& search_;
  Questions& questions_;
  const EvaluationSettings& settings_;
  std::unordered_map<std::string, double> values_;  // by state
};

}  // namespace reckon
