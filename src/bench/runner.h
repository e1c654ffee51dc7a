// Runs a matrix of configurations x rows x seeds with several problems in flight.
//
// The solver is a function, so that bench needs no engine: apps bind the engine to it. Each worker
// thread calls it for one cell at a time; a decode thread behind it batches what is in flight. Cells
// go row by row (every configuration and seed of row 1, then row 2, ...): after an interruption all
// configurations have seen the same rows, and seeds of one prompt run side by side.
//
// A solver error is recorded for its cell and the run goes on; resuming tries such cells again. An
// exception counts as an error too. A failure of the run store ends the run: going on would burn
// compute whose results are lost.
//
// Stopping: after request_stop() no cell is started, and run_matrix returns as soon as the solves
// in flight return, so give the solver the same stop token. What finished is kept; outcomes with
// finish reason "cancelled" and errors that arrive after the stop are thrown away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "bench/outcome.h"
#include "bench/problem_set.h"
#include "bench/run_store.h"

namespace reckon {

// Called from several threads at once.
using SolveFunction =
    std::function<Result<Outcome>(const Row&, const Configuration&, std::uint64_t seed)>;
using GradeFunction = std::function<bool(const std::string& answer, const Row&)>;

struct BenchMatrix {
  ProblemSet problems;
  std::string model;  // digest or name, part of the experiment's key
  std::vector<Configuration> configurations;
  std::vector<std::uint64_t> seeds = {0};
};

struct ConfigurationProgress {
  std::string name;
  std::size_t total = 0;    // cells: rows x seeds
  std::size_t done = 0;     // finished, errors included
  std::size_t correct = 0;
  std::size_t errors = 0;
  // Correct / done; an error counts as wrong. 0 when nothing is done.
  double accuracy() const { return done == 0 ? 0.0 : static_cast<double>(correct) / static_cast<double>(done); }
};

struct BenchProgress {
  std::size_t total = 0;
  std::size_t done = 0;    // reused included
  std::size_t reused = 0;  // came from the run store
  std::size_t errors = 0;
  double elapsed_ms = 0.0;
  std::optional<double> remaining_ms;  // an estimate, absent until one cell is solved
  std::vector<ConfigurationProgress> configurations;
};

// Called from worker threads, one call at a time, first before any cell starts. Keep it short: no
// result is recorded meanwhile.
using ProgressFunction = std::function<void(const BenchProgress&)>;

struct BenchFunctions {
  SolveFunction solve;
  GradeFunction grade;        // called from several threads; not called for empty answers
  ProgressFunction progress;  // may be empty
};

struct RunnerOptions {
  std::size_t in_flight = 4;  // worker threads, 1 to 1024
  StartMode start = StartMode::fresh;
  std::stop_token stop;
  RunStore* store = nullptr;  // not owned; null: results are only returned
  std::size_t reported_errors = 5;
  const Clock* clock = &system_clock();
};

struct BenchRun {
  std::vector<BenchResult> results;  // by row, then configuration, then seed
  std::size_t total = 0;    // cells of the matrix
  std::size_t reused = 0;   // came from the run store
  std::size_t solved = 0;   // solved now without an error
  std::size_t errors = 0;   // cells whose result is an error
  std::size_t missing = 0;  // cells without a result: the run was stopped
  bool stopped = false;     // stop was requested before every cell was done
  std::vector<std::string> first_errors;  // "vote, row 7, seed 1: ..."
  double elapsed_ms = 0.0;
};

// Errors: invalid_argument (empty matrix, repeated names or seeds, in_flight out of range, settings
// that are not JSON) before anything runs; the store's error when a result could not be kept.
Result<BenchRun> run_matrix(const BenchMatrix& matrix, const BenchFunctions& functions,
                            const RunnerOptions& options = {});

}  // namespace reckon
