// The second stage of zero-shot chain of thought as a controller.
//
// When the reasoning ends (the model ends its turn, or the cap is reached), the trigger is injected
// and the answer is decoded greedily, up to its own cap. Stage 2 therefore continues stage 1's KV
// cache: it costs only the trigger and the answer.
//
// Source: Kojima et al., "Large Language Models are Zero-Shot Reasoners", 2205.11916, section 3.
#pragma once

#include "thinking/controller.h"

namespace reckon {

struct AnswerStageOptions {
  Tokens trigger;
  std::int64_t max_reasoning_tokens = 0;  // > 0
  std::int64_t max_answer_tokens = 32;    // > 0
};

class AnswerStageController final : public Controller {
 public:
  explicit AnswerStageController(AnswerStageOptions options) : options_(std::move(options)) {}
  std::unique_ptr<Controller> clone() const override { return std::make_unique<AnswerStageController>(*this); }
  std::string_view name() const override { return "answer_stage"; }
  void before_token(const BranchView& branch, LogitEdits& edits) override;
  Verdict on_token(const BranchView& branch, TokenId token) override;
  void carried_out() override { answering_ = true; }
  void observe(TokenId token, TokenOrigin origin) override;
  std::optional<Verdict> close_thinking(const Verdict& wish) override;
  std::optional<Section> section() const override { return answering_ ? Section::answer : Section::thinking; }

 private:
  AnswerStageOptions options_;
  bool answering_ = false;
  std::int64_t reasoning_tokens_ = 0;
  std::int64_t answer_tokens_ = 0;
};

}  // namespace reckon
