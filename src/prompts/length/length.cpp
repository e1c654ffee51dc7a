// length: asks the model for a certain length of thinking. The baselines that budget forcing is compared
// with: token-, step- and class-conditional control (Muennighoff et al., s1, 2501.19393, section 3 and
// appendix). Models cannot count their tokens, and steps can be made longer, so this controls badly;
// with think_budget the limit holds all the same.
#include "search/registry.h"

namespace reckon {
namespace {

constexpr const char* kShort = "Think for a short amount of time.";
constexpr const char* kLong = "Think for a very long time, and check your work before you answer.";

class Length final : public Prompt {
 public:
  explicit Length(const Options& options) : by_(options.text("by")), amount_(options.integer("amount")), long_(options.text("class") == "long") {}

  Result<RenderedPrompt> render(const Task& task) const override {
    RenderedPrompt prompt;
    if (!task.system.empty()) prompt.messages.push_back({"system", task.system});
    prompt.messages.push_back({"user", task.question + "\n\n" + request() + " Please reason step by step, and put your final answer within \\boxed{}."});
    prompt.answer_style = task.answer_style;
    return prompt;
  }

 private:
  std::string request() const {
    if (by_ == "class") return long_ ? kLong : kShort;
    return "Think for up to " + std::to_string(amount_) + " " + by_ + ".";
  }

  std::string by_;
  std::int64_t amount_;
  bool long_;
};

}  // namespace

void register_length_prompt(Registry& registry) {
  registry.prompts.add<Length>(
      {.name = "length",
       .summary = "asks for a certain length of thinking: s1's token-, step- and class-conditional baselines",
       .options = {OptionSpec::choice("by", "tokens", {"tokens", "steps", "class"}, "what the length is given in"),
                   OptionSpec::integer("amount", 256, {1, 1 << 20}, "how many tokens or steps"),
                   OptionSpec::choice("class", "short", {"short", "long"}, "by = class: which")},
       .references = {"arXiv 2501.19393, section 3"}});
}

}  // namespace reckon
