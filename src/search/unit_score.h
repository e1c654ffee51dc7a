// A score as a number in [0, 1], for searches whose formulas want one. Pure function.
//
// A probability is itself; any other score goes through the logistic function, which keeps the order. What is
// no number is 0.
#pragma once

#include <algorithm>
#include <cmath>

#include "scoring/scorer.h"
#include "scoring/sigmoid.h"

namespace reckon {

inline double unit_score(double value, bool calibrated) {
  if (std::isnan(value)) return 0.0;
  return calibrated ? std::clamp(value, 0.0, 1.0) : sigmoid(value);
}
inline double unit_score(const Score& score) { return unit_score(score.value, score.calibrated); }

}  // namespace reckon
