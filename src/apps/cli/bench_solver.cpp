#include "apps/cli/bench_solver.h"

#include <algorithm>

#include "scoring/answer_grade.h"

namespace reckon::cli {
namespace {

std::string finish_name(const SolveResult& result) {
  if (result.stop == StopReason::cancelled) return std::string(finish_reason_cancelled);
  if (result.stop != StopReason::finished) return std::string(to_string(result.stop));
  return std::string(to_string(result.answer.finish));
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
  tokens.probe = bill.probe;
  tokens.scored = bill.scored;
  tokens.cancelled = bill.cancelled;
  return tokens;
}

BenchSolver::BenchSolver(Engine& engine, const std::vector<BenchItem>& items, const std::atomic<bool>& cancelled)
    : engine_(engine), cancelled_(cancelled) {
  for (const auto& item : items) items_[item.configuration.name] = &item;
}

Result<Outcome> BenchSolver::solve(const Row& row, const Configuration& configuration, std::uint64_t seed) {
  SolveRequest request = items_.at(configuration.name)->request;
  request.task.question = row.question;
  request.seed = seed;
  request.cancelled = &cancelled_;
  RECKON_ASSIGN_OR_RETURN(const SolveResult result, engine_.solve(request));
  Outcome outcome;
  outcome.answer = result.answer.text;
  if (result.answer.traces > 1) outcome.agreement = result.answer.agreement;
  outcome.tokens = bench_tokens(result.bill);
  outcome.wall_ms = result.milliseconds;
  outcome.finish_reason = finish_name(result);
  const bool any = std::ranges::any_of(result.answer.shares, [&](const AnswerShare& share) { return grade(share.answer, row); });
  const std::lock_guard lock(mutex_);
  any_correct_[{configuration.name, row.id, seed}] = any;
  return outcome;
}

bool BenchSolver::grade(const std::string& answer, const Row& row) const {
  return grade_answer(parse_answer(answer), row.reference, {});
}

std::optional<bool> BenchSolver::any_correct(const BenchResult& result) const {
  const std::lock_guard lock(mutex_);
  const auto found = any_correct_.find({result.configuration, result.row_id, result.seed});
  if (found == any_correct_.end() || result.failed()) return std::nullopt;
  return found->second;
}

}  // namespace reckon::cli
