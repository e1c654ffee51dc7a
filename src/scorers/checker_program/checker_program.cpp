// checker_program: a Python program of the user's judges every candidate, in the sandbox.
//
// It reads one JSON object from standard input, {"question", "text", "answer"}, and passes the candidate by exit code
// 0, fails it by exit code 1 with nothing on standard error, or prints a number from 0 to 1 as its last line and exits
// with 0. Anything else, an exception included, is an error of the checker: it never counts against a candidate.
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "programs/program_runner.h"
#include "search/registry.h"

namespace reckon {
namespace {

std::optional<double> printed_value(const std::string& output) {
  const std::string_view text = trim(output);
  return parse_number<double>(trim(text.substr(text.rfind('\n') + 1)));
}

class CheckerProgram final : public Scorer {
 public:
  CheckerProgram(std::string source, std::shared_ptr<const ProgramRunner> runner)
      : source_(std::move(source)), runner_(std::move(runner)) {}

  static Result<std::unique_ptr<Scorer>> create(const Options& options) {
    const std::string& name = options.text("file");
    if (name.empty()) return invalid_argument("checker_program needs its program: checker_program.file=FILE.py");
    std::ifstream file(name, std::ios::binary);
    if (!file) return not_found("cannot open the checker " + name);
    std::string source{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    RECKON_ASSIGN_OR_RETURN(auto runner, ProgramRunner::shared({options.flag("unsafe_exec"), options.real("test_seconds")}));
    return std::unique_ptr<Scorer>(std::make_unique<CheckerProgram>(std::move(source), std::move(runner)));
  }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<std::string> inputs;
    for (const Candidate& candidate : candidates) {
      const nlohmann::ordered_json json = {{"question", candidate.question}, {"text", candidate.text}, {"answer", candidate.answer}};
      inputs.push_back(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    }
    std::vector<Score> scores;
    const auto table = runner_->run_inputs(std::span(&source_, 1), {}, inputs);
    for (const Execution& run : table.front()) {
      RECKON_ASSIGN_OR_RETURN(Score score, score_of(run));
      scores.push_back(std::move(score));
    }
    return scores;
  }

 private:
  static Result<Score> score_of(const Execution& run) {
    if (run.exit_code == 1 && run.silent) return Score{.value = 0.0, .calibrated = true, .reason = std::string(trim(run.output))};
    if (!run.ok()) return internal_error("the checker failed: " + run.error);
    const double value = printed_value(run.output).value_or(1.0);
    if (!(value >= 0.0 && value <= 1.0)) return internal_error("the checker printed a number outside 0 to 1");
    return Score{.value = value, .calibrated = true, .reason = std::string(trim(run.output))};
  }

  std::string source_;
  std::shared_ptr<const ProgramRunner> runner_;
};

}  // namespace

void register_checker_program_scorer(Registry& registry) {
  registry.scorers.add<CheckerProgram>(
      {.name = "checker_program",
       .summary = "the verdict of a Python program of yours, run in the sandbox",
       .options = {OptionSpec::text("file", "", "the program; needed"),
                   OptionSpec::real("test_seconds", 2.0, {0.1, 600.0}, "processor time for one candidate"),
                   OptionSpec::flag("unsafe_exec", false, "run it also where the machine cannot isolate it")},
       .needs = {Need::sandbox}});
}

}  // namespace reckon
