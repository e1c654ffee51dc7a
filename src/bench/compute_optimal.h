// The compute-optimal choice (Snell et al., arXiv 2408.03314, section 3): which configuration to use for questions of
// which difficulty, at which budget.
//
// Every configuration's mean cost is a budget. At each budget and for each bin of difficulty (see difficulty.h) the
// most accurate of the configurations that cost no more on average is chosen; of equals the cheaper one, then the
// earlier. The table bin x budget -> configuration is the policy, chosen on all questions. What it is worth is
// measured by 2-fold cross-validation: the questions of each bin are halved, and each half is answered with what the
// other half would choose. Against it stand the best single configuration for all bins, chosen and measured in the same
// way, and the configuration whose cost is the budget; both differences are paired by question.
//
// Answers that measured the difficulty by their correctness would leak into what they are compared with: in the bin
// of those that a configuration got right, it is always right. So with several seeds the first half (rounded up) of
// them estimates difficulty and the rest is judged, and an oracle with one seed is refused. A prediction looks at no
// reference, and may use the one seed twice.
//
// The cost is FLOPs of the policy and of scorers where every result knows them, else tokens; prompts are left out (see
// docs/decisions/0014). Estimating the difficulty is not in the budgets, as in the paper; its cost is reported beside
// them. Only questions that every configuration has answered
// under every seed count.
//
// Threading: pure. Cost: O(budgets x (questions x configurations + bootstrap)).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "bench/difficulty.h"
#include "bench/runner.h"
#include "bench/statistics.h"

namespace reckon {

// Something else that answered the same rows, for example a larger model that answers once. Its cost is a budget too.
struct Rival {
  std::string name;
  double cost = 0.0;  // mean per answer, in FLOPs
  std::vector<statistics::Observation> right;
  double flops_per_token = 0.0;  // of its policy; 0: not known
};

struct ComputeOptimalOptions {
  std::string reference;  // the configuration that estimates difficulty; empty: the first
  DifficultySource source = DifficultySource::oracle;
  DifficultyBinning binning = DifficultyBinning::quantile;
  std::size_t bins = 5;   // of the quantiles
  std::vector<Rival> rivals;
  double flops_per_token = 0.0;  // of the model that was measured here; 0: not known
  statistics::BootstrapOptions bootstrap;
};

enum class CostUnit { flops, tokens };
std::string_view to_string(CostUnit unit);  // "FLOPs", "generated and scored tokens"

struct AccuracyAndCost {
  double accuracy = 0.0;
  double cost = 0.0;  // mean per answer
};

struct BudgetLevel {
  std::string name;      // whose mean cost the budget is
  double budget = 0.0;   // mean cost per answer
  std::vector<std::string> choices;  // of each bin
  std::string best_single;           // for all bins
  // By cross-validation.
  AccuracyAndCost policy;
  AccuracyAndCost single;
  double named_accuracy = 0.0;                  // of what the budget is named after
  statistics::PairedDifference against_single;  // the policy's accuracy minus the other's
  statistics::PairedDifference against_named;
};

struct ComputeOptimal {
  DifficultySource source = DifficultySource::oracle;
  DifficultyBinning binning = DifficultyBinning::quantile;
  std::string reference;
  CostUnit unit = CostUnit::tokens;
  double larger = 0.0;  // how many times larger the largest rival's model is than this one; 0: there is none, or not known
  double difficulty_cost = 0.0;  // of estimating, mean per question
  std::size_t questions = 0;
  std::size_t difficulty_seeds = 0;
  std::size_t judged_seeds = 0;  // others than those, unless there is one seed only
  std::size_t seeds = 0;
  std::vector<DifficultyBin> bins;
  std::vector<BudgetLevel> levels;  // cheapest first
  std::string model;  // its identity; filled in by who knows it
  std::map<std::string, std::string> settings;  // of each configuration that is chosen or estimates difficulty
};

// What can be known before anything is solved: the reference exists, there are enough seeds.
Status check_compute_optimal(const BenchMatrix& matrix, const ComputeOptimalOptions& options);

// Errors: invalid_argument as above, for less than two questions, when difficulty cannot be predicted, and when
// there are rivals but a result whose FLOPs are not known.
Result<ComputeOptimal> compute_optimal(const BenchMatrix& matrix, const std::vector<BenchResult>& results,
                                       const ComputeOptimalOptions& options = {});

}  // namespace reckon
