// program: asks for a Python program that computes the answer (Program of Thoughts, Chen et al., 2211.12588; PAL, Gao
// et al., 2211.10435), runs it in the sandbox, and takes the last line that it prints for the answer.
//
// What a program prints is an answer like any other: it votes, and is graded, with answers of other prompts. A
// program that fails, or prints nothing, has no answer, and so no vote. Helps where the model sets up the sum rightly
// and calculates wrongly; a small model's programs fail more often than its sums.
#include "programs/program_answer.h"
#include "search/registry.h"

namespace reckon {
namespace {

class ProgramAided final : public Prompt {
 public:
  explicit ProgramAided(std::shared_ptr<const ProgramRunner> runner) : runner_(std::move(runner)) {}

  static Result<std::unique_ptr<Prompt>> create(const Options& options) {
    RECKON_ASSIGN_OR_RETURN(auto runner, ProgramRunner::shared({options.flag("unsafe_exec"), options.real("test_seconds")}));
    return std::unique_ptr<Prompt>(std::make_unique<ProgramAided>(std::move(runner)));
  }

  Result<RenderedPrompt> render(const Task& task) const override {
    RenderedPrompt prompt;
    if (!task.system.empty()) prompt.messages.push_back({"system", task.system});
    prompt.messages.push_back({"user", program_answer_request(task.question)});
    prompt.answer_style = task.answer_style;
    prompt.read_answer = [runner = runner_](std::string_view reply) -> Result<std::string> {
      RECKON_ASSIGN_OR_RETURN(auto answers, program_answers(*runner, {&reply, 1}));
      return std::move(answers.front()).value_or("");
    };
    return prompt;
  }

 private:
  std::shared_ptr<const ProgramRunner> runner_;
};

}  // namespace

void register_program_prompt(Registry& registry) {
  registry.prompts.add<ProgramAided>(
      {.name = "program",
       .summary = "asks for a Python program and runs it; the answer is what it prints",
       .options = {OptionSpec::real("test_seconds", 2.0, {0.1, 600.0}, "processor time of the program, in seconds"),
                   OptionSpec::flag("unsafe_exec", false, "run programs also where the machine cannot isolate them")},
       .needs = {Need::sandbox},
       .references = {"arXiv 2211.12588, section 2", "arXiv 2211.10435, section 3"}});
}

}  // namespace reckon
