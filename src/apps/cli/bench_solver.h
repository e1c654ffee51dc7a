// Binds the engine to the benchmark runner: a row and a configuration in, an outcome out.
//
// Threading: solve() and grade() may be called from several threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
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

 private:
  double underthinking_of(const std::string& trace, const Row& row, const AnswerStyle& style) const;

  Engine& engine_;
  const std::atomic<bool>& cancelled_;
  std::map<std::string, const BenchItem*> items_;
};

}  // namespace reckon::cli
