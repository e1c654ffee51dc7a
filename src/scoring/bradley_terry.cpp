#include "scoring/bradley_terry.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace reckon {
namespace {

constexpr int kMostRounds = 10'000;
constexpr double kEnough = 1e-12;  // relative change of every strength

}  // namespace

std::vector<double> bradley_terry(const PairwiseWins& wins, double prior) {
  const std::size_t n = wins.size();
  const double pseudo_wins = n > 1 ? prior / static_cast<double>(n - 1) : 0.0;
  std::vector<double> strengths(n, 1.0);
  for (int round = 0; round < kMostRounds; ++round) {
    std::vector<double> next(n, 1.0);
    for (std::size_t i = 0; i < n; ++i) {
      double won = 0.0;
      double expected = 0.0;  // sum of n_ij / (p_i + p_j)
      for (std::size_t j = 0; j < n; ++j) {
        if (j == i) continue;
        won += wins[i][j] + pseudo_wins;
        expected += (wins[i][j] + wins[j][i] + 2.0 * pseudo_wins) / (strengths[i] + strengths[j]);
      }
      if (expected > 0.0) next[i] = won / expected;
    }
    const double scale = static_cast<double>(n) / std::accumulate(next.begin(), next.end(), 0.0);
    double change = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      next[i] *= scale;
      change = std::max(change, std::abs(next[i] - strengths[i]) / strengths[i]);
    }
    strengths = std::move(next);
    if (!(change > kEnough)) break;
  }
  return strengths;
}

std::vector<double> mean_preference(const std::vector<double>& strengths) {
  const std::size_t n = strengths.size();
  std::vector<double> preferences(n, 0.5);
  for (std::size_t i = 0; i < n && n > 1; ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
      if (j != i) sum += strengths[i] / (strengths[i] + strengths[j]);
    }
    preferences[i] = sum / static_cast<double>(n - 1);
  }
  return preferences;
}

}  // namespace reckon
