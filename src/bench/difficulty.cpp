#include "bench/difficulty.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace reckon {
namespace {

constexpr double easy_from = 0.5;
constexpr double medium_from = 0.1;

constexpr std::array<std::pair<std::string_view, DifficultySource>, 3> difficulty_sources = {{
    {"oracle", DifficultySource::oracle}, {"predicted", DifficultySource::predicted}, {"scores", DifficultySource::scores}}};

void sort_easiest_first(std::vector<Ease>& rows) {
  std::ranges::sort(rows, [](const Ease& a, const Ease& b) {
    return std::tie(b.value, a.row) < std::tie(a.value, b.row);
  });
}

void add(DifficultyBin& bin, const Ease& row) {
  if (bin.rows.empty()) bin.most = row.value;
  bin.least = row.value;
  bin.rows.push_back(row.row);
}

// What one answer says of its question; nothing when it does not say.
std::optional<double> ease_of(const BenchResult& result, DifficultySource source) {
  switch (source) {
    case DifficultySource::oracle: return !result.failed() && result.correct ? 1.0 : 0.0;
    case DifficultySource::predicted: return result.failed() ? 0.0 : result.agreement;
    case DifficultySource::scores: return result.failed() ? std::nullopt : mean_score(result.pool);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(DifficultySource source) {
  for (const auto& [name, named] : difficulty_sources) {
    if (named == source) return name;
  }
  return {};
}

std::optional<DifficultySource> difficulty_source_named(std::string_view wanted) {
  for (const auto& [name, source] : difficulty_sources) {
    if (name == wanted) return source;
  }
  return std::nullopt;
}

Result<std::vector<Ease>> estimate_ease(std::span<const BenchResult* const> results, DifficultySource source) {
  struct Sum {
    double value = 0.0;
    double answers = 0.0;
  };
  std::map<std::string, Sum> sums;
  for (const auto* result : results) {
    Sum& sum = sums[result->row_id];
    const auto value = ease_of(*result, source);
    if (!value && source == DifficultySource::predicted) {
      return invalid_argument("difficulty cannot be predicted from " + result->configuration + ", which takes no vote");
    }
    if (!value) continue;
    sum.value += *value;
    sum.answers += 1.0;
  }
  if (sums.empty()) return invalid_argument("there is no result to estimate difficulty from");
  std::vector<Ease> rows;
  double hardest = std::numeric_limits<double>::infinity();
  for (const auto& [row, sum] : sums) {
    rows.push_back({row, sum.value / sum.answers});
    if (sum.answers > 0.0) hardest = std::min(hardest, rows.back().value);
  }
  if (std::isinf(hardest)) {
    return invalid_argument("difficulty cannot be predicted from " + results.front()->configuration + ", which has no scores of whole traces");
  }
  for (Ease& row : rows) row.value = std::isnan(row.value) ? hardest : row.value;
  return rows;
}

std::vector<DifficultyBin> bin_by_quantile(std::vector<Ease> rows, std::size_t bins) {
  sort_easiest_first(rows);
  bins = std::min(bins, rows.size());
  std::vector<DifficultyBin> made(bins);
  for (std::size_t bin = 0; bin < bins; ++bin) {
    made[bin].name = std::to_string(bin + 1);
    const std::size_t end = (bin + 1) * rows.size() / bins;
    for (std::size_t i = bin * rows.size() / bins; i < end; ++i) add(made[bin], rows[i]);
  }
  return made;
}

std::vector<DifficultyBin> bin_by_threshold(std::vector<Ease> rows) {
  sort_easiest_first(rows);
  std::vector<DifficultyBin> made(3);
  made[0].name = "easy";
  made[1].name = "medium";
  made[2].name = "hard";
  for (const Ease& row : rows) add(made[row.value >= easy_from ? 0 : row.value >= medium_from ? 1 : 2], row);
  return made;
}

}  // namespace reckon
