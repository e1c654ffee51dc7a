// The tree of AB-MCTS: where to generate next, and what a new node's score changes.
//
// Each node has three beliefs: GEN, of new children made here; CONT, of going on below an existing child; and
// one as a child among its siblings. From the root, GEN is drawn against CONT; on GEN the new node is a child
// of this one, on CONT the children draw against each other and the best is gone into. A leaf always generates.
//
// Source: Inoue et al., 2503.04412, section on AB-MCTS-A. Threading: one owner. Cost: that of siblings.h per level.
#pragma once

#include <cstddef>
#include <vector>

#include "strategies/ab_mcts/posterior.h"
#include "strategies/ab_mcts/siblings.h"

namespace reckon {

class BranchingTree {
 public:
  struct Node {
    std::size_t parent;
    int depth;
    Posterior generate;
    Posterior go_on;
    Posterior as_child;
    Siblings children;
  };

  explicit BranchingTree(PosteriorKind kind) : kind_(kind) { nodes_.push_back({0, 0, posterior(), posterior(), posterior(), Siblings(kind_)}); }

  static constexpr std::size_t kRoot = 0;
  // The node that gets the next child.
  std::size_t choose(Rng& rng);
  // A new child with its score; returns its index.
  std::size_t add(std::size_t parent, double score);
  const Node& operator[](std::size_t index) const { return nodes_[index]; }
  std::size_t size() const { return nodes_.size(); }

 private:
  Posterior posterior() const { return Posterior(kind_); }

  PosteriorKind kind_;
  std::vector<Node> nodes_;
};

}  // namespace reckon
