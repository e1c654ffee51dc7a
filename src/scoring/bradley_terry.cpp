#include "scoring/bradley_terry.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace reckon {
namespace {

constexpr int kMostRounds = 3000;
constexpr double kEnough = 1e-10;  // relative change of every strength

// What i's strength would be, given the others'.
double strength_given(const PairwiseWins& wins, double pseudo_wins, const std::vector<double>& strengths, std::size_t i) {
  double won = 0.0;
  double lost = 0.0;
  for (std::size_t j = 0; j < wins.size(); ++j) {
    if (j == i) continue;
    const double both = strengths[i] + strengths[j];
    won += (wins[i][j] + pseudo_wins) * strengths[j] / both;
    lost += (wins[j][i] + pseudo_wins) / both;
  }
  return lost > 0.0 ? won / lost : strengths[i];
}

void scale_to_sum(std::vector<double>& strengths, double sum) {
  const double scale = sum / std::accumulate(strengths.begin(), strengths.end(), 0.0);
  for (double& strength : strengths) strength *= scale;
}

}  // namespace

std::vector<double> bradley_terry(const PairwiseWins& wins, double prior) {
  const std::size_t n = wins.size();
  const double pseudo_wins = n > 1 ? prior / static_cast<double>(n - 1) : 0.0;
  std::vector<double> strengths(n, 1.0);
  for (int round = 0; round < kMostRounds; ++round) {
    double change = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      const double next = strength_given(wins, pseudo_wins, strengths, i);
      change = std::max(change, std::abs(next - strengths[i]) / strengths[i]);
      strengths[i] = next;
    }
    scale_to_sum(strengths, static_cast<double>(n));
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
