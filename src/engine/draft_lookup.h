// Drafts by lookup: tokens that may come next, copied from a text that the trace is likely to repeat (prompt
// lookup, as in Saxena's "prompt lookup decoding"; verified as in speculative decoding, 2211.17192).
//
// What was written last is looked for in the reference, from where the last match was; what follows there is
// the draft. Drafts grow while they are taken whole and shrink when they are not. Everything depends on the
// tokens alone, so that a run's bill repeats.
//
// Threading: one owner. Cost: linear in the reference for each draft.
#pragma once

#include <memory>
#include <span>

#include "model/token.h"

namespace reckon {

class DraftLookup {
 public:
  static constexpr int kLongestMatch = 3;  // tokens of the tail that are looked at

  explicit DraftLookup(std::shared_ptr<const Tokens> reference) : reference_(std::move(reference)) {}

  // At most `most` tokens that may follow. `tail`: the last up to kLongestMatch tokens since the prompt; with none, the
  // reference's beginning is the draft. Valid until the reference dies.
  std::span<const TokenId> propose(std::span<const TokenId> tail, int most);
  // How many of the proposed tokens came.
  void learn(int proposed, int taken);

 private:
  std::shared_ptr<const Tokens> reference_;
  std::size_t at_ = 0;  // where the last draft began
  int length_ = 8;
};

}  // namespace reckon
