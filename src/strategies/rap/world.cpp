#include "strategies/rap/world.h"

#include <cmath>
#include <utility>

#include "base/text.h"
#include "scoring/answer_groups.h"
#include "search/ask.h"
#include "search/sample.h"
#include "search/unit_score.h"
#include "strategies/rap/sub_questions.h"

namespace reckon {
namespace {

constexpr int kAnswersAtOnce = 2;
constexpr double kNoVerdict = 0.5;  // where the model says neither yes nor no

// The leading answer has at least half of what was sampled, and no other has as many.
bool decided(const AnswerGroups& votes, std::size_t sampled) {
  const auto ranked = votes.ranked_by_count();
  if (ranked.empty()) return false;
  const std::size_t most = votes.groups()[ranked[0]].count;
  return 2 * most >= sampled && (ranked.size() == 1 || votes.groups()[ranked[1]].count < most);
}

}  // namespace

bool World::expand(NodeId id) {
  const bool root = tree_[id].depth == 0;
  if (!root && !moves_[id].visited) visit(id);
  if (!complete() || tree_[id].state != NodeState::open || (!root && moves_[id].last)) return false;
  if (tree_[id].branches.empty()) propose(id);
  return complete() && !tree_[id].branches.empty();
}

Question World::go_on(NodeId id, const std::string& heading, int tokens) const {
  ChatRequest chat = chat_request(settings_.decompose_template.messages({{"question", context_.task().question}}));
  chat.prefill += tree_[id].trace.full_text + heading;
  chat.reply_tokens = tokens;
  return {.chat = std::move(chat), .about = tree_[id].trace.id};
}

// The world model: samples the answer, which turns the action into a state.
void World::visit(NodeId id) {
  const int number = tree_[id].depth;
  AnswerGroups votes;
  std::vector<std::pair<std::string, std::optional<std::size_t>>> replies;  // text, group
  TraceStats stats;
  while (std::ssize(replies) < settings_.answers && !decided(votes, replies.size())) {
    Question question = go_on(id, answer_heading(number), settings_.answer_tokens);
    question.replies = std::min(kAnswersAtOnce, settings_.answers - static_cast<int>(replies.size()));
    question.stop_strings = {"\nQuestion"};
    const auto batch = questions_.ask({std::move(question)});
    if (batch.front().empty()) break;
    for (const Trace& reply : batch.front()) {
      const auto group = votes.add(parse_answer(context_.extract_answer(reply), context_.task().answer_style));
      replies.emplace_back(trim(reply.full_text), group);
    }
    if (!complete()) break;
  }
  Node& node = tree_[id];
  if (replies.empty()) {
    node.state = NodeState::ended;
    return;
  }
  const auto leader = votes.leader_by_count();
  const auto chosen = std::ranges::find_if(replies, [&](const auto& reply) { return reply.second == leader; });
  const std::string answer = answer_heading(number) + " " + (chosen == replies.end() ? replies.front().first : chosen->first) + "\n";
  node.step += answer;
  node.trace.full_text += answer;
  if (!complete()) return;
  Move& move = moves_[id];
  const double agreeing = leader ? static_cast<double>(votes.groups()[*leader].count) : 0.0;
  move.confidence = agreeing / static_cast<double>(replies.size());
  move.visited = true;
  move.reward = fast_reward(move) * std::pow(heuristic(id), settings_.weights.heuristic);
  if (move.last) node.state = NodeState::ended;
  tree_.set_score(id, move.reward);
}

// The next actions. At the depth limit there is one: what the task asks.
void World::propose(NodeId id) {
  const int number = tree_[id].depth + 1;
  if (number >= settings_.depth) {
    const NodeId child = tree_.add_step(id, question_heading(number) + " " + last_question(context_.task().question) + "\n", tree_[id].trace.id);
    moves_[child] = {.last = true};
  } else {
    Question question = go_on(id, question_heading(number), settings_.question_tokens);
    question.replies = settings_.actions;
    question.stop_strings = {"\n"};
    question.record = Record::statistics;
    const auto replies = questions_.ask({std::move(question)});
    if (!complete()) return;
    add_actions(id, replies.front());
  }
  evaluate(id);
}

// Equal sub-questions are one action.
void World::add_actions(NodeId parent, std::span<const Trace> replies) {
  const int number = tree_[parent].depth + 1;
  for (const Trace& reply : replies) {
    const std::string action = one_line(reply.text);
    const std::string step = question_heading(number) + " " + action + "\n";
    const auto equal = [&](NodeId other) { return tree_[other].step == step; };
    if (action.empty() || std::ranges::any_of(tree_[parent].branches, equal)) continue;
    const NodeId child = tree_.add_step(parent, step, reply.id);
    moves_[child] = {.likelihood = std::exp(reply.stats.mean_logprob()), .last = is_last_question(action)};
  }
}

// Asks whether the new actions are useful, all at once.
void World::evaluate(NodeId parent) {
  const std::vector<NodeId>& actions = tree_[parent].branches;
  std::vector<ChatRequest> questions;
  const std::string known(trim(tree_[parent].trace.full_text));
  for (const NodeId id : actions) {
    if (settings_.weights.self_evaluation == 0.0) break;
    const std::string action(trim(std::string_view(tree_[id].step).substr(tree_[id].step.find(':') + 1)));
    questions.push_back(chat_request(settings_.useful_template.messages({{"question", context_.task().question},
                                                                         {"steps", known.empty() ? "(nothing)" : known},
                                                                         {"action", action}})));
  }
  const std::string verdicts[] = {"Yes", "No"};
  const auto shares = reply_shares(context_, "", questions, verdicts);
  for (std::size_t i = 0; i < actions.size(); ++i) {
    Move& move = moves_[actions[i]];
    move.confidence = settings_.guessed_confidence;
    if (!questions.empty()) move.self_evaluation = shares.ok() && !(*shares)[i].empty() ? (*shares)[i].front() : kNoVerdict;
    tree_[actions[i]].prior = fast_reward(move);
  }
}

double World::fast_reward(const Move& move) const {
  const RewardWeights& weights = settings_.weights;
  return std::pow(move.likelihood, weights.likelihood) * std::pow(move.confidence, weights.confidence) *
         std::pow(move.self_evaluation, weights.self_evaluation);
}

double World::heuristic(NodeId id) {
  if (settings_.weights.heuristic == 0.0 || scorer_lost_) return 1.0;
  const Trace text = tree_.trace_of(id);
  const std::string answer = context_.extract_answer(text);
  Candidate candidate = candidate_of(context_.task());
  candidate.text = text.full_text;
  candidate.answer = answer;
  const auto scored = score_candidates(context_, std::span(&candidate, 1));
  if (scored.ok()) return unit_score(scored->front());
  if (context_.should_stop()) return 1.0;
  scorer_lost_ = true;
  context_.warn("the scorer failed, so the reward goes without it: " + scored.status().to_string());
  return 1.0;
}

}  // namespace reckon
