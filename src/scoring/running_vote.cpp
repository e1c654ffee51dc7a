#include "scoring/running_vote.h"

#include "scoring/vote_rules.h"

namespace reckon {

bool RunningVote::add(const std::string& answer) {
  members_.push_back(groups_.add(parse_answer(answer)));
  return decide();
}

bool RunningVote::decide() {
  const auto ranked = groups_.ranked_by_count();
  if (ranked.empty()) return false;
  winner_ = ranked[0];
  if (seen() >= rule_.samples) return false;  // the end, not an early one
  const auto votes = [&](std::size_t rank) {
    return rank < ranked.size() ? static_cast<std::int64_t>(groups_.groups()[ranked[rank]].count) : 0;
  };
  if (consensus_reached(votes(0), votes(1), static_cast<std::int64_t>(rule_.samples - seen()))) {
    reason_ = "consensus";
  } else if (rule_.kind == StopRule::Kind::beta && beta_confidence(votes(0), votes(1)) >= rule_.threshold) {
    reason_ = "confidence";
  } else if (rule_.kind == StopRule::Kind::esc && window_agrees(members_, rule_.window)) {
    reason_ = "window";
    winner_ = members_.back();  // the window's own answer, even if earlier windows leaned elsewhere
  } else if (seen() == (rule_.samples + 1) / 2 && static_cast<double>(votes(0)) < rule_.futility * static_cast<double>(seen())) {
    reason_ = "futility";
  }
  return stopped();
}

}  // namespace reckon
