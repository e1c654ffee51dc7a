#include "bench/runner.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

namespace reckon {
namespace {

struct Cell {
  std::size_t row = 0;
  std::size_t configuration = 0;
  std::uint64_t seed = 0;
  std::optional<BenchResult> result;
};

// Time spent on the cells solved in this session, per configuration, for the estimate.
struct Pace {
  std::size_t solved = 0;
  double milliseconds = 0.0;
};

class MatrixExecution {
 public:
  MatrixExecution(const BenchMatrix& matrix, const BenchFunctions& functions, const RunnerOptions& options)
      : matrix_(matrix), functions_(functions), options_(options), paces_(matrix.configurations.size()) {}

  Result<BenchRun> run();

 private:
  void make_cells();
  Status begin_runs();
  Status reuse_stored(std::size_t configuration, const std::vector<BenchResult>& stored);
  void make_progress();
  void work();
  void solve(Cell& cell);
  std::optional<BenchResult> attempt(const Cell& cell);
  BenchResult graded(const Cell& cell, Outcome outcome, double elapsed_ms) const;
  void keep(Cell& cell, BenchResult result, double elapsed_ms);
  void count(const Cell& cell);
  void report();
  std::optional<double> remaining_ms(double elapsed_ms) const;
  std::string describe(const Cell& cell) const;
  BenchRun collect();
  bool stopping() const { return options_.stop.stop_requested() || store_failed_.load(); }
  double elapsed() const { return options_.clock->milliseconds() - start_ms_; }

  const BenchMatrix& matrix_;
  const BenchFunctions& functions_;
  const RunnerOptions& options_;
  double start_ms_ = 0.0;
  std::vector<Cell> cells_;
  std::vector<std::size_t> pending_;  // indices of the cells to solve
  std::vector<RunId> runs_;           // per configuration, when there is a store
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> store_failed_{false};

