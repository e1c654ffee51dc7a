// Strengths from comparisons in pairs: P(i beats j) = p_i / (p_i + p_j) (Bradley and Terry 1952), by the iteration of
// Newman 2023 (2207.00076), which takes far fewer rounds than Zermelo's where few pairs met or one always wins.
//
// Threading: pure. Cost: O(n^2) a round, a few hundred rounds at the most as a rule.
#pragma once

#include <vector>

namespace reckon {

// How often each was preferred to each: wins[i][j] of i over j, parts of a win allowed, the diagonal ignored.
using PairwiseWins = std::vector<std::vector<double>>;

// Strengths that sum to n. `prior` wins are given to each, an equal part over each other one, so that who won or lost
// everything has a finite strength, and those whom nothing compares are equal; with 0 these are not defined. It is
// small, so that a single real game outweighs it. wins is square and not negative.
std::vector<double> bradley_terry(const PairwiseWins& wins, double prior = 0.01);

// The mean probability of being preferred to another one, from strengths; 0.5 for a single one.
std::vector<double> mean_preference(const std::vector<double>& strengths);

}  // namespace reckon
