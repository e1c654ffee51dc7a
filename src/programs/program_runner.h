// Runs programs that a model wrote on inputs and tests, many side by side, each in a sandbox of its own.
//
// A program is source text: for a standard_input task a whole Python or C++ program, for a function task Python
// that defines the function or completes the starter. A test passes when the output is the same
// (sandbox/output_match.h), or when the call's result equals the expected value in Python's sense.
//
// Runs are pure functions of program, input and limits, and are remembered: equal programs run once, in this call
// and later. A sandbox fault is never remembered and is told apart from a failed test; neither is a run that a limit of
// wall time ended, which says something of the machine, too: it is tried twice.
//
// Threading: thread-safe; at most as many programs as cores run in the process, since there is one runner a
// process (shared). Cost: some 30 ms a run for Python's start; a C++ program is compiled once a batch.
// Errors: unsupported where the machine cannot isolate programs and `unsafe_exec` was not given.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "sandbox/verdict.h"
#include "scoring/program_tests.h"

namespace reckon {

struct RunnerSettings {
  bool unsafe_exec = false;   // also where nothing but resource limits holds a program
  double test_seconds = 2.0;  // processor time of one run
};

// How one program did on one input.
struct Execution {
  sandbox::Verdict verdict = sandbox::Verdict::sandbox_failure;
  std::string output;  // what was printed, or the call's result as Python writes it; valid UTF-8
  std::string error;   // why not OK, for people and models: the exception's last line, the limit that was passed
  bool passed = false;  // OK and as expected; without an expectation, OK
  std::optional<int> exit_code;
  bool silent = true;   // nothing on standard error
  bool begun = true;    // false: the runner was stopped before
  bool repeatable = true;  // not the sandbox's own fault, nor a limit of wall time: such a run is not remembered

  bool ok() const { return verdict == sandbox::Verdict::ok; }
  // Nothing, unless it passed.
  std::string_view passed_output() const { return passed ? std::string_view(output) : std::string_view(); }
};

struct TestReport {
  std::vector<Execution> tests;
  int passed = 0;

  bool all() const { return passed == static_cast<int>(tests.size()); }
  double share() const { return tests.empty() ? 1.0 : passed / static_cast<double>(tests.size()); }
  // The sandbox's own fault in one of the runs; empty: none.
  std::string fault() const;
};

class ProgramRunner {
 public:
  // The process's runner of that kind, opened at the first call.
  static Result<std::shared_ptr<const ProgramRunner>> shared(const RunnerSettings& settings = {});
  ~ProgramRunner();
  // The same runner, for a run that may have to end: `stopped` is asked between programs, by the thread that calls, and
  // what was not begun then is a fault of the sandbox, "the run was stopped".
  std::shared_ptr<const ProgramRunner> stopped_by(std::function<bool()> stopped) const;

  // Each program on all tests; reports in the programs' order.
  std::vector<TestReport> run_tests(std::span<const std::string> programs, const ProgramTests& tests) const;
  TestReport run_tests(const std::string& program, const ProgramTests& tests) const;
  // The same as run_tests(...).all(), but stops at the first failure. A fault of the sandbox is an error.
  Result<bool> passes(const std::string& program, const ProgramTests& tests) const;
  // Each program on each input, without expectations: [program][input].
  std::vector<std::vector<Execution>> run_inputs(std::span<const std::string> programs, const ProgramTests& form,
                                                 std::span<const std::string> inputs) const;
  // A whole program, whose language is detected.
  Execution run(const std::string& program, std::string_view input = {}) const;

  sandbox::Isolation isolation() const;

 private:
  struct State;
  ProgramRunner(std::shared_ptr<State> state, double test_seconds, std::function<bool()> stopped = {});
  std::shared_ptr<State> state_;
  double test_seconds_;
  std::function<bool()> stopped_;
};

}  // namespace reckon