  std::mutex mutex_;  // guards what follows while workers run
  Status store_status_;
  std::vector<Pace> paces_;
  BenchProgress progress_;
  BenchRun run_;
};

void MatrixExecution::make_cells() {
  for (std::size_t row = 0; row < matrix_.problems.rows.size(); ++row) {
    for (std::size_t configuration = 0; configuration < matrix_.configurations.size(); ++configuration) {
      for (const std::uint64_t seed : matrix_.seeds) cells_.push_back({row, configuration, seed, {}});
    }
  }
}

Status MatrixExecution::begin_runs() {
  if (options_.store == nullptr) return ok_status();
  for (std::size_t i = 0; i < matrix_.configurations.size(); ++i) {
    const ExperimentKey key{matrix_.problems.digest, matrix_.model, matrix_.configurations[i]};
    RECKON_ASSIGN_OR_RETURN(const RunId run, options_.store->begin_run(key, options_.start));
    runs_.push_back(run);
    if (options_.start == StartMode::fresh) continue;
    RECKON_ASSIGN_OR_RETURN(const auto stored, options_.store->results(run));
    RECKON_RETURN_IF_ERROR(reuse_stored(i, stored));
  }
  return ok_status();
}

// The other verdicts of a result whose `correct` was turned over by grading it again. What cannot be
// derived from that is not known any more.
void regrade(BenchResult& result, bool correct) {
  result.correct = correct;
  result.any_correct = correct ? std::optional(true) : std::nullopt;
  result.underthinking = correct && result.underthinking ? std::optional(0.0) : std::nullopt;
}

// Puts stored results into their cells. They are graded again: a table must not mix the verdicts of
// two versions of the grader.
Status MatrixExecution::reuse_stored(std::size_t configuration, const std::vector<BenchResult>& stored) {
  std::map<std::pair<std::string, std::uint64_t>, const BenchResult*> by_key;
  for (const auto& result : stored) by_key[{result.row_id, result.seed}] = &result;
  for (Cell& cell : cells_) {
    if (cell.configuration != configuration) continue;
    const Row& row = matrix_.problems.rows[cell.row];
    const auto found = by_key.find({row.id, cell.seed});
    if (found == by_key.end()) continue;
    cell.result = *found->second;
    if (cell.result->failed()) continue;
    ++run_.reused;
    cell.result->reference = row.reference;
    if (cell.result->self_graded) continue;
    for (auto& trace : cell.result->pool) trace.correct = !trace.answer.empty() && functions_.grade(trace.answer, row);
    const bool correct = !cell.result->answer.empty() && functions_.grade(cell.result->answer, row);
    if (correct == cell.result->correct) continue;
    regrade(*cell.result, correct);
    RECKON_RETURN_IF_ERROR(options_.store->record(runs_[configuration], *cell.result));
  }
  return ok_status();
}

void MatrixExecution::make_progress() {
  progress_.total = cells_.size();
  for (const auto& configuration : matrix_.configurations) {
    progress_.configurations.push_back({.name = configuration.name});
  }
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    ++progress_.configurations[cells_[i].configuration].total;
    // A stored error stays in its cell, in case the run stops before the new attempt, but is not done.
    if (cells_[i].result && !cells_[i].result->failed()) count(cells_[i]);
    else pending_.push_back(i);
  }
  progress_.reused = progress_.done;
}

void MatrixExecution::count(const Cell& cell) {
  auto& configuration = progress_.configurations[cell.configuration];
  ++progress_.done;
  ++configuration.done;
  if (cell.result->failed()) {
    ++progress_.errors;
    ++configuration.errors;
  } else if (cell.result->correct) {
    ++configuration.correct;
  }
}

// Work that is left, at each configuration's own pace, over the number of cells that were really in
// flight so far: configurations differ widely in cost, and a resumed run may lack only the dear ones.
std::optional<double> MatrixExecution::remaining_ms(double elapsed_ms) const {
  Pace all;
  for (const Pace& pace : paces_) {
    all.solved += pace.solved;
    all.milliseconds += pace.milliseconds;
  }
  if (all.solved == 0 || all.milliseconds <= 0.0 || elapsed_ms <= 0.0) return std::nullopt;
  double left = 0.0;
  for (std::size_t i = 0; i < paces_.size(); ++i) {
    const Pace& pace = paces_[i].solved > 0 ? paces_[i] : all;
    const auto& configuration = progress_.configurations[i];
    left += static_cast<double>(configuration.total - configuration.done) * pace.milliseconds /
            static_cast<double>(pace.solved);
  }
  return left / std::max(1.0, all.milliseconds / elapsed_ms);
}

void MatrixExecution::report() {
  progress_.elapsed_ms = elapsed();
  progress_.remaining_ms = remaining_ms(progress_.elapsed_ms);
  if (functions_.progress) functions_.progress(progress_);
}

std::string MatrixExecution::describe(const Cell& cell) const {
  return matrix_.configurations[cell.configuration].name + ", row " + matrix_.problems.rows[cell.row].id +
         ", seed " + std::to_string(cell.seed);
}

BenchResult MatrixExecution::graded(const Cell& cell, Outcome outcome, double elapsed_ms) const {
  const Row& row = matrix_.problems.rows[cell.row];
  BenchResult result;
  result.self_graded = outcome.correct.has_value();
  if (outcome.correct) result.correct = *outcome.correct;
  else result.correct = !outcome.answer.empty() && functions_.grade(outcome.answer, row);
  result.answer = std::move(outcome.answer);
  result.agreement = outcome.agreement;
  result.any_correct = outcome.any_correct;
  result.underthinking = outcome.underthinking;
  result.pool = std::move(outcome.pool);
  result.calls = outcome.calls;
  result.policy_flops = outcome.policy_flops;
  result.scoring_flops = outcome.scoring_flops;
  result.tokens = outcome.tokens;
  result.wall_ms = outcome.wall_ms > 0.0 ? outcome.wall_ms : elapsed_ms;
  result.finish_reason = std::move(outcome.finish_reason);
  return result;
}

// Nothing when the outcome is only what a stop left behind.
std::optional<BenchResult> MatrixExecution::attempt(const Cell& cell) {
  const double start = options_.clock->milliseconds();
  const Row& row = matrix_.problems.rows[cell.row];
  BenchResult result;
  try {
    auto outcome = functions_.solve(row, matrix_.configurations[cell.configuration], cell.seed);
    const double elapsed_ms = options_.clock->milliseconds() - start;
    if (outcome.ok() && outcome->finish_reason == finish_reason_cancelled) {
      result.error = "the solver was cancelled";  // a partial outcome is no measurement
    } else if (outcome.ok()) {
      result = graded(cell, std::move(outcome).value(), elapsed_ms);
    } else {
      result.error = outcome.status().to_string();
      result.wall_ms = elapsed_ms;
    }
  } catch (const std::exception& exception) {
    result.error = std::string("exception: ") + exception.what();
  } catch (...) {
    result.error = "exception of unknown type";
  }
  // After a stop the solver's errors are about the stop, not about the row.
  if (result.failed() && stopping()) return std::nullopt;
  result.configuration = matrix_.configurations[cell.configuration].name;
  result.row_id = row.id;
  result.seed = cell.seed;
  result.reference = row.reference;
  return result;
}

void MatrixExecution::solve(Cell& cell) {
  const double start = options_.clock->milliseconds();
  auto result = attempt(cell);
  if (result) keep(cell, std::move(*result), options_.clock->milliseconds() - start);
}

void MatrixExecution::keep(Cell& cell, BenchResult result, double elapsed_ms) {
  const std::lock_guard lock(mutex_);
  if (options_.store != nullptr) {
    if (auto status = options_.store->record(runs_[cell.configuration], result); !status.ok()) {
      if (store_status_.ok()) store_status_ = std::move(status).while_doing("keeping the result of " + describe(cell));
      store_failed_ = true;
      return;
    }
  }
  if (result.failed() && run_.first_errors.size() < options_.reported_errors) {
    run_.first_errors.push_back(describe(cell) + ": " + result.error);
  }
  if (!result.failed()) ++run_.solved;
  cell.result = std::move(result);
  ++paces_[cell.configuration].solved;
  paces_[cell.configuration].milliseconds += elapsed_ms;
  count(cell);
  report();
}

void MatrixExecution::work() {
  while (!stopping()) {
    const std::size_t index = next_.fetch_add(1);
    if (index >= pending_.size()) return;
    solve(cells_[pending_[index]]);
  }
}

BenchRun MatrixExecution::collect() {
  run_.total = cells_.size();
  for (Cell& cell : cells_) {
    if (!cell.result) {
      ++run_.missing;
      continue;
    }
    if (cell.result->failed()) ++run_.errors;
    run_.results.push_back(std::move(*cell.result));
  }
  run_.stopped = options_.stop.stop_requested() && progress_.done < progress_.total;
  run_.elapsed_ms = elapsed();
  return std::move(run_);
}

Result<BenchRun> MatrixExecution::run() {
  start_ms_ = options_.clock->milliseconds();
  make_cells();
  RECKON_RETURN_IF_ERROR(begin_runs());
  make_progress();
  report();
  {
    std::vector<std::jthread> workers;  // joined at the end of this block
    try {
      for (std::size_t i = 0; i < std::min(options_.in_flight, pending_.size()); ++i) {
        workers.emplace_back([this] { work(); });
      }
    } catch (const std::system_error&) {
      // The system has no more threads: go on with those there are, or with this one.
      if (workers.empty()) work();
    }
  }
  RECKON_RETURN_IF_ERROR(store_status_);
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const auto& configuration = progress_.configurations[i];
    if (configuration.done == configuration.total) RECKON_RETURN_IF_ERROR(options_.store->finish_run(runs_[i]));
  }
  return collect();
}

