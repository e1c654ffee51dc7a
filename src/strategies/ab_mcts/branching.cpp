#include "strategies/ab_mcts/branching.h"

namespace reckon {

std::size_t BranchingTree::choose(Rng& rng) {
  std::size_t at = kRoot;
  while (!nodes_[at].children.empty()) {
    const double here = nodes_[at].generate.draw(rng);
    if (here >= nodes_[at].go_on.draw(rng)) return at;
    at = nodes_[at].children.choose(rng);
  }
  return at;
}

std::size_t BranchingTree::add(std::size_t parent, double score) {
  const std::size_t added = nodes_.size();
  nodes_.push_back({parent, nodes_[parent].depth + 1, posterior(), posterior(), posterior(), Siblings(kind_)});
  nodes_[parent].generate.add(score);
  for (std::size_t at = added; at != kRoot; at = nodes_[at].parent) {
    Node& above = nodes_[nodes_[at].parent];
    nodes_[at].as_child.add(score);
    above.children.set(at, nodes_[at].as_child);
    if (at != added) above.go_on.add(score);
  }
  return added;
}

}  // namespace reckon
