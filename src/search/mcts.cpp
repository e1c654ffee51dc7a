#include "search/mcts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

namespace reckon {

double tree_worth(const Node& parent, const Node& child, const TreePolicy& policy) {
  if (child.visits == 0 && policy.unvisited == Unvisited::first) return std::numeric_limits<double>::infinity();
  const double q = child.visits == 0 ? child.prior : child.value;
  const auto parents = static_cast<double>(std::max<std::int64_t>(parent.visits, 1));
  const auto visits = static_cast<double>(child.visits);
  switch (policy.rule) {
    case TreeRule::uct: return q + policy.exploration * std::sqrt(std::log(parents) / std::max(visits, 1.0));
    case TreeRule::puct: return q + policy.exploration * child.prior * std::sqrt(parents) / (1.0 + visits);
    case TreeRule::best_first: return q;
  }
  return q;
}

NodeId select_child(const SearchTree& tree, NodeId parent, const TreePolicy& policy) {
  NodeId best = kNoNode;
  double most = 0.0;
  for (const NodeId child : tree[parent].branches) {
    const double worth = tree_worth(tree[parent], tree[child], policy);
    if (best != kNoNode && !(worth > most)) continue;
    best = child;
    most = worth;
  }
  return best;
}

std::vector<NodeId> select_path(const SearchTree& tree, NodeId root, const TreePolicy& policy) {
  std::vector<NodeId> path{root};
  while (true) {
    const NodeId next = select_child(tree, path.back(), policy);
    if (next == kNoNode) return path;
    path.push_back(next);
  }
}

std::vector<NodeId> path_to(const SearchTree& tree, NodeId id) {
  std::vector<NodeId> path;
  for (; id != kNoNode; id = tree[id].parent) path.push_back(id);
  std::ranges::reverse(path);
  return path;
}

std::vector<NodeId> drop_repeated(SearchTree& tree, std::span<const NodeId> children) {
  std::set<std::pair<NodeId, std::string_view>> seen;
  std::vector<NodeId> different;
  for (const NodeId id : children) {
    if (seen.emplace(tree[id].parent, tree[id].step).second) {
      different.push_back(id);
      continue;
    }
    std::erase(tree[tree[id].parent].branches, id);
    tree.prune(id, "repeated");
  }
  return different;
}

void simulate(SearchTree& tree, std::vector<NodeId>& path, const std::function<bool(NodeId)>& expand) {
  while (expand(path.back())) {
    const auto& children = tree[path.back()].branches;
    if (children.empty()) return;
    path.push_back(*std::ranges::max_element(children, {}, [&](NodeId id) { return tree[id].prior; }));
  }
}

void visit(Node& node, double result, Backup rule) {
  ++node.visits;
  if (node.visits == 1) {
    node.value = result;
  } else if (rule == Backup::max) {
    node.value = std::max(node.value, result);
  } else {
    node.value += (result - node.value) / static_cast<double>(node.visits);
  }
}

void backup(SearchTree& tree, std::span<const NodeId> path, double result, Backup rule) {
  for (const NodeId id : path) visit(tree[id], result, rule);
}

void backup_rewards(SearchTree& tree, std::span<const NodeId> path, std::span<const double> rewards,
                    Cumulative cumulative, Backup rule) {
  double sum = 0.0;
  for (std::size_t i = path.size(); i-- > 0;) {
    sum += rewards[i];
    const double steps = static_cast<double>(path.size() - i);
    visit(tree[path[i]], cumulative == Cumulative::mean ? sum / steps : sum, rule);
  }
}

}  // namespace reckon
