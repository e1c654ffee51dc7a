// Exact periodicity of a tail of token ids, in one pass (Z-function of the reversed tail).
#pragma once

#include <cstdint>

#include "model/token.h"

namespace reckon {

struct PeriodRule {
  std::int64_t longest_period = 256;
  std::int64_t copies = 3;
  std::int64_t least_tokens = 64;            // covered by the copies
  std::int64_t least_tokens_if_plain = 128;  // when the period has fewer than `distinct` ids
  std::int64_t distinct = 3;
  // How much of the tail the rule can need.
  std::int64_t window() const {
    const std::int64_t copies_need = longest_period * copies;
    return copies_need > least_tokens_if_plain ? copies_need : least_tokens_if_plain;
  }
};

// The smallest period with which the tail repeats itself as the rule asks; 0: it does not.
// O(window), at most the last rule.window() tokens are read.
std::int64_t repeated_period(const Tokens& tail, const PeriodRule& rule);

}  // namespace reckon
