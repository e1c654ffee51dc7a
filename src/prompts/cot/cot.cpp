// cot: zero-shot chain of thought (Kojima et al., 2205.11916).
//
// `one_call` asks to reason step by step and to box the answer. `two_stage` is the paper's form: the
// assistant's turn is started with the trigger sentence, and when the reasoning ends a second trigger
// asks for the answer, which is decoded greedily in the same KV cache.
#include "search/registry.h"

namespace reckon {
namespace {

constexpr const char* kReasoningTrigger = "Let's think step by step.";

// The second stage's wording by the kind of answer (2205.11916, table 10).
std::string answer_trigger(const AnswerStyle& style) {
  switch (style.kind) {
    case AnswerStyle::Kind::choice:
      return std::string("\nTherefore, among A through ") + static_cast<char>('A' + style.choice_count - 1) + ", the answer is";
    case AnswerStyle::Kind::yes_no: return "\nTherefore, the answer (Yes or No) is";
    case AnswerStyle::Kind::free_text: return "\nTherefore, the answer is";
    default: return "\nTherefore, the answer (arabic numerals) is";
  }
}

class ChainOfThought final : public Prompt {
 public:
  explicit ChainOfThought(const Options& options)
      : two_stage_(options.text("form") == "two_stage"),
        trigger_(options.text("trigger")),
        answer_tokens_(static_cast<int>(options.integer("answer_tokens"))) {}

  Result<RenderedPrompt> render(const Task& task) const override {
    RenderedPrompt prompt;
    if (!task.system.empty()) prompt.messages.push_back({"system", task.system});
    prompt.answer_style = task.answer_style;
    if (!two_stage_) {
      prompt.messages.push_back(
          {"user", task.question + "\n\nPlease reason step by step, and put your final answer within \\boxed{}."});
      return prompt;
    }
    prompt.messages.push_back({"user", task.question});
    prompt.prefill = trigger_;
    prompt.answer_stage = AnswerStage{.trigger = answer_trigger(task.answer_style), .max_answer_tokens = answer_tokens_};
    return prompt;
  }

 private:
  bool two_stage_;
  std::string trigger_;
  int answer_tokens_;
};

}  // namespace

void register_cot_prompt(Registry& registry) {
  registry.prompts.add<ChainOfThought>(
      {.name = "cot",
       .summary = "zero-shot chain of thought",
       .options = {OptionSpec::choice("form", "one_call", {"one_call", "two_stage"},
                                      "ask for everything at once, or for the answer in a second stage"),
                   OptionSpec::text("trigger", kReasoningTrigger, "two_stage: how the assistant's turn starts"),
                   OptionSpec::integer("answer_tokens", 32, {1, 1024}, "two_stage: most tokens of the answer")},
       .references = {"arXiv 2205.11916, section 3"}});
}

}  // namespace reckon
