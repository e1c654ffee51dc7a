// What strategies over steps share beside the tree: their common options, when to go on, and how what
// they found becomes an answer.
//
// A search ends when its paths have ended, or when the run is told to stop: then the answer comes from the
// traces that ended so far, or, while none of those has an answer, from what is there of the others. When
// the scorer fails, the paths that are alive go on to their ends as they are, and the answer is a plain vote.
//
// Threading: one owner, the strategy's thread.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "search/select.h"
#include "search/tree.h"

namespace reckon {

struct StepSearchSettings {
  TreeOptions tree;
  Aggregate aggregate = Aggregate::last;
  Selection selection = Selection::weighted;

  // Errors: invalid_argument for steps that cannot be.
  static Result<StepSearchSettings> from(const Options& options);
};
// A strategy's own options and then the common ones: step, delimiter, step_tokens, rounds, aggregate, select.
std::vector<OptionSpec> with_step_options(std::vector<OptionSpec> own, std::string select = "weighted",
                                          int rounds = 40);

class StepSearch {
 public:
  StepSearch(Context& context, const StepSearchSettings& settings)
      : context_(context), settings_(settings), tree_(context, settings.tree) {}

  SearchTree& tree() { return tree_; }
  Result<std::vector<NodeId>> begin(int roots) { return tree_.add_roots(roots); }
  // False when the search must end with what it has.
  bool going() const { return !tree_.scores_lost() && !context_.should_stop(); }
  // The path's scores in one number.
  double value(NodeId id) const { return tree_[id].scores.value(settings_.aggregate); }
  bool open(NodeId id) const { return tree_[id].state == NodeState::open; }

  // Grows and scores: one step for each child. Returns the children.
  std::vector<NodeId> extend(std::span<const Growth> growths);
  // Keeps the open nodes; the others are the search's results, in this order.
  std::vector<NodeId> retire(std::span<const NodeId> nodes);
  int retired() const { return static_cast<int>(ended_.size()); }
  // Best value first; ties in the order given.
  std::vector<NodeId> ranked(std::span<const NodeId> nodes) const;
  // Of what was retired, only the best n count.
  void keep_best(int n);

  // The answer of what was retired; `alive`: what the search was at when it ended.
  Answer answer(std::span<const NodeId> alive);

 private:
  void improve(NodeId id);
  std::vector<SampledTrace> traces_of(std::span<const NodeId> nodes) const;
  Answer select(std::span<const SampledTrace> traces, std::span<const NodeId> nodes) const;

  Context& context_;
  StepSearchSettings settings_;
  SearchTree tree_;
  std::vector<NodeId> ended_;  // with their traces' ends
  std::vector<NodeId> cut_;    // in the middle of a step
  double best_ = -std::numeric_limits<double>::infinity();
};

}  // namespace reckon
