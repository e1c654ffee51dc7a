// Questions that a strategy asks the model on the side, for sampled replies: to propose, judge, compare or
// remember. (ask.h is the layer below, and has what is read off a next token.)
//
// All questions of a round run side by side; replies come back in the order of the questions. Several replies
// to one question share its prompt, which is paid for once. A question that cannot be asked (its prompt does
// not fit the context or passes a cap, or the backend failed) has no reply, and there is one warning for all
// of these: what a strategy makes of a missing reply is its own affair.
//
// Threading: one owner, the strategy's thread. Randomness: each question of a run has a stream of its own, by
// the order of asking.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "search/strategy.h"

namespace reckon {

struct Question {
  ChatRequest chat;   // but for its index
  TraceId about{};    // the trace below which listeners see it
  int replies = 1;    // at temperature 0, where all would be equal, there is one
  std::vector<std::string> stop_strings = {};
  std::optional<double> temperature = std::nullopt;  // the run's, unless given
  std::optional<Record> record = Record::nothing;  // nothing given: what the run records
};

class Questions {
 public:
  // A scorer's questions begin at an index of their own, far from the strategy's.
  explicit Questions(Context& context, std::uint64_t first_index = 0) : context_(context), next_(first_index) {}

  // All questions are of one role. Of each question, its replies; fewer when some were lost.
  std::vector<std::vector<Trace>> ask(std::vector<Question> questions);
  // Only the texts, of one reply each; empty when there is none.
  std::vector<std::string> ask_texts(std::vector<Question> questions);
  // False when the run's end left questions unasked or cut replies short.
  bool complete() const { return complete_; }
  // An index for a conversation that the strategy opens by itself.
  std::uint64_t next_index() { return next_++; }

 private:
  Context& context_;
  std::uint64_t next_;
  bool warned_ = false;
  bool complete_ = true;
};

}  // namespace reckon
