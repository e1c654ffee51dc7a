// Monte Carlo tree search over a SearchTree, in its four stages, each a small function.
//
// stage        here                                                       source
// selection    uct: Q + w sqrt(ln N(parent) / N(child))                   Kocsis and Szepesvari 2006; 2305.14992
//              puct: Q + w P(child) sqrt(N(parent)) / (1 + N(child))      Rosin 2011; AlphaGo Zero
//              best_first: Q alone
//              select_paths(): several at once, before any is     Liu et al., "Watch the Unobserved", 1810.11755
//              backed up; those on their way count in N
// expansion    the strategy's, by SearchTree::grow; drop_repeated() keeps different steps only
// simulation   simulate(): down the best priors until nothing can be expanded, for several paths side by side
// backup       the running mean or the maximum of what was found below a node
//
// Q is Node::value, N Node::visits, P Node::prior. A child that was never visited either comes before all
// others or has its prior for Q (and 1 for N). Ties go to the child that was grown first.
//
// Threading: the tree's owner. Cost: selection O(children) per level, everything else O(depth) per
// iteration, however many nodes the tree has.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "search/tree.h"

namespace reckon {

enum class TreeRule { uct, puct, best_first };
enum class Unvisited { first, by_prior };

struct TreePolicy {
  TreeRule rule = TreeRule::uct;
  double exploration = 1.0;  // w
  Unvisited unvisited = Unvisited::first;
};

// What selection maximises among the children of a node.
double tree_worth(const Node& parent, const Node& child, const TreePolicy& policy);
// kNoNode without children.
NodeId select_child(const SearchTree& tree, NodeId parent, const TreePolicy& policy);
// From the root down to a node that has no children.
std::vector<NodeId> select_path(const SearchTree& tree, NodeId root, const TreePolicy& policy);
// What becomes of a path that was selected.
enum class Selected {
  expand,  // it is on its way now
  again,   // it led to an end, and has been backed up: the next one is selected
  stop,    // it is dropped, and no more are selected
};
// At most `most` paths to different leaves, to be expanded side by side. Ends too where one leads to a leaf that is on its
// way already. The caller backs them up.
std::vector<std::vector<NodeId>> select_paths(SearchTree& tree, NodeId root, const TreePolicy& policy, int most,
                                              const std::function<Selected(const std::vector<NodeId>&)>& take);
// The path that ends in `id`, root first.
std::vector<NodeId> path_to(const SearchTree& tree, NodeId id);

// Of children of one node with the same step only the first stays; the others are pruned and forgotten by their parent.
std::vector<NodeId> drop_repeated(SearchTree& tree, std::span<const NodeId> children);

// Extends the paths: `expand` gives their last nodes children (false: it cannot), the one with the best prior is next. All
// paths go on together until none can.
void simulate(SearchTree& tree, std::span<std::vector<NodeId>> paths, const std::function<std::vector<bool>(std::span<const NodeId>)>& expand);

enum class Backup { mean, max };
// One more visit, with this result, to a node.
void visit(Node& node, double result, Backup rule);
// The same result for every node of the path.
void backup(SearchTree& tree, std::span<const NodeId> path, double result, Backup rule);

enum class Cumulative { sum, mean };
// Each node of the path gets what is made of the rewards from itself down to the end.
void backup_rewards(SearchTree& tree, std::span<const NodeId> path, std::span<const double> rewards,
                    Cumulative cumulative, Backup rule);

}  // namespace reckon
