// tests: the share of the task's public tests that a program passes, in the sandbox. For replies that hold a program,
// with `--tests` or from a problem set of programs; hidden tests are not here.
//
// Equal programs run once. A reply without a program, or an empty one, gets 0. Costs no model call.
#include "programs/program_runner.h"
#include "scoring/code_extract.h"
#include "search/registry.h"

namespace reckon {
namespace {

class Tests final : public Scorer {
 public:
  explicit Tests(std::shared_ptr<const ProgramRunner> runner) : runner_(std::move(runner)) {}

  static Result<std::unique_ptr<Scorer>> create(const Options& options) {
    RECKON_ASSIGN_OR_RETURN(auto runner, ProgramRunner::shared({options.flag("unsafe_exec"), options.real("test_seconds")}));
    return std::unique_ptr<Scorer>(std::make_unique<Tests>(std::move(runner)));
  }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    if (candidates.empty()) return std::vector<Score>{};
    const ProgramTests* tests = candidates.front().tests;
    if (tests == nullptr || tests->tests.empty()) return unsupported("the task has no public tests to run");
    std::vector<std::string> programs;
    for (const Candidate& candidate : candidates) programs.push_back(extract_code(candidate.text, tests->entry_point).code);
    std::vector<Score> scores;
    for (const TestReport& report : runner_->run_tests(programs, *tests)) {
      if (const std::string fault = report.fault(); !fault.empty()) return internal_error("the sandbox failed: " + fault);
      scores.push_back({.value = report.share(),
                        .calibrated = true,
                        .reason = std::to_string(report.passed) + " of " + std::to_string(report.tests.size()) + " tests passed"});
    }
    return scores;
  }

 private:
  std::shared_ptr<const ProgramRunner> runner_;
};

}  // namespace

void register_tests_scorer(Registry& registry) {
  registry.scorers.add<Tests>(
      {.name = "tests",
       .summary = "share of the public tests that the reply's program passes",
       .options = {OptionSpec::real("test_seconds", 2.0, {0.1, 600.0}, "processor time of one test"),
                   OptionSpec::flag("unsafe_exec", false, "run programs also where the machine cannot isolate them")},
       .needs = {Need::sandbox},
       .references = {"arXiv 2502.14382, section 3.2"}});
}

}  // namespace reckon
