#include "strategies/rap/world.h"

#include <algorithm>
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

bool World::can_expand(NodeId id) const { return tree_[id].state == NodeState::open && tree_[id].branches.empty(); }

std::vector<bool> World::expand(std::span<const NodeId> ids) {
  std::vector<NodeId> unvisited;
  for (const NodeId id : ids) {
    if (tree_[id].depth > 0 && !moves_[id].visited) unvisited.push_back(id);
  }
  visit(unvisited);
  std::vector<NodeId> childless;
  for (const NodeId id : ids) {
    if (complete() && can_expand(id)) childless.push_back(id);
  }
  propose(childless);
  std::vector<bool> expanded;
  for (const NodeId id : ids) expanded.push_back(complete() && tree_[id].state == NodeState::open && !tree_[id].branches.empty());
  return expanded;
}

Question World::go_on(NodeId id, const std::string& heading, int tokens) const {
  ChatRequest chat = chat_request(settings_.decompose_template.messages({{"question", context_.task().question}}));
  chat.prefill += tree_[id].trace.full_text + heading;
  chat.reply_tokens = tokens;
  return {.chat = std::move(chat), .about = tree_[id].trace.id};
}

// The world model: samples the answer, which turns the action into a state.
void World::visit(std::span<const NodeId> ids) {
  std::vector<Poll> polls;
  for (const NodeId id : ids) polls.push_back({id});
  while (complete() && std::ranges::any_of(polls, [](const Poll& poll) { return !poll.over; })) ask(polls);
  for (const Poll& poll : polls) conclude(poll);
}

// Some more answers to each question that is not decided yet.
void World::ask(std::vector<Poll>& polls) {
  std::vector<Question> questions;
  std::vector<Poll*> asked;
  for (Poll& poll : polls) {
    if (poll.over) continue;
    Question question = go_on(poll.id, answer_heading(tree_[poll.id].depth), settings_.answer_tokens);
    question.replies = std::min(kAnswersAtOnce, settings_.answers - static_cast<int>(poll.replies.size()));
    question.stop_strings = {"\nQuestion"};
    questions.push_back(std::move(question));
    asked.push_back(&poll);
  }
  const auto replies = questions_.ask(std::move(questions));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Poll& poll = *asked[i];
    for (const Trace& reply : replies[i]) {
      const auto group = poll.votes.add(parse_answer(context_.extract_answer(reply), context_.task().answer_style));
      poll.replies.emplace_back(trim(reply.full_text), group);
    }
    poll.over = replies[i].empty() || std::ssize(poll.replies) >= settings_.answers || decided(poll.votes, poll.replies.size());
  }
}

void World::conclude(const Poll& poll) {
  Node& node = tree_[poll.id];
  if (poll.replies.empty()) {
    node.state = NodeState::ended;
    return;
  }
  const auto leader = poll.votes.leader_by_count();
  const auto chosen = std::ranges::find_if(poll.replies, [&](const auto& reply) { return reply.second == leader; });
  const std::string answer = answer_heading(node.depth) + " " + (chosen == poll.replies.end() ? poll.replies.front().first : chosen->first) + "\n";
  node.step += answer;
  node.trace.full_text += answer;
  if (!complete()) return;
  Move& move = moves_[poll.id];
  const double agreeing = leader ? static_cast<double>(poll.votes.groups()[*leader].count) : 0.0;
  move.confidence = agreeing / static_cast<double>(poll.replies.size());
  move.visited = true;
  move.reward = fast_reward(move) * std::pow(heuristic(poll.id), settings_.weights.heuristic);
  if (move.last) node.state = NodeState::ended;
  tree_.set_score(poll.id, move.reward);
}

// The next actions. At the depth limit there is one: what the task asks.
void World::propose(std::span<const NodeId> ids) {
  std::vector<Question> questions;
  std::vector<NodeId> asked;
  for (const NodeId id : ids) {
    const int number = tree_[id].depth + 1;
    if (number >= settings_.depth) {
      const NodeId child = tree_.add_step(id, question_heading(number) + " " + last_question(context_.task().question) + "\n", tree_[id].trace.id);
      moves_[child] = {.last = true};
      continue;
    }
    Question question = go_on(id, question_heading(number), settings_.question_tokens);
    question.replies = settings_.actions;
    question.stop_strings = {"\n"};
    question.record = Record::statistics;
    questions.push_back(std::move(question));
    asked.push_back(id);
  }
  const auto replies = questions_.ask(std::move(questions));
  if (!complete()) return;
  for (std::size_t i = 0; i < asked.size(); ++i) add_actions(asked[i], replies[i]);
  evaluate(ids);
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
void World::evaluate(std::span<const NodeId> parents) {
  std::vector<NodeId> actions;
  std::vector<ChatRequest> questions;
  for (const NodeId parent : parents) {
    const std::string known(trim(tree_[parent].trace.full_text));
    for (const NodeId id : tree_[parent].branches) {
      actions.push_back(id);
      if (settings_.weights.self_evaluation == 0.0) continue;
      const std::string action(trim(std::string_view(tree_[id].step).substr(tree_[id].step.find(':') + 1)));
      questions.push_back(chat_request(settings_.useful_template.messages({{"question", context_.task().question},
                                                                           {"steps", known.empty() ? "(nothing)" : known},
                                                                           {"action", action}})));
    }
  }
  if (actions.empty()) return;
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
