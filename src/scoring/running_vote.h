// A vote whose answers come one by one, and that knows when it is decided.
//
// Answers must be added in index order. Besides the rule that is asked for, the vote stops when what is
// left cannot change the leader any more (exact), and, when asked to, for futility as clinical trials do: at half
// of the samples the leader has so few of the votes that more of them would hardly make it right. Ties go to the
// answer seen first.
//
// Threading: one owner at a time. Cost: O(groups) an answer. Sources: vote_rules.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scoring/answer_groups.h"

namespace reckon {

struct StopRule {
  enum class Kind { beta, esc, none };
  Kind kind = Kind::none;
  std::size_t samples = 16;  // answers that come at most
  std::size_t window = 4;    // esc
  double threshold = 0.95;   // beta
  double futility = 0.0;     // share of the votes that the leader must have at half of the samples; 0: none
};

class RunningVote {
 public:
  explicit RunningVote(const StopRule& rule) : rule_(rule) {}

  // True when the vote is decided by this answer; nothing may be added then.
  bool add(const std::string& answer);

  bool stopped() const { return !reason_.empty(); }
  std::size_t seen() const { return members_.size(); }
  // Why it stopped: "consensus", "confidence", "window", "futility"; empty while it goes on.
  const std::string& reason() const { return reason_; }
  // Whether the answer added as the index-th is in the group that won, or leads now.
  bool is_for_winner(std::size_t index) const { return winner_ && members_[index] == winner_; }

 private:
  bool decide();

  StopRule rule_;
  AnswerGroups groups_;
  std::vector<std::optional<std::size_t>> members_;  // group of each answer
  std::optional<std::size_t> winner_;
  std::string reason_;
};

}  // namespace reckon
