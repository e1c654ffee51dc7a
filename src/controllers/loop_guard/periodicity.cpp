#include "controllers/loop_guard/periodicity.h"

#include <algorithm>
#include <set>

namespace reckon {
namespace {

// z[i]: length of the longest common prefix of text and text[i..].
std::vector<std::int64_t> z_function(const Tokens& text) {
  const auto n = static_cast<std::int64_t>(text.size());
  std::vector<std::int64_t> z(text.size(), 0);
  std::int64_t left = 0;
  std::int64_t right = 0;
  for (std::int64_t i = 1; i < n; ++i) {
    if (i < right) z[static_cast<std::size_t>(i)] = std::min(right - i, z[static_cast<std::size_t>(i - left)]);
    auto& length = z[static_cast<std::size_t>(i)];
    while (i + length < n && text[static_cast<std::size_t>(length)] == text[static_cast<std::size_t>(i + length)]) ++length;
    if (i + length > right) {
      left = i;
      right = i + length;
    }
  }
  return z;
}

}  // namespace

std::int64_t repeated_period(const Tokens& tail, const PeriodRule& rule) {
  const auto used = std::min<std::int64_t>(static_cast<std::int64_t>(tail.size()), rule.window());
  const Tokens reversed(tail.rbegin(), tail.rbegin() + used);
  const auto z = z_function(reversed);
  for (std::int64_t period = 1; period <= std::min(rule.longest_period, used - 1); ++period) {
    // The last z + period tokens repeat with this period.
    const std::int64_t covered = z[static_cast<std::size_t>(period)] + period;
    if (covered < std::max(rule.copies * period, rule.least_tokens)) continue;
    const std::set<TokenId> ids(reversed.begin(), reversed.begin() + period);
    const bool plain = static_cast<std::int64_t>(ids.size()) < rule.distinct;
    if (!plain || covered >= rule.least_tokens_if_plain) return period;
  }
  return 0;
}

}  // namespace reckon
