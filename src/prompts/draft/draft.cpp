// draft: chain of draft (Xu et al., 2502.18600): reason in notes of five words at most.
//
// The instruction, the worked examples and the question go into one user message, as in the paper's
// code. The length limit is guidance only. The paper's own small-model results lose 8 to 27 points
// against chain of thought on GSM8K, and zero-shot use loses more; so examples are on by default.
#include "search/registry.h"
#include "search/worked_examples.h"

namespace reckon {
namespace {

constexpr const char* kInstruction =
    "Think step by step, but only keep a minimum draft for each thinking step, with 5 words at most. "
    "Return the answer at the end of the response after a separator ####.";

class Draft final : public Prompt {
 public:
  explicit Draft(const Options& options) : shots_(static_cast<std::size_t>(options.integer("shots"))) {}

  Result<RenderedPrompt> render(const Task& task) const override {
    std::string text = std::string(kInstruction) + "\n";
    for (const WorkedExample& example : worked_examples().first(shots_)) {
      text += std::string("Q: ") + example.question + "\nA: " + example.draft + "\n";
    }
    text += "\nQ: " + task.question + "\nA: ";
    RenderedPrompt prompt;
    if (!task.system.empty()) prompt.messages.push_back({"system", task.system});
    prompt.messages.push_back({"user", text});
    prompt.stop_strings = {"\nQ:"};  // models like to go on with another question
    prompt.answer_style = task.answer_style;
    return prompt;
  }

 private:
  std::size_t shots_;
};

}  // namespace

void register_draft_prompt(Registry& registry) {
  registry.prompts.add<Draft>(
      {.name = "draft",
       .summary = "chain of draft: reason in notes of a few words",
       .options = {OptionSpec::integer("shots", worked_example_count, {0, worked_example_count}, "worked examples; 0 is zero-shot")},
       .references = {"arXiv 2502.18600"}});
}

}  // namespace reckon
