// Phrases in a stream of token ids: markers, switch words, trial triggers.
//
// A text can be cut into tokens in several ways, depending on what stands before it, so a phrase is a
// set of token sequences (its surface forms). The matcher is the automaton of Aho and Corasick (1975):
// it finds every form that ends at a token, also when a false start overlaps the real one ("aab" in
// "aaab"), which a matcher that restarts at its first token misses.
//
// Threading: immutable once made; a position in it is an int, so forks copy it for free.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/vocabulary.h"

namespace reckon {

// The token sequences of `phrase` after nothing, a space, one line break and two. With
// ControlTokens::parse a marker such as "</think>" is its single id.
std::vector<Tokens> surface_forms(std::string_view phrase, const Vocabulary& vocabulary, ControlTokens control);
// Also with its first letter in lower case.
std::vector<Tokens> surface_forms_any_case(std::string_view phrase, const Vocabulary& vocabulary);

class PhraseMatcher {
 public:
  PhraseMatcher() : PhraseMatcher(std::vector<Tokens>{}) {}
  // Empty sequences and repeated ones are ignored.
  explicit PhraseMatcher(const std::vector<Tokens>& phrases);

  // The position at the start of a stream is 0. O(log of the branching) amortised.
  int advance(int position, TokenId token) const;
  // Length in tokens of the longest phrase that ends here; 0: none.
  int matched(int position) const { return nodes_[static_cast<std::size_t>(position)].matched; }
  // How many of the last tokens are the beginning of some phrase.
  int depth(int position) const { return nodes_[static_cast<std::size_t>(position)].depth; }
  // Tokens that would complete a phrase here, each once.
  const std::vector<TokenId>& completing(int position) const { return nodes_[static_cast<std::size_t>(position)].completing; }
  bool empty() const { return nodes_.size() == 1; }
  // Some phrase is somewhere in the tokens.
  bool found_in(const Tokens& tokens) const;

 private:
  struct Node {
    std::map<TokenId, int> next;
    int failure = 0;
    int depth = 0;
    int matched = 0;
    std::vector<TokenId> completing;
  };
  void link();

  std::vector<Node> nodes_;
};

}  // namespace reckon
