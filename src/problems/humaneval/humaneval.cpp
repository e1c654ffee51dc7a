// humaneval: functions to complete from a signature and a docstring, with hidden checks (Chen et al., 2107.03374), from
// a data file in that set's shape (programs/humaneval_row.h). None is included.
//
// The doctest examples of a docstring are its public tests; a problem without them has none, and passes vacuously
// whatever only looks at public tests.
#include <fstream>

#include "base/text.h"
#include "programs/humaneval_row.h"
#include "programs/program_checker.h"
#include "search/registry.h"

namespace reckon {
namespace {

class HumanEval final : public Problem {
 public:
  HumanEval(std::string file, std::shared_ptr<const ProgramRunner> runner) : file_(std::move(file)), runner_(std::move(runner)) {}

  static Result<std::unique_ptr<Problem>> create(const Options& options) {
    if (options.text("file").empty()) return invalid_argument("humaneval needs its data file: humaneval:file=FILE.jsonl");
    RECKON_ASSIGN_OR_RETURN(auto runner, ProgramRunner::shared({options.flag("unsafe_exec"), options.real("test_seconds")}));
    return std::unique_ptr<Problem>(std::make_unique<HumanEval>(options.text("file"), std::move(runner)));
  }

  Result<std::vector<ProblemItem>> items() const override {
    std::ifstream stream(file_);
    if (!stream) return not_found("cannot open the file " + file_);
    std::vector<ProblemItem> items;
    std::size_t number = 0;
    for (std::string line; std::getline(stream, line);) {
      ++number;
      if (trim(line).empty()) continue;
      auto row = parse_humaneval_row(line);
      if (!row.ok()) return Status(row.status().kind(), file_ + ":" + std::to_string(number) + ": " + row.status().message());
      items.push_back(item_of(std::move(row).value()));
    }
    return items;
  }

 private:
  ProblemItem item_of(HumanEvalRow row) const {
    ProblemItem item;
    item.id = std::move(row.id);
    item.question = "Complete the Python function `" + row.examples.entry_point + "` as its docstring says.";
    item.reference = row.solution.empty() ? "(whatever passes the check)" : std::move(row.solution);
    item.answer_style = AnswerStyle::free_text();
    item.checker = std::make_shared<ProgramChecker>(runner_, std::move(row.hidden));
    item.tests = std::move(row.examples);
    return item;
  }

  std::string file_;
  std::shared_ptr<const ProgramRunner> runner_;
};

}  // namespace

void register_humaneval_problem(Registry& registry) {
  registry.problems.add<HumanEval>(
      {.name = "humaneval",
       .summary = "Python functions from docstrings, with hidden checks; from a file of that shape",
       .options = {OptionSpec::text("file", "", "the set's JSON-lines file; needed"),
                   OptionSpec::real("test_seconds", 6.0, {0.1, 600.0}, "processor time of a program's check"),
                   OptionSpec::flag("unsafe_exec", false, "run programs also where the machine cannot isolate them")},
       .needs = {Need::sandbox},
       .references = {"arXiv 2107.03374"}});
}

}  // namespace reckon
