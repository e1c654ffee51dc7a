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

BenchCalls bench_calls(const Bill& bill);

// What the policy wrote and looked ahead at, whether or not it was found in the cache.
double policy_flops(const Bill& bill, double policy_flops_per_token);
// What of the bill's FLOPs is not the policy's work. A smaller model that plays a role without scoring is billed as
// the policy.
double scoring_flops(const Bill& bill, double policy_flops_per_token);

// The request of an item for this row.
SolveRequest request_for(const BenchItem& item, const Row& row);

class BenchSolver {
 public:
  // All outlive the solver.
  BenchSolver(Engine& engine, const std::vector<BenchItem>& items, const std::atomic<bool>& cancelled);

  Result<Outcome> solve(const Row& row, const Configuration& configuration, std::uint64_t seed);
  // What an item would have made of the traces that a result was chosen among.
  Result<Outcome> replay(const BenchResult& whole, const BenchItem& item) const;
  // Against the row's reference.
  bool grade(const std::string& answer, const Row& row) const;

 private:
  // Fills in the verdicts on the answer and on the traces that it was chosen among.
  Status judge(const Answer& answer, const Row& row, Outcome& outcome) const;
  // By the row's checker, where it has one, else against its reference. No answer is wrong.
  Result<bool> is_right(const std::string& answer, const Row& row) const;
  double underthinking_of(const std::string& trace, const Row& row, const AnswerStyle& style) const;

  Engine& engine_;
  const std::atomic<bool>& cancelled_;
  std::map<std::string, const BenchItem*> items_;
};

}  // namespace reckon::cli
