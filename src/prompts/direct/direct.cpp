// direct: asks for the answer alone, without reasoning (the "standard" baseline of 2502.18600).
#include "search/registry.h"

namespace reckon {
namespace {

class Direct final : public Prompt {
 public:
  Result<RenderedPrompt> render(const Task& task) const override {
    RenderedPrompt prompt;
    if (!task.system.empty()) prompt.messages.push_back({"system", task.system});
    prompt.messages.push_back({"user", task.question + "\n\nReply with the final answer only: no steps, no explanation."});
    prompt.answer_style = task.answer_style;
    return prompt;
  }
};

}  // namespace

void register_direct_prompt(Registry& registry) {
  registry.prompts.add<Direct>(
      {.name = "direct",
                        .summary = "the answer alone, without reasoning",
                        .references = {"arXiv 2502.18600, section 3 (standard prompting)"}});
}

}  // namespace reckon
