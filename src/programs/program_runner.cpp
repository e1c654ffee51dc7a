#include "programs/program_runner.h"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "programs/function_harness.h"
#include "programs/program_meter.h"
#include "sandbox/languages.h"
#include "sandbox/output_match.h"
#include "scoring/code_extract.h"

namespace reckon {
namespace {

using sandbox::Outcome;
using sandbox::Verdict;

constexpr std::int64_t kOutputBytes = 256 << 10;
constexpr std::size_t kRememberedBytes = 64 << 20;
constexpr std::size_t kErrorBytes = 400;
constexpr const char* kStopped = "the run was stopped";

// One run to be done. `source` is complete.
struct Job {
  std::string source;
  ProgramTests::Kind kind = ProgramTests::Kind::standard_input;
  ProgramLanguage language = ProgramLanguage::python;
  std::string input;
  std::optional<std::string> expected;  // nothing: any output will do
  double tolerance = 0.0;
};

std::string key_of(const Job& job, double seconds) {
  const auto field = [](std::string_view text) { return std::to_string(text.size()) + ":" + std::string(text); };
  return field(job.source) + field(job.input) + (job.expected ? field(*job.expected) : "-") + std::to_string(static_cast<int>(job.kind)) +
         std::to_string(static_cast<int>(job.language)) + ";" + exact_number(job.tolerance) + ";" + exact_number(seconds);
}

// Begins nothing more once `stopped`, which this thread asks, says so.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work, const std::function<bool()>& stopped) {
  std::atomic<std::size_t> next{0};
  const auto ends = [&] { return stopped && stopped(); };
  if (ends()) return;
  const auto worker = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  const std::size_t helpers = std::min<std::size_t>(count, std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < helpers; ++i) threads.emplace_back(worker);
  for (std::size_t i = next++; i < count; i = next++) {
    if (ends()) next = count;
    else work(i);
  }
}

// The last line of an error stream, which is what an exception says, and the line of the program it came from.
std::string last_words(std::string_view error) {
  const std::string clean = sanitize_utf8(error);
  const std::string_view text = trim(clean);
  std::string line(text.substr(text.rfind('\n') + 1));
  if (line.size() > kErrorBytes) line.resize(complete_utf8_prefix(std::string_view(line).substr(0, kErrorBytes)));
  constexpr std::string_view kPlace = "program.py\", line ";
  const auto place = text.rfind(kPlace);
  if (place == std::string_view::npos) return line;
  const std::string_view number = text.substr(place + kPlace.size());
  return line + " (line " + std::string(number.substr(0, number.find_first_not_of("0123456789"))) + ")";
}

std::string first_words(std::string_view error) {
  const std::string clean = sanitize_utf8(trim(error));
  return clean.substr(0, complete_utf8_prefix(std::string_view(clean).substr(0, kErrorBytes)));
}

Execution described(const Outcome& outcome) {
  Execution execution;
  execution.verdict = outcome.verdict;
  execution.output = sanitize_utf8(outcome.standard_output);
  execution.exit_code = outcome.exit_code;
  execution.silent = trim(outcome.standard_error).empty();
  if (outcome.verdict == Verdict::runtime_error) execution.error = last_words(outcome.standard_error);
  if (outcome.verdict == Verdict::compile_error) execution.error = first_words(outcome.standard_error);
  if (!outcome.ok() && execution.error.empty()) execution.error = outcome.reason;
  execution.passed = outcome.ok();
  execution.repeatable = outcome.verdict != Verdict::sandbox_failure;
  return execution;
}

// What the threads of one batch spend.
class Spending {
 public:
  void add(const Outcome& outcome) {
    const std::lock_guard lock(mutex_);
    ++total_.runs;
    total_.seconds += outcome.wall_milliseconds / 1000.0;
  }
  ProgramUsage total() const { return total_; }  // once the threads have ended

 private:
  std::mutex mutex_;
  ProgramUsage total_;
};

sandbox::Limits limits_of(double seconds) {
  sandbox::Limits limits;
  limits.cpu_milliseconds = static_cast<std::int64_t>(seconds * 1000.0);
  limits.output_bytes = kOutputBytes;
  return limits;
}

}  // namespace

std::string TestReport::fault() const {
  for (const Execution& test : tests) {
    if (test.verdict == Verdict::sandbox_failure) return test.error.empty() ? "the sandbox failed" : test.error;
  }
  return "";
}

