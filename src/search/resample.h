// Resampling: which particles live on, and how often, by their weights.
//
// Both schemes give particle i a mean of n w_i copies. Multinomial draws each copy by itself; systematic
// takes n evenly spaced points with one random offset, so that the copies of i are n w_i rounded down or up:
// less noise for the same draw (Douc, Cappe and Moulines, "Comparison of resampling schemes", 2005).
//
// Threading: pure functions of their Rng. Cost: O(n log n) and O(n).
#pragma once

#include <span>
#include <vector>

#include "base/random.h"

namespace reckon {

// e^w, normalised. Weights that are -inf get 0; if all are, equal shares.
std::vector<double> normalised_weights(std::span<const double> log_weights);

// Copies of each particle, n in all. `weights` must sum up to 1.
std::vector<int> resample_multinomial(std::span<const double> weights, int n, Rng& rng);
std::vector<int> resample_systematic(std::span<const double> weights, int n, Rng& rng);

}  // namespace reckon
