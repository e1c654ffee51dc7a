// Binds the engine to the benchmark runner: a row and a configuration in, an outcome out.
//
// Threading: solve() and grade() may be called from several threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "apps/cli/bench_matrix.h"
#include "bench/runner.h"
#include "engine/engine.h"

namespace reckon::cli {

// A bill in bench's terms, where the tokens of cancelled traces are counted among the sampled ones too.
BenchTokens bench_tokens(const Bill& bill);

class BenchSolver {
 public:
  // All outlive the solver.
  BenchSolver(Engine& engine, const std::vector<BenchItem>& items, const std::atomic<bool>& cancelled);

  Result<Outcome> solve(const Row& row, const Configuration& configuration, std::uint64_t seed);
  bool grade(const std::string& answer, const Row& row) const;

  // Whether any trace of this cell was right (pass@n); nothing for cells that were not solved here.
  std::optional<bool> any_correct(const BenchResult& result) const;

 private:
  using CellKey = std::tuple<std::string, std::string, std::uint64_t>;
  Engine& engine_;
  const std::atomic<bool>& cancelled_;
  std::map<std::string, const BenchItem*> items_;
  mutable std::mutex mutex_;
  std::map<CellKey, bool> any_correct_;
};

}  // namespace reckon::cli
