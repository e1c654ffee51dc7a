#include "sandbox/judge.h"

#include <signal.h>
#include <sys/wait.h>

#include <cstring>

#include "base/text.h"

namespace reckon::sandbox {
namespace {

constexpr std::size_t shown_error = 300;
constexpr std::size_t tail_of_error = 2000;

void set(Outcome& outcome, Verdict verdict, std::string reason) {
  outcome.verdict = verdict;
  outcome.reason = std::move(reason);
}

// How runtimes say that an allocation was refused; the kernel only tells them. A program that prints this
// itself turns its own RE into MLE, which helps it to nothing.
bool says_out_of_memory(std::string_view error) {
  if (error.size() > tail_of_error) error.remove_prefix(error.size() - tail_of_error);
  for (const std::string_view sign : {"MemoryError", "std::bad_alloc", "Cannot allocate memory", "out of memory"}) {
    if (error.find(sign) != std::string_view::npos) return true;
  }
  return false;
}

std::string memory_reason(const Limits& limits) {
  return "more than " + std::to_string(limits.memory_bytes >> 20) + " MiB of memory";
}

std::string cpu_reason(const Limits& limits) {
  return "more than " + std::to_string(limits.cpu_milliseconds) + " ms of processor time";
}

void judge_signal(Outcome& outcome, int signal, const Limits& limits) {
  outcome.signal = signal;
  const bool used_up = outcome.cpu_milliseconds >= static_cast<double>(limits.cpu_milliseconds);
  if (used_up && (signal == SIGXCPU || signal == SIGKILL)) return set(outcome, Verdict::time_limit, cpu_reason(limits));
  if (signal == SIGXFSZ) return set(outcome, Verdict::output_limit, "a file grew over the limit");
  if (signal == SIGABRT && says_out_of_memory(outcome.standard_error)) {
    return set(outcome, Verdict::memory_limit, memory_reason(limits));
  }
  const char* name = sigabbrev_np(signal);
  set(outcome, Verdict::runtime_error, "ended by signal " + (name ? "SIG" + std::string(name) : std::to_string(signal)));
}

void judge_exit(Outcome& outcome, int code, const Limits& limits) {
  outcome.exit_code = code;
  if (code == 0) return set(outcome, Verdict::ok, "");
  if (says_out_of_memory(outcome.standard_error)) return set(outcome, Verdict::memory_limit, memory_reason(limits));
  set(outcome, Verdict::runtime_error, "exit code " + std::to_string(code));
}

void judge_report(Outcome& outcome, const Report& report, const Limits& limits) {
  switch (report.reason) {
    case EndReason::ended:
      if (WIFSIGNALED(report.wait_status)) return judge_signal(outcome, WTERMSIG(report.wait_status), limits);
      return judge_exit(outcome, WEXITSTATUS(report.wait_status), limits);
    case EndReason::cpu_limit: return set(outcome, Verdict::time_limit, cpu_reason(limits));
    case EndReason::wall_limit:
      return set(outcome, Verdict::time_limit, "more than " + std::to_string(wall_milliseconds(limits)) + " ms of wall time");
    case EndReason::memory_limit: return set(outcome, Verdict::memory_limit, memory_reason(limits));
    case EndReason::process_limit:
      return set(outcome, Verdict::runtime_error, "more than " + std::to_string(limits.processes) + " processes and threads");
    case EndReason::stopped: return set(outcome, Verdict::sandbox_failure, "the run was stopped");
    case EndReason::exec_failed:
      return set(outcome, Verdict::sandbox_failure, std::string("the program cannot be started: ") + std::strerror(report.error));
    case EndReason::setup_failed:
      return set(outcome, Verdict::sandbox_failure, std::string("the sandbox cannot be set up: ") + std::strerror(report.error));
  }
  set(outcome, Verdict::sandbox_failure, "an unknown report");
}

}  // namespace

Outcome judge(Observation observation, const Limits& limits) {
  Outcome outcome;
  outcome.standard_output = std::move(observation.standard_output);
  outcome.standard_error = std::move(observation.standard_error);
  if (!observation.report || observation.report->magic != report_magic) {
    if (observation.out_of_memory) set(outcome, Verdict::memory_limit, memory_reason(limits));
    else set(outcome, Verdict::sandbox_failure, "no report; " + sanitize_utf8(trim(outcome.standard_error.substr(0, shown_error))));
    return outcome;
  }
  const Report& report = *observation.report;
  outcome.wall_milliseconds = static_cast<double>(report.wall_microseconds) / 1000.0;
  outcome.cpu_milliseconds = static_cast<double>(report.cpu_microseconds) / 1000.0;
  outcome.peak_bytes = report.peak_bytes;
  judge_report(outcome, report, limits);
  if (report.reason == EndReason::exec_failed || report.reason == EndReason::setup_failed) return outcome;
  if (observation.out_of_memory) set(outcome, Verdict::memory_limit, memory_reason(limits));
  else if (observation.output_flooded) set(outcome, Verdict::output_limit, "too much output");
  return outcome;
}

}  // namespace reckon::sandbox
