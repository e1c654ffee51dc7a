// regex: 1 when a pattern of Python's `re` is found in the candidate, else 0.
//
// The pattern is run by Python in the sandbox: patterns that backtrack without end are stopped, and then nothing is
// known of that candidate, which is an error. A bad pattern is refused before the run.
#include "programs/program_runner.h"
#include "search/registry.h"

namespace reckon {
namespace {

// The pattern as a Python string that holds any bytes.
std::string python_literal(std::string_view text) {
  std::string out = "bytes.fromhex('";
  for (const char c : text) {
    out += "0123456789abcdef"[(c >> 4) & 15];
    out += "0123456789abcdef"[c & 15];
  }
  return out + "').decode('utf-8')";
}

class Regex final : public Scorer {
 public:
  Regex(const Options& options, std::shared_ptr<const ProgramRunner> runner)
      : whole_(options.text("match") == "whole"), reads_answer_(options.text("in") == "answer"), runner_(std::move(runner)) {
    program_ = "import re, sys\nfound = re." + std::string(whole_ ? "fullmatch" : "search") + "(" + python_literal(options.text("pattern")) +
               ", sys.stdin.read())\nprint(1 if found else 0)\n";
  }

  static Result<std::unique_ptr<Scorer>> create(const Options& options) {
    if (options.text("pattern").empty()) return invalid_argument("regex needs its pattern: regex.pattern=...");
    RECKON_ASSIGN_OR_RETURN(auto runner, ProgramRunner::shared({options.flag("unsafe_exec"), options.real("test_seconds")}));
    auto scorer = std::make_unique<Regex>(options, std::move(runner));
    const Execution trial = scorer->runner_->run(scorer->program_);
    if (!trial.ok()) return invalid_argument("the pattern is no regular expression of Python's: " + trial.error);
    return std::unique_ptr<Scorer>(std::move(scorer));
  }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<std::string> inputs;
    for (const Candidate& candidate : candidates) inputs.emplace_back(reads_answer_ ? candidate.answer : candidate.text);
    std::vector<Score> scores;
    const auto table = runner_->run_inputs(std::span(&program_, 1), {}, inputs);
    for (const Execution& run : table.front()) {
      if (!run.ok()) return internal_error("the pattern could not be tried: " + run.error);
      const bool found = run.output.starts_with('1');
      scores.push_back({.value = found ? 1.0 : 0.0, .calibrated = true, .reason = found ? "it matches" : "no match"});
    }
    return scores;
  }

 private:
  bool whole_;
  bool reads_answer_;
  std::string program_;
  std::shared_ptr<const ProgramRunner> runner_;
};

}  // namespace

void register_regex_scorer(Registry& registry) {
  registry.scorers.add<Regex>(
      {.name = "regex",
       .summary = "whether a regular expression matches",
       .options = {OptionSpec::text("pattern", "", "as Python's re writes it; needed"),
                   OptionSpec::choice("in", "text", {"text", "answer"}, "what is looked through"),
                   OptionSpec::choice("match", "anywhere", {"anywhere", "whole"}, "whether the pattern must cover all of it"),
                   OptionSpec::real("test_seconds", 1.0, {0.1, 600.0}, "processor time for one candidate"),
                   OptionSpec::flag("unsafe_exec", false, "run Python also where the machine cannot isolate it")},
       .needs = {Need::sandbox}});
}

}  // namespace reckon
