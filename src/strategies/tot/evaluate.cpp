#include "strategies/tot/evaluate.h"

#include <unordered_set>

#include "base/text.h"
#include "search/ask.h"
#include "search/named_choice.h"
#include "strategies/tot/thoughts.h"

namespace reckon {

void Evaluator::evaluate(std::span<const NodeId> candidates) {
  switch (settings_.judge) {
    case ThoughtJudge::value: return by_value(candidates);
    case ThoughtJudge::vote: return by_vote(candidates);
    case ThoughtJudge::scorer: search_.tree().score(candidates);
  }
}

bool Evaluator::ended_without_answer(NodeId id) const {
  return search_.tree()[id].state == NodeState::ended && context_.extract_answer(search_.tree().trace_of(id)).empty();
}

void Evaluator::by_value(std::span<const NodeId> candidates) {
  SearchTree& tree = search_.tree();
  std::vector<Question> questions;
  std::vector<std::string> states;
  std::unordered_set<std::string> asked;
  for (const NodeId id : candidates) {
    const std::string& state = tree[id].trace.full_text;
    if (ended_without_answer(id)) values_.emplace(state, 0.0);
    if (values_.contains(state) || !asked.insert(state).second) continue;
    questions.push_back({.chat = chat_request(settings_.value_template.messages(
                             {{"question", context_.task().question}, {"steps", std::string(trim(state))}})),
                         .about = tree[id].trace.id,
                         .replies = settings_.replies});
    questions.back().chat.reply_tokens = settings_.reply_tokens;
    states.push_back(state);
  }
  const auto replies = questions_.ask(std::move(questions));
  for (std::size_t i = 0; i < states.size(); ++i) {
    double sum = 0.0;
    for (const Trace& reply : replies[i]) sum += read_value(reply.text);
    values_[states[i]] = replies[i].empty() ? 0.0 : sum / static_cast<double>(replies[i].size());
  }
  std::unordered_set<std::string> seen;
  for (const NodeId id : candidates) {
    const std::string& state = tree[id].trace.full_text;
    tree.set_score(id, seen.insert(state).second ? values_[state] : 0.0);
  }
}

void Evaluator::by_vote(std::span<const NodeId> candidates) {
  if (candidates.empty()) return;
  SearchTree& tree = search_.tree();
  std::vector<std::string> texts;
  for (const NodeId id : candidates) texts.push_back(tree[id].trace.full_text);
  std::vector<double> votes(candidates.size(), 0.0);
  if (candidates.size() > 1) {
    Question question{.chat = chat_request(settings_.vote_template.messages(
                          {{"question", context_.task().question}, {"choices", list_choices(texts)}})),
                      .replies = settings_.replies};
    question.chat.reply_tokens = settings_.reply_tokens;
    const auto replies = questions_.ask({std::move(question)});
    for (const Trace& reply : replies.front()) {
      if (const auto choice = named_choice(reply.text, "best choice", "choice", candidates.size())) votes[*choice] += 1.0;
    }
  }
  for (std::size_t i = 0; i < candidates.size(); ++i) tree.set_score(candidates[i], votes[i]);
}

}  // namespace reckon
