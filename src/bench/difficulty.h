// How difficult a question is for a model, and bins of questions of similar difficulty.
//
// Three estimates of how easy a question is, all from the finished results of one configuration:
//   oracle     the share of its answers that are right (pass@1): needs the references
//   predicted  the mean agreement of its votes: needs none, so that it can be had when nobody knows the answer
//   scores     the mean score of its traces by its scorer: Snell et al.'s prediction, for a verifier that knows hard
//              questions from easy ones. Needs no references either
// Two ways to bin: quantiles give bins of equal size (Snell et al., arXiv 2408.03314, five of them); thresholds of
// pass@1 (Liu et al., arXiv 2502.06703: hard below 0.1, medium below 0.5) do not collapse when most questions are easy.
// Both papers estimate from thousands of samples. From a few seeds pass@1 has few values, and quantiles then part
// equals by their row id.
//
// Threading: pure functions. Cost: O(n log n).
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "bench/outcome.h"

namespace reckon {

enum class DifficultySource { oracle, predicted, scores };
std::string_view to_string(DifficultySource source);
std::optional<DifficultySource> difficulty_source_named(std::string_view name);
enum class DifficultyBinning { quantile, absolute };

struct Ease {
  std::string row;
  double value = 0.0;  // higher is easier; 0..1, scores as their scorer has them
};

// Of traces, each with an optional Score: of those that have a number. Nothing where none has.
template <typename Traces>
std::optional<double> mean_score(const Traces& traces) {
  double sum = 0.0;
  double n = 0.0;
  for (const auto& trace : traces) {
    if (!trace.score || !std::isfinite(trace.score->value)) continue;
    sum += trace.score->value;
    n += 1.0;
  }
  return n > 0.0 ? std::optional(sum / n) : std::nullopt;
}

// One a row, by row id. `results` are those of one configuration; an error counts as a wrong answer, and as no
// agreement. Answers without scores are left out by `scores`, and a row of only such ones is as hard as the hardest other.
// Errors: invalid_argument for no results, when `predicted` finds an answer without a vote, or `scores` no score at all.
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
