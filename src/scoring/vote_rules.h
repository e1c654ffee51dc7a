// When may a vote stop early? Pure functions of the counts so far.
//
// Counts are of answers in the order of their index, v1 >= v2 the two largest. Sources: the exact form
// of Adaptive-Consistency's Beta rule (Aggarwal et al., 2305.11860; the integral over a Beta posterior
// with integer parameters is a binomial tail); early-stopping self-consistency (Li et al., 2401.10480);
// the consensus rule is exact and changes no majority.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace reckon {

// Pr[p > 1/2] for p ~ Beta(v1 + 1, v2 + 1): how sure it is that the leader beats the runner-up.
double beta_confidence(std::int64_t v1, std::int64_t v2);

// Nothing that `remaining` further votes can do changes the leader, even if all go to the runner-up.
inline bool consensus_reached(std::int64_t v1, std::int64_t v2, std::int64_t remaining) { return v1 - v2 > remaining; }

// A full window of answers has just ended and all of them are in one group. members: the group of each
// answer in order, nothing for a missing one, which agrees with nobody.
bool window_agrees(std::span<const std::optional<std::size_t>> members, std::size_t window);

}  // namespace reckon
