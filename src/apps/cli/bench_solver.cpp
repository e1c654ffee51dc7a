#include "apps/cli/bench_solver.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "bench/underthinking.h"
#include "engine/recorded_traces.h"
#include "scoring/answer_extract.h"
#include "scoring/answer_grade.h"

namespace reckon::cli {
namespace {

std::string finish_name(const SolveResult& result) {
  if (result.stop == StopReason::cancelled) return std::string(finish_reason_cancelled);
  if (result.stop != StopReason::finished) return std::string(to_string(result.stop));
  return std::string(to_string(result.answer.finish));
}

// A thought is a piece of a think block, which an extractor would skip or take for one that never closed.
std::string without_think_tags(std::string_view thought) {
  return replace_all(replace_all(std::string(thought), "<think>", ""), "</think>", "\n");
}

BenchTrace graded(const PooledTrace& trace, bool right) {
  return {trace.answer, right, trace.generated, trace.stats, trace.score, trace.round};
}

}  // namespace

BenchTokens bench_tokens(const Bill& bill) {
  BenchTokens tokens;
  tokens.prefilled = bill.tokens.prefilled;
  tokens.cached = bill.tokens.cached;
  tokens.recomputed = bill.tokens.recomputed;
  tokens.sampled = bill.tokens.sampled + bill.cancelled;
  tokens.forced = bill.tokens.forced;
  tokens.injected = bill.tokens.injected;
  tokens.pending = bill.tokens.pending;
  tokens.probe = bill.probe + bill.tokens.rejected;  // both: computed to look ahead, then dropped
  tokens.scored = bill.scored;
  tokens.cancelled = bill.cancelled;
  tokens.withheld = bill.tokens.withheld;
  tokens.thinking = bill.tokens.thinking;
  return tokens;
}

BenchCalls bench_calls(const Bill& bill) {
  const auto number = [](std::int64_t count) { return static_cast<double>(count); };
  return {.traces = number(bill.traces),
          .scoring_calls = number(bill.scoring_calls),
          .depth = number(bill.depth),
          .program_runs = number(bill.program_runs),
          .program_seconds = bill.program_seconds,
          .parse_failures = number(bill.parse_failures),
          .abstentions = number(bill.abstentions)};
}

double policy_flops(const Bill& bill, double policy_flops_per_token) {
  return policy_flops_per_token * static_cast<double>(bill.generated() + bill.probe);
}

double scoring_flops(const Bill& bill, double policy_flops_per_token) {
  const double policy = policy_flops_per_token * static_cast<double>(bill.computed() - bill.scored);
  return std::max(0.0, bill.flops - policy);
}

SolveRequest request_for(const BenchItem& item, const Row& row) {
  SolveRequest request = item.request;
  request.task.question = row.question;
  if (row.answer_style) request.task.answer_style = *row.answer_style;
  request.task.tests = row.tests;
  // What knows a program's hidden tests grades it and does nothing else.
  if (!row.tests) request.task.checker = row.checker;
  return request;
}

BenchSolver::BenchSolver(Engine& engine, const std::vector<BenchItem>& items, const std::atomic<bool>& cancelled)
    : engine_(engine), cancelled_(cancelled) {
  for (const auto& item : items) items_[item.configuration.name] = &item;
}

Result<Outcome> BenchSolver::solve(const Row& row, const Configuration& configuration, std::uint64_t seed) {
  SolveRequest request = request_for(*items_.at(configuration.name), row);
  request.seed = seed;
  request.cancelled = &cancelled_;
  RECKON_ASSIGN_OR_RETURN(const SolveResult result, engine_.solve(request));
  Outcome outcome;
  outcome.answer = result.answer.text;
  if (result.answer.traces > 1) outcome.agreement = result.answer.agreement;
  outcome.tokens = bench_tokens(result.bill);
  outcome.calls = bench_calls(result.bill);
  if (!engine_.roles().has_endpoints()) {  // nobody knows theirs
    outcome.policy_flops = policy_flops(result.bill, engine_.model().info().flops_per_token());
    outcome.scoring_flops = scoring_flops(result.bill, engine_.model().info().flops_per_token());
  }
  outcome.wall_ms = result.milliseconds;
  outcome.finish_reason = finish_name(result);
  RECKON_RETURN_IF_ERROR(judge(result.answer, row, outcome));
  if (!request.record_statistics) {
    for (BenchTrace& trace : outcome.pool) trace.stats = {};
  }
  if (result.answer.traces == 1 && !row.tests) {  // any trace is this one; a thought is no program
    outcome.underthinking = *outcome.any_correct ? 0.0 : underthinking_of(result.answer.trace, row, request.task.answer_style);
  }
  return outcome;
}

Result<Outcome> BenchSolver::replay(const BenchResult& whole, const BenchItem& item) const {
  SolveRequest request = item.request;
  request.task.question = whole.row_id;  // nobody reads it
  request.seed = whole.seed;
  std::vector<PooledTrace> traces;
  std::map<std::string, bool> verdicts;
  // Scores are known of the scorer that gave them only.
  const auto recorded = items_.find(whole.configuration);
  const bool same_scorer = recorded != items_.end() && recorded->second->request.scorer == request.scorer;
  for (const BenchTrace& trace : whole.pool) {
    traces.push_back({trace.answer, trace.generated, trace.stats, same_scorer ? trace.score : std::nullopt});
    verdicts[trace.answer] = trace.correct;
  }
  RECKON_ASSIGN_OR_RETURN(const SolveResult result, solve_recorded(engine_, request, traces));
  Outcome outcome{.answer = result.answer.text, .correct = verdicts[result.answer.text], .tokens = bench_tokens(result.bill)};
  if (result.answer.traces > 1) outcome.agreement = result.answer.agreement;
  for (const PooledTrace& trace : result.answer.pool) {
    outcome.pool.push_back(graded(trace, verdicts[trace.answer]));
  }
  outcome.any_correct = std::ranges::any_of(outcome.pool, &BenchTrace::correct);
  return outcome;
}

Status BenchSolver::judge(const Answer& answer, const Row& row, Outcome& outcome) const {
  std::map<std::string, bool> verdicts;  // a checker may run a program: each answer is judged once
  const auto is_it_right = [&](const std::string& text) -> Result<bool> {
    if (const auto known = verdicts.find(text); known != verdicts.end()) return known->second;
    RECKON_ASSIGN_OR_RETURN(const bool right, is_right(text, row));
    return verdicts[text] = right;
  };
  RECKON_ASSIGN_OR_RETURN(const bool correct, is_it_right(outcome.answer));
  if (row.checker != nullptr) outcome.correct = correct;
  outcome.any_correct = correct;
  for (const PooledTrace& trace : answer.pool) {
    RECKON_ASSIGN_OR_RETURN(const bool right, is_it_right(trace.answer));
    outcome.pool.push_back(graded(trace, right));
  }
  for (const AnswerShare& share : answer.shares) {
    if (*outcome.any_correct) break;
    RECKON_ASSIGN_OR_RETURN(outcome.any_correct, is_it_right(share.answer));
  }
  return ok_status();
}

Result<bool> BenchSolver::is_right(const std::string& answer, const Row& row) const {
  if (answer.empty()) return false;
  if (row.checker == nullptr) return grade(answer, row);
  RECKON_ASSIGN_OR_RETURN(const Grade grade, row.checker->grade(answer));
  return grade.right();
}

bool BenchSolver::grade(const std::string& answer, const Row& row) const {
  return grade_answer(parse_answer(answer), row.reference, {});
}

// Of a wrong trace. Tokens are counted by writing the text in tokens again: the controllers' too.
double BenchSolver::underthinking_of(const std::string& trace, const Row& row, const AnswerStyle& style) const {
  const auto judge = [&](std::string_view thought) {
    const ExtractedAnswer answer = extract_answer(without_think_tags(thought), style);
    const auto right = is_right(answer.text, row);
    return right.ok() && *right;
  };
  const auto until = until_correct_thought(trace, switch_phrases(), judge);
  if (!until) return 0.0;
  const auto tokens = [&](std::string_view text) {
    return static_cast<std::int64_t>(engine_.model().vocabulary().tokenize(text, ControlTokens::as_text).size());
  };
  return underthinking({.correct = false, .tokens = tokens(trace), .until_correct = tokens(std::string_view(trace).substr(0, *until))});
}

}  // namespace reckon::cli
