// code: asks for a program. The answer is the program itself, as it stands in the reply's code block.
//
// With a task that carries tests the public ones are shown as examples, and a function's starter code is given;
// without tests a whole program that reads standard input is asked for.
#include "programs/programming_prompt.h"
#include "scoring/code_extract.h"
#include "search/registry.h"

namespace reckon {
namespace {

class Code final : public Prompt {
 public:
  Result<RenderedPrompt> render(const Task& task) const override {
    const ProgramTests tests = task.tests.value_or(ProgramTests{});
    RenderedPrompt prompt;
    if (!task.system.empty()) prompt.messages.push_back({"system", task.system});
    prompt.messages.push_back({"user", programming_question(task.question, tests)});
    prompt.answer_style = AnswerStyle::free_text();
    prompt.read_answer = [entry_point = tests.entry_point](std::string_view reply) { return extract_code(reply, entry_point).code; };
    return prompt;
  }
};

}  // namespace

void register_code_prompt(Registry& registry) {
  registry.prompts.add<Code>({.name = "code",
                              .summary = "asks for a program; the answer is the program",
                              .references = {"arXiv 2502.14382, section 3.1"}});
}

}  // namespace reckon
