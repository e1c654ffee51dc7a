// How difficult a question is for a model, and bins of questions of similar difficulty.
//
// Two estimates of how easy a question is, both from the finished results of one configuration:
//   oracle     the share of its answers that are right (pass@1): needs the references
//   predicted  the mean agreement of its votes: needs none, so that it can be had when nobody knows the answer. (Snell et
//              al. take a verifier's mean score, which needs a verifier that knows hard questions from easy ones.)
// Two ways to bin: quantiles give bins of equal size (Snell et al., arXiv 2408.03314, five of them); thresholds of
// pass@1 (Liu et al., arXiv 2502.06703: hard below 0.1, medium below 0.5) do not collapse when most questions are easy.
// Both papers estimate from thousands of samples. From a few seeds pass@1 has few values, and quantiles then part
// equals by their row id.
//
// Threading: pure functions. Cost: O(n log n).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "bench/outcome.h"

namespace reckon {

enum class DifficultySource { oracle, predicted };
enum class DifficultyBinning { quantile, absolute };

struct Ease {
  std::string row;
  double value = 0.0;  // 0..1, higher is easier
};

// One a row, by row id. `results` are those of one configuration; an error counts as a wrong answer, and as no
// agreement. Errors: invalid_argument for no results, or when `predicted` finds a row without a vote.
Result<std::vector<Ease>> estimate_ease(std::span<const BenchResult* const> results, DifficultySource source);

struct DifficultyBin {
  std::string name;
  std::vector<std::string> rows;  // easiest first
  double least = 0.0;             // ease of its rows; both 0 for no rows
  double most = 0.0;
};

// Easiest bin first; sizes differ by at most one. With fewer rows than bins, one bin a row.
std::vector<DifficultyBin> bin_by_quantile(std::vector<Ease> rows, std::size_t bins);

// Easy, medium, hard; any of them may be empty.
std::vector<DifficultyBin> bin_by_threshold(std::vector<Ease> rows);

}  // namespace reckon
