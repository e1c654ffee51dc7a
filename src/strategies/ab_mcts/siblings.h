// The children of a node as arms of Thompson sampling: which of them has the largest draw?
//
// A draw for each of thousands of children is what a wide tree would spend its time on. Gaussian beliefs of equally many
// scores are one family, mean + scale x T with T Student's t of the same degrees of freedom, and T = R(W) cos(2 pi V) with W
// and V uniform and R falling in W (Bailey, Mathematics of Computation 62, 1994). So the W of a family are made smallest
// first, each for a child taken at random, until even the best of what is left could not win: the choice has the same
// distribution as with a draw for each. Beta beliefs are drawn for one by one.
//
// Threading: one owner. Cost: a few draws for each different number of scores; at worst, and for beta, one for each child.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "strategies/ab_mcts/posterior.h"

namespace reckon {

class Siblings {
 public:
  explicit Siblings(PosteriorKind kind) : kind_(kind) {}

  std::size_t size() const { return slots_.size(); }
  bool empty() const { return slots_.empty(); }
  // What is believed of a child: a new one, or one that has a score more than it had.
  void set(std::size_t child, const Posterior& belief);
  // The child with the largest draw; not for no children.
  std::size_t choose(Rng& rng);

 private:
  struct Arm {
    std::size_t child;
    Posterior belief;
  };
  // Children with equally many scores, in any order, and bounds of their beliefs.
  struct Family {
    std::vector<Arm> arms;
    double most_mean = 0.0;
    double most_scale = 0.0;
  };
  struct Best;

  void take_out(std::size_t child, std::int64_t scores);
  void swap(Family& family, std::size_t a, std::size_t b);
  void draw_largest_first(Family& family, Rng& rng, Best& best);

  PosteriorKind kind_;
  std::map<std::int64_t, Family> families_;  // by number of scores; none of them empty
  std::unordered_map<std::size_t, std::size_t> slots_;  // of a child, in its family
};

}  // namespace reckon
