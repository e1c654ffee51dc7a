// program_output: does the program in the reply print the answer that the reply gives? 1 or 0; a reply without a
// program, or whose program fails, gets 0. For replies that reason in words and in code: two ways to one answer.
//
// The last line that the program prints is compared, as an answer, not as a text (42 is 42.0). Costs no model call.
#include "programs/program_answer.h"
#include "scoring/answer_equivalence.h"
#include "search/registry.h"

namespace reckon {
namespace {

class ProgramOutput final : public Scorer {
 public:
  explicit ProgramOutput(std::shared_ptr<const ProgramRunner> runner) : runner_(std::move(runner)) {}

  static Result<std::unique_ptr<Scorer>> create(const Options& options) {
    RECKON_ASSIGN_OR_RETURN(auto runner, ProgramRunner::shared({options.flag("unsafe_exec"), options.real("test_seconds")}));
    return std::unique_ptr<Scorer>(std::make_unique<ProgramOutput>(std::move(runner)));
  }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<std::string> programs;
    for (const Candidate& candidate : candidates) programs.push_back(program_in(candidate.text));
    const std::vector<std::string> no_input = {""};
    const auto table = runner_->run_inputs(programs, {}, no_input);
    std::vector<Score> scores;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const Execution& run = table[i].front();
      if (run.verdict == sandbox::Verdict::sandbox_failure) return internal_error("the sandbox failed: " + run.error);
      scores.push_back(score_of(candidates[i], programs[i], run));
    }
    return scores;
  }

 private:
  static Score score_of(const Candidate& candidate, const std::string& program, const Execution& run) {
    Score score{.calibrated = true};
    const std::string last = printed_answer(run);
    if (program.empty()) score.reason = "there is no program";
    else if (!run.ok()) score.reason = "the program fails: " + run.error;
    else score.reason = "the program prints " + last;
    const bool said = !program.empty() && !last.empty() && !candidate.answer.empty();
    if (said && equivalent(parse_answer(last), parse_answer(without_float_noise(candidate.answer)), EquivalencePolicy::voting())) score.value = 1.0;
    return score;
  }

  std::shared_ptr<const ProgramRunner> runner_;
};

}  // namespace

void register_program_output_scorer(Registry& registry) {
  registry.scorers.add<ProgramOutput>(
      {.name = "program_output",
       .summary = "whether the reply's program prints the reply's answer",
       .options = {OptionSpec::real("test_seconds", 2.0, {0.1, 600.0}, "processor time of a program"),
                   OptionSpec::flag("unsafe_exec", false, "run programs also where the machine cannot isolate them")},
       .needs = {Need::sandbox},
       .references = {"arXiv 2211.12588"}});
}

}  // namespace reckon
