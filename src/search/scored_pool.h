// The responses that a run has seen, each with its score: what a method of revising ranks, revises and
// finally chooses from.
//
// Only (question, response) pairs are scored, each text once: a response that says the same as one before it,
// to white space, has that one's score. Scores are only compared, so any scorer whose order is right will do.
// A score that is no number is refused: its response is never best nor worst, and there is a warning.
//
// Threading: one owner, the strategy's thread. Cost: linear in the responses, beside the scorer.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "search/revising.h"

namespace reckon {

// The words of a text with one blank between them.
std::string folded_words(std::string_view text);

class ScoredPool {
 public:
  explicit ScoredPool(Context& context) : context_(context) { warn_of_statistics(context); }

  // Scores the responses and takes them in, as those of this round. False, after one warning, when the scorer
  // fails: then what came before stays ranked and the best of it is the answer, or, when that is nothing, the answer
  // is a plain vote. Their branches are let go.
  bool add(std::vector<SampledTrace> responses, int round);

  bool empty() const { return responses_.empty(); }
  std::size_t size() const { return responses_.size(); }
  const Trace& operator[](std::size_t index) const { return responses_[index].trace; }
  double score(std::size_t index) const { return responses_[index].score->value; }
  // Of equal scores the first one. The score alone decides: an open question has no answer to extract.
  std::size_t best() const;
  // The lowest score of the rounds from `from_round` on; of equal ones the first.
  std::size_t worst(int from_round = 0) const;
  // Texts that were seen before, to white space.
  int repeats() const { return repeats_; }

  // The best response's answer, with the shares of all.
  Answer answer() const;

 private:
  Context& context_;
  std::vector<SampledTrace> responses_;  // each with a score, be it no number
  std::map<std::string, Score> score_of_;
  int repeats_ = 0;
  bool failed_ = false;
  bool scores_lost_ = false;  // before there was any
  bool warned_ = false;
};

}  // namespace reckon
