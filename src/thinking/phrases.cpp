#include "thinking/phrases.h"

#include <algorithm>
#include <cctype>
#include <deque>

#include "base/text.h"

namespace reckon {

std::vector<Tokens> surface_forms(std::string_view phrase, const Vocabulary& vocabulary, ControlTokens control) {
  std::vector<Tokens> forms;
  const std::string word(trim(phrase));
  if (word.empty()) return forms;
  for (const char* before : {"", " ", "\n", "\n\n"}) {
    Tokens tokens = vocabulary.tokenize(before + word, control);
    if (!tokens.empty()) forms.push_back(std::move(tokens));
  }
  return forms;
}

std::vector<Tokens> surface_forms_any_case(std::string_view phrase, const Vocabulary& vocabulary) {
  auto forms = surface_forms(phrase, vocabulary, ControlTokens::as_text);
  std::string lower(trim(phrase));
  if (lower.empty()) return forms;
  lower[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(lower[0])));
  std::ranges::move(surface_forms(lower, vocabulary, ControlTokens::as_text), std::back_inserter(forms));
  return forms;
}

PhraseMatcher::PhraseMatcher(const std::vector<Tokens>& phrases) : nodes_(1) {
  for (const Tokens& phrase : phrases) {
    int position = 0;
    for (const TokenId token : phrase) {
      const auto [edge, fresh] = nodes_[static_cast<std::size_t>(position)].next.emplace(token, static_cast<int>(nodes_.size()));
      const int child = edge->second;
      if (fresh) {
        const int depth = nodes_[static_cast<std::size_t>(position)].depth + 1;
        nodes_.emplace_back().depth = depth;
      }
      position = child;
    }
    if (position != 0) nodes_[static_cast<std::size_t>(position)].matched = static_cast<int>(phrase.size());
  }
  link();
}

// Breadth first, so that a node's failure is complete before the node is looked at.
void PhraseMatcher::link() {
  std::deque<int> queue{0};
  while (!queue.empty()) {
    const int position = queue.front();
    queue.pop_front();
    const auto edges = nodes_[static_cast<std::size_t>(position)].next;
    for (const auto& [token, child] : edges) {
      Node& node = nodes_[static_cast<std::size_t>(child)];
      node.failure = position == 0 ? 0 : advance(nodes_[static_cast<std::size_t>(position)].failure, token);
      node.matched = std::max(node.matched, nodes_[static_cast<std::size_t>(node.failure)].matched);
      queue.push_back(child);
    }
    Node& node = nodes_[static_cast<std::size_t>(position)];
    if (position != 0) node.completing = nodes_[static_cast<std::size_t>(node.failure)].completing;
    for (const auto& [token, child] : edges) {
      if (nodes_[static_cast<std::size_t>(child)].matched > 0) node.completing.push_back(token);
    }
    std::ranges::sort(node.completing);
    node.completing.erase(std::ranges::unique(node.completing).begin(), node.completing.end());
  }
}

bool PhraseMatcher::found_in(const Tokens& tokens) const {
  int position = 0;
  return std::ranges::any_of(tokens, [&](TokenId token) { return matched(position = advance(position, token)) > 0; });
}

int PhraseMatcher::advance(int position, TokenId token) const {
  while (true) {
    const Node& node = nodes_[static_cast<std::size_t>(position)];
    const auto edge = node.next.find(token);
    if (edge != node.next.end()) return edge->second;
    if (position == 0) return 0;
    position = node.failure;
  }
}

}  // namespace reckon