Status check(const BenchMatrix& matrix, const BenchFunctions& functions, const RunnerOptions& options) {
  if (matrix.problems.rows.empty()) return invalid_argument("there is no row to run");
  if (matrix.configurations.empty()) return invalid_argument("there is no configuration to run");
  if (matrix.seeds.empty()) return invalid_argument("there is no seed to run");
  if (!functions.solve || !functions.grade) return invalid_argument("a run needs a solver and a grader");
  if (options.in_flight < 1 || options.in_flight > 1024) {
    return invalid_argument("problems in flight = " + std::to_string(options.in_flight) +
                            " is not allowed: it takes 1 to 1024");
  }
  std::set<std::string> names;
  for (const auto& configuration : matrix.configurations) {
    if (!names.insert(configuration.name).second) {
      return invalid_argument("the configuration name \"" + configuration.name + "\" is used twice");
    }
    if (auto canonical = canonical_settings(configuration.settings); !canonical.ok()) {
      return canonical.status().while_doing("reading configuration " + configuration.name);
    }
  }
  const std::set<std::uint64_t> seeds(matrix.seeds.begin(), matrix.seeds.end());
  if (seeds.size() != matrix.seeds.size()) return invalid_argument("a seed is given twice");
  std::set<std::string> ids;
  for (const Row& row : matrix.problems.rows) {
    if (!ids.insert(row.id).second) return invalid_argument("the row id \"" + row.id + "\" is used twice");
  }
  return ok_status();
}

}  // namespace

Result<BenchRun> run_matrix(const BenchMatrix& matrix, const BenchFunctions& functions,
                            const RunnerOptions& options) {
  RECKON_RETURN_IF_ERROR(check(matrix, functions, options));
  return MatrixExecution(matrix, functions, options).run();
}

}  // namespace reckon