struct ProgramRunner::State {
  std::unique_ptr<sandbox::Sandbox> sandbox;
  std::mutex mutex;
  std::map<std::string, Execution> remembered;
  std::size_t bytes = 0;

  std::optional<Execution> recall(const std::string& key) {
    const std::lock_guard lock(mutex);
    const auto found = remembered.find(key);
    return found == remembered.end() ? std::nullopt : std::optional(found->second);
  }
  void remember(const std::string& key, const Execution& execution) {
    const std::lock_guard lock(mutex);
    bytes += key.size() + execution.output.size();
    if (bytes > kRememberedBytes) {
      remembered.clear();
      bytes = key.size() + execution.output.size();
    }
    remembered.insert_or_assign(key, execution);
  }

  Outcome start(const Job& job, const std::string& binary, double seconds, Spending& spending) const {
    sandbox::Program program;
    if (job.kind == ProgramTests::Kind::function) {
      program = function_program({job.source, job.input, job.expected.value_or(""), job.tolerance});
    } else {
      program = job.language == ProgramLanguage::cpp ? sandbox::native_program(binary) : sandbox::python_program(job.source);
      program.input = job.input;
    }
    program.limits = limits_of(seconds);
    Outcome outcome = sandbox->run(program);
    spending.add(outcome);
    return outcome;
  }

  Execution execute(const Job& job, const sandbox::Compiled* compiled, double seconds, Spending& spending) const {
    if (compiled != nullptr && !compiled->outcome.ok()) {
      Execution failed = described(compiled->outcome);
      if (!compiled->outcome.exit_code) failed.repeatable = false;  // a limit ended the compiler, not an error in the program
      return failed;
    }
    const Outcome outcome = start(job, compiled != nullptr ? compiled->binary : "", seconds, spending);
    Execution execution = described(outcome);
    // It waited, or the machine was busy: another time it may get on.
    if (outcome.verdict == Verdict::time_limit && outcome.cpu_milliseconds < seconds * 1000.0) execution.repeatable = false;
    if (!execution.ok()) return execution;
    if (job.kind == ProgramTests::Kind::function) {
      read_harness_output(execution);
    } else if (job.expected) {
      execution.passed = sandbox::same_output(*job.expected, execution.output, {job.tolerance});
    }
    if (execution.ok() && !execution.passed) execution.verdict = Verdict::wrong_answer;
    return execution;
  }

  std::vector<Execution> execute_all(const std::vector<Job>& jobs, double seconds, const std::function<bool()>& stopped) {
    std::vector<std::optional<Execution>> results(jobs.size());
    std::map<std::string, std::vector<std::size_t>> waiting;  // by key: equal runs are done once
    std::map<std::string, sandbox::Compiled> compiled;        // by source
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const std::string key = key_of(jobs[i], seconds);
      results[i] = recall(key);
      if (results[i]) continue;
      waiting[key].push_back(i);
      if (jobs[i].language == ProgramLanguage::cpp) compiled[jobs[i].source].outcome.reason = kStopped;  // until it is compiled
    }
    std::vector<std::pair<const std::string, sandbox::Compiled>*> sources;
    for (auto& entry : compiled) sources.push_back(&entry);
    Spending spending;
    in_parallel(sources.size(), [&](std::size_t i) {
      sources[i]->second = sandbox::compile_cpp(*sandbox, sources[i]->first);
      spending.add(sources[i]->second.outcome);
    }, stopped);

    std::vector<const std::pair<const std::string, std::vector<std::size_t>>*> runs;
    for (const auto& entry : waiting) runs.push_back(&entry);
    in_parallel(runs.size(), [&](std::size_t i) {
      const auto& [key, indices] = *runs[i];
      const Job& job = jobs[indices.front()];
      const auto binary = compiled.find(job.source);
      const auto run_once = [&] { return execute(job, binary == compiled.end() ? nullptr : &binary->second, seconds, spending); };
      Execution execution = run_once();
      if (!execution.repeatable && execution.verdict == Verdict::time_limit) execution = run_once();  // it may have been the machine
      if (execution.repeatable) remember(key, execution);
      for (const std::size_t index : indices) results[index] = execution;
    }, stopped);
    ProgramMeter::charge(spending.total());
    std::vector<Execution> executions;
    for (auto& result : results) executions.push_back(std::move(result).value_or(Execution{.error = kStopped, .begun = false, .repeatable = false}));
    return executions;
  }
};

