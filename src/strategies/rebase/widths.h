// How REBASE shares a width among nodes (Wu et al., 2408.00724).
#pragma once

#include <span>
#include <vector>

namespace reckon {

// Children for each node, in the order given; they sum up to `width` unless there are no nodes. A node's
// share is proportional to e^(score / temperature), rounded up, the best first, of what the ones before it
// left; ties go in the order given. A score that is no number is worth nothing. Cost: O(n log n).
std::vector<int> rebase_widths(std::span<const double> scores, int width, double temperature);

}  // namespace reckon
