// The logistic function: a logit as a probability. Pure; does not overflow.
#pragma once

#include <cmath>

namespace reckon {

inline double sigmoid(double logit) { return logit >= 0 ? 1.0 / (1.0 + std::exp(-logit)) : std::exp(logit) / (1.0 + std::exp(logit)); }

}  // namespace reckon
