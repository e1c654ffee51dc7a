// RAP's world: which sub-questions can be asked in a state, what their answers are, and what asking is worth.
//
// A node of the tree is a sub-question (the action), and once it has been visited its answer too (the state). The
// answer is the majority of up to `answers` sampled in twos, stopping as soon as the leading one has half of
// them and no equal; its share is the state's confidence.
//
// The reward is a product of four, each raised to a weight (0: left out):
// likelihood       the sub-question's probability per token, as the model wrote it
// confidence       the share of the majority answer; before the visit a guess
// self_evaluation  the model's probability of Yes against No when asked whether the sub-question is useful
// heuristic        the run's scorer on the text so far, in [0, 1]; after the visit only
//
// Threading: one owner. Cost: per expansion `actions` lines and as many prompts without a reply; per visit up to
// `answers` answers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "scoring/answer_groups.h"
#include "search/prompt_template.h"
#include "search/questions.h"
#include "search/tree.h"

namespace reckon {

struct RewardWeights {
  double likelihood = 0.0;
  double confidence = 0.5;
  double self_evaluation = 0.5;
  double heuristic = 0.0;
};

struct WorldSettings {
  int depth = 5;
  int actions = 4;
  int answers = 8;
  double guessed_confidence = 0.8;
  int question_tokens = 64;
  int answer_tokens = 200;
  RewardWeights weights;
  PromptTemplate decompose_template;
  PromptTemplate useful_template;
};

struct Move {
  double likelihood = 1.0;
  double self_evaluation = 0.5;
  double confidence = 0.0;
  double reward = 0.0;  // once visited
  bool last = false;    // asks what the task asks
  bool visited = false;
};

class World {
 public:
  World(Context& context, SearchTree& tree, const WorldSettings& settings)
      : context_(context), tree_(tree), settings_(settings), questions_(context) {}

  // Whether a node without children may have some.
  bool can_expand(NodeId id) const;
  // Makes sure that each of these nodes has been visited and, unless it is an end, has its next actions, with their fast
  // rewards for priors. False where there are none. What is asked about several nodes runs side by side.
  std::vector<bool> expand(std::span<const NodeId> ids);
  const Move& move(NodeId id) const { return moves_.at(id); }
  bool known(NodeId id) const { return moves_.contains(id); }
  // False when the run's end came in between.
  bool complete() const { return questions_.complete(); }

 private:
  // A node's answers so far.
  struct Poll {
    NodeId id;
    AnswerGroups votes = {};
    std::vector<std::pair<std::string, std::optional<std::size_t>>> replies = {};  // text, group
    bool over = false;
  };
  void visit(std::span<const NodeId> ids);
  void ask(std::vector<Poll>& polls);
  void conclude(const Poll& poll);
  void propose(std::span<const NodeId> ids);
  void add_actions(NodeId parent, std::span<const Trace> replies);
  void evaluate(std::span<const NodeId> parents);
  double heuristic(NodeId id);
  double fast_reward(const Move& move) const;
  // The conversation that goes on from a state.
  Question go_on(NodeId id, const std::string& heading, int tokens) const;

  Context& context_;
  SearchTree& tree_;
  const WorldSettings& settings_;
  Questions questions_;
  std::unordered_map<NodeId, Move> moves_;
  bool scorer_lost_ = false;
};

}  // namespace reckon