namespace {

Job job_of(const std::string& program, const ProgramTests& form) {
  Job job;
  job.kind = form.kind;
  job.tolerance = form.relative_tolerance;
  const bool function = form.kind == ProgramTests::Kind::function;
  job.source = function ? complete_function(program, form) : program;
  job.language = function ? ProgramLanguage::python : form.language == ProgramLanguage::cpp ? ProgramLanguage::cpp : detect_language(program);
  return job;
}

Job job_of(const std::string& program, const ProgramTests& tests, const ProgramTest& test) {
  Job job = job_of(program, tests);
  job.input = test.input;
  const bool statements = tests.kind == ProgramTests::Kind::function && test.expected.empty();
  if (!statements) job.expected = test.expected;
  return job;
}

}  // namespace

ProgramRunner::ProgramRunner(std::shared_ptr<State> state, double test_seconds, std::function<bool()> stopped)
    : state_(std::move(state)), test_seconds_(test_seconds), stopped_(std::move(stopped)) {}

std::shared_ptr<const ProgramRunner> ProgramRunner::stopped_by(std::function<bool()> stopped) const {
  return std::shared_ptr<const ProgramRunner>(new ProgramRunner(state_, test_seconds_, std::move(stopped)));
}

ProgramRunner::~ProgramRunner() = default;

Result<std::shared_ptr<const ProgramRunner>> ProgramRunner::shared(const RunnerSettings& settings) {
  static std::mutex mutex;
  static std::map<bool, std::shared_ptr<State>> states;  // by unsafe_exec
  const std::lock_guard lock(mutex);
  std::shared_ptr<State>& state = states[settings.unsafe_exec];
  if (state == nullptr) {
    sandbox::Options options;
    options.unsafe_exec = settings.unsafe_exec;
    auto opened = sandbox::Sandbox::open(options);
    if (!opened.ok()) return opened.status().while_doing("opening the sandbox for model-written programs");
    state = std::make_shared<State>();
    state->sandbox = std::move(opened).value();
  }
  return std::shared_ptr<const ProgramRunner>(new ProgramRunner(state, settings.test_seconds));
}

std::vector<TestReport> ProgramRunner::run_tests(std::span<const std::string> programs, const ProgramTests& tests) const {
  std::vector<Job> jobs;
  for (const auto& program : programs) {
    for (const auto& test : tests.tests) jobs.push_back(job_of(program, tests, test));
  }
  auto executions = state_->execute_all(jobs, test_seconds_, stopped_);
  std::vector<TestReport> reports(programs.size());
  for (std::size_t i = 0; i < executions.size(); ++i) {
    TestReport& report = reports[i / tests.tests.size()];
    report.passed += executions[i].passed ? 1 : 0;
    report.tests.push_back(std::move(executions[i]));
  }
  return reports;
}

TestReport ProgramRunner::run_tests(const std::string& program, const ProgramTests& tests) const {
  return run_tests(std::span(&program, 1), tests).front();
}

Result<bool> ProgramRunner::passes(const std::string& program, const ProgramTests& tests) const {
  const std::size_t stride = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t at = 0; at < tests.tests.size(); at += stride) {
    std::vector<Job> jobs;
    for (std::size_t i = at; i < std::min(at + stride, tests.tests.size()); ++i) jobs.push_back(job_of(program, tests, tests.tests[i]));
    for (const Execution& execution : state_->execute_all(jobs, test_seconds_, stopped_)) {
      if (execution.verdict == Verdict::sandbox_failure) return internal_error("the sandbox failed: " + execution.error);
      if (!execution.passed) return false;
    }
  }
  return true;
}

std::vector<std::vector<Execution>> ProgramRunner::run_inputs(std::span<const std::string> programs, const ProgramTests& form,
                                                              std::span<const std::string> inputs) const {
  std::vector<Job> jobs;
  for (const auto& program : programs) {
    for (const auto& input : inputs) {
      jobs.push_back(job_of(program, form));
      jobs.back().input = input;
    }
  }
  auto executions = state_->execute_all(jobs, test_seconds_, stopped_);
  std::vector<std::vector<Execution>> table(programs.size());
  for (std::size_t i = 0; i < executions.size(); ++i) table[i / inputs.size()].push_back(std::move(executions[i]));
  return table;
}

Execution ProgramRunner::run(const std::string& program, std::string_view input) const {
  Job job = job_of(program, ProgramTests{});
  job.input = std::string(input);
  return state_->execute_all({std::move(job)}, test_seconds_, stopped_).front();
}

sandbox::Isolation ProgramRunner::isolation() const { return state_->sandbox->probed().isolation; }

}  // namespace reckon
