#include "search/mcts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

namespace reckon {

double tree_worth(const Node& parent, const Node& child, const TreePolicy& policy) {
  const bool by_prior = child.visits == 0 && policy.unvisited == Unvisited::by_prior;
  if (child.visits + child.pending == 0 && !by_prior) return std::numeric_limits<double>::infinity();
  const double q = by_prior ? child.prior : child.value;
  const auto parents = static_cast<double>(std::max<std::int64_t>(parent.visits + parent.pending, 1));
  const auto visits = static_cast<double>(child.visits + child.pending);
  switch (policy.rule) {
    case TreeRule::uct: return q + policy.exploration * std::sqrt(std::log(parents) / (by_prior ? visits + 1.0 : visits));
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

std::vector<std::vector<NodeId>> select_paths(SearchTree& tree, NodeId root, const TreePolicy& policy, int most,
                                              const std::function<Selected(const std::vector<NodeId>&)>& take) {
  std::vector<std::vector<NodeId>> paths;
  while (std::ssize(paths) < most) {
    auto path = select_path(tree, root, policy);
    if (tree[path.back()].pending > 0) break;
    const Selected selected = take(path);
    if (selected == Selected::stop) break;
    if (selected == Selected::again) continue;
    for (const NodeId id : path) ++tree[id].pending;
    paths.push_back(std::move(path));
  }
  for (const auto& path : paths) {
    for (const NodeId id : path) --tree[id].pending;
  }
  return paths;
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

void simulate(SearchTree& tree, std::span<std::vector<NodeId>> paths, const std::function<std::vector<bool>(std::span<const NodeId>)>& expand) {
  std::vector<std::vector<NodeId>*> going;
  for (auto& path : paths) going.push_back(&path);
  while (!going.empty()) {
    std::vector<NodeId> ends;
    for (const auto* path : going) ends.push_back(path->back());
    const std::vector<bool> expanded = expand(ends);
    std::vector<std::vector<NodeId>*> next;
    for (std::size_t i = 0; i < going.size(); ++i) {
      const auto& children = tree[ends[i]].branches;
      if (!expanded[i] || children.empty()) continue;
      going[i]->push_back(*std::ranges::max_element(children, {}, [&](NodeId id) { return tree[id].prior; }));
      next.push_back(going[i]);
    }
    going = std::move(next);
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
