// programs: 48 programming problems written for this project, half functions, half whole programs, graded by hidden
// tests in the sandbox (program_problem.h). Functions and programs take turns, so that a part is like the whole.
#include <algorithm>

#include "problems/programs/program_problem.h"
#include "programs/program_checker.h"
#include "search/registry.h"

namespace reckon {
namespace {

void append(std::vector<ProgramProblem>& to, std::vector<ProgramProblem> more) {
  for (auto& problem : more) to.push_back(std::move(problem));
}

// What the option `kind` asks for; both kinds in turn.
std::vector<ProgramProblem> problems_of(const std::string& kind) {
  std::vector<ProgramProblem> calls = functions();
  append(calls, more_functions());
  std::vector<ProgramProblem> wholes = whole_programs();
  append(wholes, more_whole_programs());
  if (kind == "function") return calls;
  if (kind == "stdin") return wholes;
  std::vector<ProgramProblem> all;
  for (std::size_t i = 0; i < std::max(calls.size(), wholes.size()); ++i) {
    if (i < calls.size()) all.push_back(std::move(calls[i]));
    if (i < wholes.size()) all.push_back(std::move(wholes[i]));
  }
  return all;
}

class Programs final : public Problem {
 public:
  Programs(const Options& options, std::shared_ptr<const ProgramRunner> runner)
      : kind_(options.text("kind")),
        language_(options.text("language") == "cpp" ? ProgramLanguage::cpp : ProgramLanguage::python),
        count_(static_cast<std::size_t>(options.integer("count"))),
        runner_(std::move(runner)) {}

  static Result<std::unique_ptr<Problem>> create(const Options& options) {
    RECKON_ASSIGN_OR_RETURN(auto runner, ProgramRunner::shared({options.flag("unsafe_exec"), options.real("test_seconds")}));
    return std::unique_ptr<Problem>(std::make_unique<Programs>(options, std::move(runner)));
  }

  Result<std::vector<ProblemItem>> items() const override {
    std::vector<ProblemItem> items;
    for (auto& problem : problems_of(kind_)) {
      if (items.size() == count_) break;
      items.push_back(item_of(std::move(problem)));
    }
    return items;
  }

 private:
  ProblemItem item_of(ProgramProblem problem) const {
    ProgramTests tests;
    if (!problem.signature.empty()) {
      tests.kind = ProgramTests::Kind::function;
      tests.entry_point = problem.id;
      tests.starter = problem.signature + ":\n";
    } else {
      tests.language = language_;
    }
    tests.tests = std::move(problem.examples);
    ProgramTests hidden = tests;
    hidden.tests.insert(hidden.tests.end(), problem.hidden.begin(), problem.hidden.end());
    ProblemItem item;
    item.id = std::move(problem.id);
    item.question = std::move(problem.statement);
    if (tests.language == ProgramLanguage::python) item.reference = std::move(problem.solution);
    item.answer_style = AnswerStyle::free_text();
    item.checker = std::make_shared<ProgramChecker>(runner_, std::move(hidden));
    item.tests = std::move(tests);
    return item;
  }

  std::string kind_;
  ProgramLanguage language_;
  std::size_t count_;
  std::shared_ptr<const ProgramRunner> runner_;
};

}  // namespace

void register_programs_problem(Registry& registry) {
  registry.problems.add<Programs>(
      {.name = "programs",
       .summary = "programming problems written for this project, with hidden tests",
       .options = {OptionSpec::choice("kind", "all", {"all", "function", "stdin"}, "functions, programs that read standard input, or both in turn"),
                   OptionSpec::choice("language", "python", {"python", "cpp"}, "asked for where a program reads standard input; functions are Python's"),
                   OptionSpec::integer("count", 48, {1, 48}, "number of problems, from the first on"),
                   OptionSpec::real("test_seconds", 2.0, {0.1, 600.0}, "processor time of one test"),
                   OptionSpec::flag("unsafe_exec", false, "run programs also where the machine cannot isolate them")},
       .needs = {Need::sandbox}});
}

}  // namespace reckon
