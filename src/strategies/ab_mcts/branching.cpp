#include "strategies/ab_mcts/branching.h"

namespace reckon {

std::size_t BranchingTree::choose(Rng& rng) const {
  std::size_t at = kRoot;
  while (!nodes_[at].children.empty()) {
    const Node& node = nodes_[at];
    const double here = node.generate.draw(rng);
    if (here >= node.go_on.draw(rng)) return at;
    double most = 0.0;
    std::size_t best = kRoot;
    for (const std::size_t child : node.children) {
      const double drawn = nodes_[child].as_child.draw(rng);
      if (best != kRoot && drawn <= most) continue;
      best = child;
      most = drawn;
    }
    at = best;
  }
  return at;
}

std::size_t BranchingTree::add(std::size_t parent, double score) {
  const std::size_t added = nodes_.size();
  nodes_.push_back({parent, nodes_[parent].depth + 1, posterior(), posterior(), posterior(), {}});
  nodes_[added].as_child.add(score);
  nodes_[parent].children.push_back(added);
  nodes_[parent].generate.add(score);
  for (std::size_t at = parent; at != kRoot; at = nodes_[at].parent) {
    nodes_[at].as_child.add(score);
    nodes_[nodes_[at].parent].go_on.add(score);
  }
  return added;
}

}  // namespace reckon
