// Monte Carlo tree search: each stage on trees made by hand, and all of them against an oracle.
#include "search/mcts.h"

#include <cmath>

#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// Runs a function on a tree that has a root and nothing else.
void with_tree(const std::function<void(SearchTree&, NodeId)>& function) {
  auto engine = make_engine(letter_model(1, 1.0F));
  const auto result = run_in(*engine, letter_request("", {}), [&](Context& context) -> Result<Answer> {
    SearchTree tree(context, {});
    function(tree, tree.add_roots(1).value().front());
    return Answer{.traces = 1};
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
}

NodeId add(SearchTree& tree, NodeId parent, std::int64_t visits, double value, double prior = 0.0) {
  const NodeId id = tree.add_step(parent, "x" + std::to_string(tree.size()), TraceId{});
  tree[id].visits = visits;
  tree[id].value = value;
  tree[id].prior = prior;
  return id;
}

// An expansion of several nodes, from that of one.
std::function<std::vector<bool>(std::span<const NodeId>)> each(std::function<bool(NodeId)> expand) {
  return [expand = std::move(expand)](std::span<const NodeId> ids) {
    std::vector<bool> expanded;
    for (const NodeId id : ids) expanded.push_back(expand(id));
    return expanded;
  };
}

TEST(Mcts, PathsThatAreOnTheirWayCountAsVisits) {
  for (const Unvisited rule : {Unvisited::first, Unvisited::by_prior}) {
    with_tree([rule](SearchTree& tree, NodeId root) {
      tree[root].visits = 5;
      const bool new_ones = rule == Unvisited::by_prior;
      const NodeId a = add(tree, root, new_ones ? 0 : 2, 0.7, 0.7);
      const NodeId b = add(tree, root, new_ones ? 0 : 2, 0.6, 0.6);
      const NodeId end = add(tree, root, new_ones ? 0 : 2, 0.65, 0.65);
      const TreePolicy policy{TreeRule::uct, 1.0, rule};
      int ends = 0;
      const auto paths = select_paths(tree, root, policy, 5, [&](const std::vector<NodeId>& path) {
        if (path.back() != end) return Selected::expand;
        ++ends;
        backup(tree, path, 0.0, Backup::mean);
        return Selected::again;
      });
      ASSERT_EQ(paths.size(), 2u) << "then one leads to what is on its way";
      EXPECT_EQ(paths[0], (std::vector<NodeId>{root, a}));
      EXPECT_EQ(paths[1], (std::vector<NodeId>{root, b}));
      EXPECT_EQ(ends, 1);
      for (const NodeId id : {root, a, b, end}) EXPECT_EQ(tree[id].pending, 0);
      EXPECT_EQ(tree[root].visits, 6) << "only what is backed up is a visit";
    });
  }
}

// Two paths of different length: both are extended in each round.
TEST(Mcts, SimulationsGoOnSideBySide) {
  with_tree([](SearchTree& tree, NodeId root) {
    const NodeId a = add(tree, root, 0, 0.0);
    const NodeId b = add(tree, root, 0, 0.0);
    std::vector<std::vector<NodeId>> paths{{root, a}, {root, b}};
    std::vector<std::size_t> rounds;
    simulate(tree, paths, [&](std::span<const NodeId> ids) {
      rounds.push_back(ids.size());
      std::vector<bool> expanded;
      for (const NodeId id : ids) {
        const int most = path_to(tree, id)[1] == a ? 2 : 4;
        expanded.push_back(tree[id].depth < most);
        if (expanded.back()) add(tree, id, 0, 0.0, 0.5);
      }
      return expanded;
    });
    EXPECT_EQ(rounds, (std::vector<std::size_t>{2, 2, 1, 1}));
    EXPECT_EQ(paths[0].size(), 3u);
    EXPECT_EQ(paths[1].size(), 5u);
  });
}

TEST(Mcts, UctWeighsValueAgainstVisits) {
  with_tree([](SearchTree& tree, NodeId root) {
    tree[root].visits = 10;
    const NodeId often = add(tree, root, 8, 0.6);
    const NodeId seldom = add(tree, root, 2, 0.5);
    EXPECT_NEAR(tree_worth(tree[root], tree[often], {.exploration = 0.5}), 0.6 + 0.5 * std::sqrt(std::log(10.0) / 8.0), 1e-12);
    EXPECT_EQ(select_child(tree, root, {.exploration = 0.0}), often) << "without exploration the value decides";
    EXPECT_EQ(select_child(tree, root, {.exploration = 1.0}), seldom);
    const NodeId never = add(tree, root, 0, 0.0);
    EXPECT_EQ(select_child(tree, root, {.exploration = 0.0}), never) << "what was never visited comes first";
    add(tree, root, 0, 0.0);
    EXPECT_EQ(select_child(tree, root, {}), never) << "ties go to the first";
    EXPECT_EQ(select_child(tree, never, {}), kNoNode);
  });
}

TEST(Mcts, PriorsStandInForValuesAndShareTheExploration) {
  with_tree([](SearchTree& tree, NodeId root) {
    tree[root].visits = 9;
    const NodeId good = add(tree, root, 4, 0.5, 0.1);
    const NodeId likely = add(tree, root, 4, 0.4, 0.9);
    const TreePolicy puct{TreeRule::puct, 1.0, Unvisited::by_prior};
    EXPECT_NEAR(tree_worth(tree[root], tree[likely], puct), 0.4 + 0.9 * 3.0 / 5.0, 1e-12);
    EXPECT_EQ(select_child(tree, root, puct), likely);
    EXPECT_EQ(select_child(tree, root, {TreeRule::best_first}), good);
    const NodeId fresh = add(tree, root, 0, 0.0, 0.45);
    const TreePolicy uct{TreeRule::uct, 0.0, Unvisited::by_prior};
    EXPECT_EQ(select_child(tree, root, uct), good);
    tree[fresh].prior = 0.55;
    EXPECT_EQ(select_child(tree, root, uct), fresh);
  });
}

TEST(Mcts, PathsGoFromTheRootToANodeWithoutChildren) {
  with_tree([](SearchTree& tree, NodeId root) {
    tree[root].visits = 3;
    const NodeId a = add(tree, root, 2, 0.9);
    add(tree, root, 1, 0.1);
    const NodeId leaf = add(tree, a, 1, 0.5);
    const auto path = select_path(tree, root, {.exploration = 0.1});
    EXPECT_EQ(path, (std::vector<NodeId>{root, a, leaf}));
    EXPECT_EQ(path_to(tree, leaf), path);
  });
}

TEST(Mcts, BackupIsTheMeanOrTheMaximumAlongThePath) {
  for (const Backup rule : {Backup::mean, Backup::max}) {
    with_tree([&](SearchTree& tree, NodeId root) {
      const NodeId a = add(tree, root, 0, 0.0);
      const NodeId b = add(tree, a, 0, 0.0);
      const NodeId c = add(tree, a, 0, 0.0);
      for (const auto& [leaf, result] : std::vector<std::pair<NodeId, double>>{{b, -0.5}, {c, 0.25}, {b, -0.75}}) {
        backup(tree, path_to(tree, leaf), result, rule);
      }
      EXPECT_EQ(tree[root].visits, 3);
      EXPECT_EQ(tree[a].visits, tree[b].visits + tree[c].visits);
      EXPECT_NEAR(tree[root].value, rule == Backup::mean ? -1.0 / 3.0 : 0.25, 1e-12);
      EXPECT_NEAR(tree[b].value, rule == Backup::mean ? -0.625 : -0.5, 1e-12) << "the first result is no maximum with 0";
    });
  }
}

TEST(Mcts, RewardsCountFromANodeDown) {
  for (const Cumulative cumulative : {Cumulative::sum, Cumulative::mean}) {
    with_tree([&](SearchTree& tree, NodeId root) {
      const NodeId a = add(tree, root, 0, 0.0);
      const NodeId b = add(tree, a, 0, 0.0);
      const std::vector<double> rewards{0.0, 0.2, 0.6};
      backup_rewards(tree, path_to(tree, b), rewards, cumulative, Backup::mean);
      EXPECT_NEAR(tree[b].value, 0.6, 1e-12);
      EXPECT_NEAR(tree[a].value, cumulative == Cumulative::sum ? 0.8 : 0.4, 1e-12);
      EXPECT_NEAR(tree[root].value, cumulative == Cumulative::sum ? 0.8 : 0.8 / 3.0, 1e-12);
    });
  }
}

TEST(Mcts, SeveralBackupsKeepTheStatedValue) {
  const std::vector<double> first{0.0, 0.2, 0.6};
  const std::vector<double> second{0.0, 0.4, 0.2};
  for (const Cumulative cumulative : {Cumulative::sum, Cumulative::mean}) {
    for (const Backup rule : {Backup::mean, Backup::max}) {
      with_tree([&](SearchTree& tree, NodeId root) {
        const NodeId a = add(tree, root, 0, 0.0);
        const NodeId b = add(tree, a, 0, 0.0);
        for (const auto& rewards : {first, second}) backup_rewards(tree, path_to(tree, b), rewards, cumulative, rule);
        const auto stated = [&](double one, double other, double steps) {
          if (cumulative == Cumulative::mean) one /= steps, other /= steps;
          return rule == Backup::mean ? (one + other) / 2.0 : std::max(one, other);
        };
        EXPECT_NEAR(tree[b].value, stated(0.6, 0.2, 1.0), 1e-12);
        EXPECT_NEAR(tree[a].value, stated(0.8, 0.6, 2.0), 1e-12);
        EXPECT_NEAR(tree[root].value, stated(0.8, 0.6, 3.0), 1e-12);
        EXPECT_EQ(tree[a].visits, 2);
      });
    }
  }
}

TEST(Mcts, SimulationFollowsTheBestPriors) {
  with_tree([](SearchTree& tree, NodeId root) {
    std::vector<NodeId> path{root};
    simulate(tree, std::span(&path, 1), each([&](NodeId id) {
      if (tree[id].depth == 3) return false;
      add(tree, id, 0, 0.0, 0.2);
      add(tree, id, 0, 0.0, 0.7);
      add(tree, id, 0, 0.0, 0.7);
      return true;
    }));
    ASSERT_EQ(path.size(), 4u);
    for (std::size_t i = 1; i < path.size(); ++i) EXPECT_EQ(path[i], tree[path[i - 1]].branches[1]);
  });
}

TEST(Mcts, StepsThatAreThereAlreadyAreDropped) {
  with_tree([](SearchTree& tree, NodeId root) {
    std::vector<NodeId> children;
    for (const char* step : {"a", "b", "a", "c", "b"}) children.push_back(tree.add_step(root, step, TraceId{}));
    const auto different = drop_repeated(tree, children);
    EXPECT_EQ(different, (std::vector<NodeId>{children[0], children[1], children[3]}));
    EXPECT_EQ(tree[root].branches, different);
  });
}

// A hundred thousand nodes: every iteration touches one path and its siblings, and the visits add up.
TEST(Mcts, VisitsAddUpInALargeTree) {
  with_tree([](SearchTree& tree, NodeId root) {
    const TreePolicy policy{.exploration = 1.0};
    Rng rng(1);
    while (tree.size() < 100000) {
      auto path = select_path(tree, root, policy);
      if (tree[path.back()].depth < 12) {
        for (int i = 0; i < 4; ++i) tree.add_step(path.back(), "", TraceId{});
        path.push_back(tree[path.back()].branches.front());
      }
      backup(tree, path, rng.uniform(), Backup::mean);
    }
    std::int64_t own = 0;
    for (std::size_t i = 0; i < tree.size(); ++i) {
      const Node& node = tree[static_cast<NodeId>(i)];
      std::int64_t below = 0;
      for (const NodeId child : node.branches) below += tree[child].visits;
      EXPECT_LE(below, node.visits);
      own += node.visits - below;
      EXPECT_TRUE(node.value >= 0.0 && node.value <= 1.0);
    }
    EXPECT_EQ(own, tree[root].visits) << "each iteration ended in exactly one node";
  });
}

// Most of the 81 leaves are worth little, a few nearly 1.
double reward_of(std::uint64_t table, const std::string& leaf) { return std::pow(hashed_value(table, leaf), 8.0); }

std::string search_letters(std::uint64_t table, Backup rule) {
  auto engine = make_engine(letter_model(table, 0.5F));
  std::string found;
  const auto result = run_in(*engine, letter_request("", {}), [&](Context& context) -> Result<Answer> {
    SearchTree tree(context, {*make_step_rule({.kind = "tokens", .most_tokens = 1})});
    RECKON_ASSIGN_OR_RETURN(const auto roots, tree.add_roots(1));
    const auto expand = [&](NodeId id) {
      if (tree[id].state != NodeState::open) return false;
      const Growth growth{id, 24};
      for (const NodeId child : drop_repeated(tree, tree.grow(std::span(&growth, 1)))) {
        tree[child].prior = hashed_value(table + 100, tree[child].trace.full_text);
      }
      return true;
    };
    for (int iteration = 0; iteration < 20000; ++iteration) {
      auto path = select_path(tree, roots[0], {.exploration = 1.4});
      simulate(tree, std::span(&path, 1), each(expand));
      backup(tree, path, reward_of(table, tree[path.back()].trace.full_text), rule);
    }
    const auto visits = [&](NodeId id) { return tree[id].visits; };
    NodeId at = roots[0];
    while (!tree[at].branches.empty()) at = *std::ranges::max_element(tree[at].branches, {}, visits);
    found = tree[at].trace.full_text;
    return Answer{.traces = 1};
  });
  EXPECT_TRUE(result.ok()) << result.status().to_string();
  return found;
}

// All letters at every node, simulation by priors that mean nothing: the most visited path ends in the best
// leaf. Means tell leaves apart that differ by more than what exploring costs.
TEST(Mcts, ConvergesToTheBestLeaf) {
  for (std::uint64_t table = 0; table < 10; ++table) {
    const auto leaves = all_leaves();
    const auto best = *std::ranges::max_element(leaves, {}, [&](const auto& leaf) { return reward_of(table, leaf); });
    EXPECT_EQ(search_letters(table, Backup::max), best) << "table " << table;
    EXPECT_GT(reward_of(table, search_letters(table, Backup::mean)), reward_of(table, best) - 0.1) << "table " << table;
  }
}

}  // namespace
}  // namespace reckon
