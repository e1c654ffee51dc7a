#include "strategies/rebase/widths.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace reckon {

std::vector<int> rebase_widths(std::span<const double> scores, int width, double temperature) {
  const auto worth = [&](std::size_t i) {
    return std::isnan(scores[i]) ? -std::numeric_limits<double>::infinity() : scores[i];
  };
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return worth(a) > worth(b); });
  // weights[i] of the i-th best, rest[i] of it and all after it: summed from the smallest, so that nothing
  // is left over by rounding.
  std::vector<double> weights;
  for (const std::size_t i : order) {
    const double below = worth(order.front()) - worth(i);
    weights.push_back(worth(i) == worth(order.front()) ? 1.0 : std::exp(-below / temperature));
  }
  std::vector<double> rest = weights;
  for (std::size_t i = rest.size(); i-- > 1;) rest[i - 1] += rest[i];

  std::vector<int> widths(scores.size(), 0);
  int left = std::max(width, 0);
  for (std::size_t i = 0; i < order.size() && left > 0; ++i) {
    const double share = left * weights[i] / rest[i];
    const int children = std::min(left, static_cast<int>(std::ceil(share - 1e-9)));
    widths[order[i]] = children;
    left -= children;
  }
  return widths;
}

}  // namespace reckon
