#include "apps/cli/solve_output.h"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "apps/cli/number_format.h"
#include "base/text.h"

namespace reckon::cli {
namespace {

constexpr std::size_t kShownShares = 5;
constexpr std::size_t kShareWidth = 40;
constexpr std::size_t kAnswerWidth = 400;  // --json and --quiet give it whole

int agreeing(const Answer& answer) { return static_cast<int>(std::lround(answer.agreement * answer.traces)); }

std::string answer_block(const Answer& answer, const Style& style) {
  std::string out;
  if (!answer.trace.empty()) out += printable(trim(answer.trace)) + "\n\n";
  if (answer.text.empty()) {
    out += style.bold("Answer: ") + style.yellow("none found") + "\n";
    return out;
  }
  out += style.bold("Answer: ") + style.green(shorten(printable(answer.text), kAnswerWidth)) + "\n";
  return out;
}

// "6 of 8 traces agree" and the other answers by share.
std::string agreement_block(const Answer& answer, const Style& style) {
  if (answer.traces <= 1) return {};
  std::string out = fmt::format("{} {} of {} traces agree\n", style.bold("Agreement:"), agreeing(answer), answer.traces);
  for (std::size_t i = 0; i < answer.shares.size() && i < kShownShares; ++i) {
    const AnswerShare& share = answer.shares[i];
    const double part = static_cast<double>(share.traces) / answer.traces;
    const std::string bar(static_cast<std::size_t>(std::lround(part * 20.0)), '#');
    out += fmt::format("  {:>2} of {}  {:<20}  {}\n", share.traces, answer.traces, bar, shorten(one_line(share.answer), kShareWidth));
  }
  int without = answer.traces;
  for (const auto& share : answer.shares) without -= share.traces;
  if (answer.shares.size() > kShownShares) {
    out += style.dim(fmt::format("  and {} other answers\n", answer.shares.size() - kShownShares));
  }
  if (without > 0) out += style.dim(fmt::format("  {:>2} of {}  {:<20}  no answer\n", without, answer.traces, ""));
  return out;
}

std::string think_block(const Answer& answer, const Style& style) {
  if (!answer.think) return {};
  const ThinkReport& think = *answer.think;
  std::string out = style.bold("Thinking:") + " " + counted(think.tokens, "token");
  if (think.waits > 0) out += ", its end put off " + counted(think.waits, "time");
  return out + (think.close_reason.empty() ? ", not ended" : ", ended: " + std::string(think.close_reason)) + "\n";
}

void append_part(std::string& line, std::int64_t count, const char* what) {
  if (count == 0) return;
  if (!line.empty()) line += ", ";
  line += with_thousands(count) + " " + what;
}

std::string bill_block(const SolveResult& result, const Style& style) {
  const Bill& bill = result.bill;
  std::string prompt;
  append_part(prompt, bill.tokens.prefilled, "computed");
  append_part(prompt, bill.tokens.cached, "cached");
  append_part(prompt, bill.tokens.recomputed, "recomputed");
  std::string generated;
  append_part(generated, bill.tokens.sampled, "sampled");
  append_part(generated, bill.tokens.forced, "forced");
  append_part(generated, bill.tokens.injected, "injected");
  append_part(generated, bill.cancelled, "cancelled");
  if (bill.tokens.withheld > 0) generated += fmt::format(" ({} of them taken back)", with_thousands(bill.tokens.withheld));
  std::string other;
  append_part(other, bill.probe, "probed");
  append_part(other, bill.tokens.rejected, "rejected");
  append_part(other, bill.scored, "scored");
  std::string out = style.bold("Bill:") + " prompt tokens " + (prompt.empty() ? "0" : prompt);
  out += "; generated tokens " + (generated.empty() ? "0" : generated);
  if (!other.empty()) out += "; other tokens " + other;
  out += fmt::format("\n      {}", counted(bill.traces, "trace"));
  if (bill.depth > 1) out += fmt::format(" (up to {} one after another)", bill.depth);
  out += ", " + format_duration(result.milliseconds);
  const std::string rate = format_rate(bill.generated(), result.milliseconds);
  out += (rate.empty() ? "" : ", " + rate) + "\n";
  std::string beside;
  if (bill.program_runs > 0) beside = fmt::format("{}, {}", counted(bill.program_runs, "program run"), format_duration(1000.0 * bill.program_seconds));
  append_part(beside, bill.parse_failures, "not in the form asked for");
  append_part(beside, bill.abstentions, "abstained");
  return beside.empty() ? out : out + "      " + beside + "\n";
}

std::string stop_text(const SolveResult& result) {
  switch (result.stop) {
    case StopReason::finished: return {};
    case StopReason::budget: return fmt::format("the budget was used up ({})", replace_all(std::string(to_string(result.cap)), "_", " "));
    case StopReason::deadline: return "the deadline passed";
    case StopReason::cancelled: return "interrupted";
  }
  return {};
}

}  // namespace

std::string solve_report(const SolvedRun& run, const Style& style) {
  const SolveResult& result = run.result;
  std::string out = answer_block(result.answer, style) + agreement_block(result.answer, style);
  if (!run.plan.empty()) out += style.bold("Plan:") + " " + run.plan + "\n";
  out += think_block(result.answer, style) + bill_block(result, style);
  const std::string stop = stop_text(result);
  if (!stop.empty()) out += style.yellow("Stopped early:") + " " + stop + "; this is the best answer so far\n";
  for (const auto& warning : result.answer.warnings) out += style.yellow("Warning:") + " " + one_line(warning) + "\n";
  return out;
}

Status print_out(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written) return ok_status();
  if (errno == ENOSPC) return out_of_memory("standard output could not be written: the disk is full");
  return io_error(fmt::format("standard output could not be written: {}", std::strerror(errno)));
}

Status print_json(const SolvedRun& run) { return print_out(solve_json(run)); }
Status print_report(const SolvedRun& run) { return print_out(solve_report(run, Style(stdout))); }
Status print_answer_only(const SolvedRun& run) { return print_out(printable(run.result.answer.text) + "\n"); }

}  // namespace reckon::cli
