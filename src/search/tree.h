// The tree of a step-by-step search: what all strategies over steps share.
//
// A node is a point in a text from which one can go on: a branch, the step that led there, and what
// scorers said of the steps so far. Strategies grow nodes (one more step each, all side by side), score the
// new ones and prune; the tree keeps the book. Children come back in the order that they were asked for,
// whichever ended first, so that nothing depends on timing.
//
// Randomness: a node's first child goes on with its parent's random numbers, the others have streams of
// their own. A tree that never branches therefore writes exactly the traces that a vote would sample.
//
// Steps of a path, put together, are its text; a node's text is dropped when it has been grown or pruned.
//
// Threading: one owner, the strategy's thread. Errors: only add_roots() can fail; a child that the backend
// failed to compute is left out. Cost: O(1) per node beside the fork of its text, O(depth) per text asked for.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/sample.h"
#include "search/steps.h"

namespace reckon {

// How the scores of a path's steps become one number (last: 2408.03314; min, prod: the process reward
// tradition; mean: 2502.06703).
enum class Aggregate { last, min, prod, mean };
// By that name; last for any other.
Aggregate aggregate_named(std::string_view name);

// Scores of a path, step by step. O(1).
class StepScores {
 public:
  // What is no finite number is the worst there is.
  void add(double score);
  int count() const { return count_; }
  double last() const { return last_; }
  // 0 without scores. A product of negative numbers would have no order: with one among them `prod` is the least.
  double value(Aggregate aggregate) const;

 private:
  int count_ = 0;
  double last_ = 0.0;
  double least_ = std::numeric_limits<double>::infinity();
  double product_ = 1.0;
  double sum_ = 0.0;
};

enum class NodeId : std::uint32_t {};
inline constexpr NodeId kNoNode{std::numeric_limits<std::uint32_t>::max()};

enum class NodeState {
  open,   // can be grown
  ended,  // the trace ended, or has no room left
  cut,    // the run was told to stop in the middle of the step
};

struct Node {
  NodeId parent = kNoNode;
  int depth = 0;  // steps since the prompt
  NodeState state = NodeState::open;
  std::string step;     // its text; empty for a root
  std::string carried;  // of the next step's heading, already written
  Trace trace;          // of this step: its branch, what was recorded, why it ended
  StepScores scores;    // of the path
  bool scored = false;
  std::uint64_t children = 0;  // grown so far, rollouts left out
  std::vector<NodeId> branches;  // those that came back, in order
  std::string before;  // text of the path that is not in the branch, because another conversation wrote it
  // For searches that revisit nodes (search/mcts.h).
  std::int64_t visits = 0;
  std::int64_t pending = 0;  // paths through it that were selected, and are not backed up yet
  double value = 0.0;
  double prior = 0.0;  // what it is thought to be worth before its first visit
};

struct Growth {
  NodeId node;
  int children = 1;
  bool again = false;  // keeps the node's branch, to grow it again later
};

struct Continuation {
  NodeId node;
  TraceRequest request;
};

enum class Reach {
  step,     // to the next boundary
  end,      // to the end of the trace
  rollout,  // a step at temperature 0 to look ahead; the node can still be grown as if nothing had been
};

struct TreeOptions {
  StepRule rule;
  int most_depth = 40;  // the last step goes on to the end of the trace
};

class SearchTree {
 public:
  SearchTree(Context& context, TreeOptions options) : context_(context), options_(std::move(options)) {}

  // Empty paths. Root i has the prompt, controllers and random numbers of the task's i-th trace. At
  // temperature 0, where all would be equal, there is one, with a warning, and nodes get one child each.
  Result<std::vector<NodeId>> add_roots(int n);

  // Open nodes grow; others are passed over. Returns the children, in order.
  std::vector<NodeId> grow(std::span<const Growth> growths, Reach reach = Reach::step);

  // Grows open nodes step by step to their ends, one child each, every path as soon as it is ready and none waiting for
  // another. Returns the last nodes, in the order of the paths' beginnings.
  std::vector<NodeId> grow_to_ends(std::span<const NodeId> nodes);

  // Grows nodes with requests of the strategy's own (Context::open_chat), which go on from the node's text in
  // another conversation. Sampling, limits and boundary are set here as for any other child.
  std::vector<NodeId> grow_with(std::vector<Continuation> continuations, Reach reach = Reach::step);
  // A step that has no trace of its own, such as one line of a list of proposals. Only grow_with() can grow it.
  // `shown_as`: the trace that listeners know it by.
  NodeId add_step(NodeId parent, std::string step, TraceId shown_as, NodeState state = NodeState::open);

  // Scores the newest step of each node that has no score yet, parents before their children,
  // before they are grown or pruned (those have no text any more). False, after one warning, when the run has
  // no scorer that works: from then on scores mean nothing. When the run itself ends while the scorer works, its
  // nodes have the scores of their parents.
  bool score(std::span<const NodeId> nodes);
  bool scores_lost() const { return scores_lost_; }
  // The strategy's own judgement of a node's newest step, in place of the scorer's or after it.
  void set_score(NodeId id, double score);
  // Scores are meant as probabilities.
  bool calibrated() const { return calibrated_; }

  // Steps each node ahead, greedily, by up to `steps`, scores where that leads, and takes it as the score
  // of the node's own step. What was looked at is dropped; its tokens are in the bill. 0: score().
  bool score_ahead(std::span<const NodeId> nodes, int steps);

  void prune(NodeId id, std::string why);
  // Drops what was kept to grow the node again, without a word.
  void release(NodeId id) { let_go((*this)[id]); }

  const Node& operator[](NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  Node& operator[](NodeId id) { return nodes_[static_cast<std::size_t>(id)]; }
  std::size_t size() const { return nodes_.size(); }
  // The whole trace that ends in this node, without a branch, with the counts of all its steps.
  Trace trace_of(NodeId id) const;

 private:
  TraceRequest request_for(Node& parent, Reach reach);
  void complete(TraceRequest& request, const Node& parent, Reach reach) const;
  std::vector<std::optional<Trace>> run(std::vector<TraceRequest> requests);
  NodeId add_child(NodeId parent, Trace trace, const std::string& before, Reach reach);
  void let_go(Node& node);
  Candidate candidate_for(NodeId id);
  NodeId scored_above(NodeId id) const;
  StepScores scores_above(NodeId id) const;

  Context& context_;
  TreeOptions options_;
  std::deque<Node> nodes_;
  // What all requests have in common.
  SamplingSettings sampling_;
  std::vector<std::string> stop_strings_;
  Record record_ = Record::nothing;
  int max_tokens_ = 0;
  bool greedy_ = false;
  bool scores_lost_ = false;
  bool calibrated_ = false;
};

}  // namespace reckon
