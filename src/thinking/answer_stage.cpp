#include "thinking/answer_stage.h"

namespace reckon {

void AnswerStageController::before_token(const BranchView&, LogitEdits& edits) {
  if (answering_) edits.temperature = 0.0;
}

Verdict AnswerStageController::on_token(const BranchView& branch, TokenId token) {
  const bool ends = branch.vocabulary.is_end_of_generation(token);
  if (answering_) {
    return !ends && answer_tokens_ + 1 >= options_.max_answer_tokens ? Verdict::stop("answer cap") : Verdict::accept();
  }
  const bool capped = reasoning_tokens_ + 1 >= options_.max_reasoning_tokens;
  if (!ends && !capped) return Verdict::accept();
  return {.action = ends ? Verdict::Action::withhold : Verdict::Action::accept, .append = options_.trigger, .reason = "answer stage"};
}

std::optional<Verdict> AnswerStageController::close_thinking(const Verdict& wish) {
  if (answering_) return std::nullopt;
  return Verdict{.append = options_.trigger, .reason = wish.reason};
}

void AnswerStageController::observe(TokenId, TokenOrigin origin) {
  // Only this controller's own trigger starts the answer; what others inject while the model still
  // reasons counts as reasoning.
  if (answering_) {
    if (origin == TokenOrigin::sampled) ++answer_tokens_;
    return;
  }
  ++reasoning_tokens_;
}

}  // namespace reckon
