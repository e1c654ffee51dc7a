#include "scoring/vote_rules.h"

#include <algorithm>
#include <cmath>

namespace reckon {

double beta_confidence(std::int64_t v1, std::int64_t v2) {
  // P = sum_{k=0}^{v1} C(n, k) / 2^n with n = v1 + v2 + 1, summed from logarithms so that thousands of
  // votes neither overflow nor vanish.
  const auto n = static_cast<double>(v1 + v2 + 1);
  double sum = 0.0;
  for (std::int64_t k = 0; k <= v1; ++k) {
    const auto x = static_cast<double>(k);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) - n * std::log(2.0));
  }
  return sum < 1.0 ? sum : 1.0;
}

bool window_agrees(std::span<const std::optional<std::size_t>> members, std::size_t window) {
  if (window == 0 || members.empty() || members.size() % window != 0 || !members.back()) return false;
  return std::ranges::all_of(members.last(window), [&](const auto& member) { return member == members.back(); });
}

}  // namespace reckon
