#include "search/scored_pool.h"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/text.h"
#include "search/select.h"

namespace reckon {

std::string folded_words(std::string_view text) {
  std::string folded;
  for (const char c : trim(text)) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) folded += c;
    else if (folded.back() != ' ') folded += ' ';
  }
  return folded;
}

bool ScoredPool::add(std::vector<SampledTrace> responses, int round) {
  std::vector<std::string> keys;
  std::vector<Candidate> candidates;
  std::vector<std::string> asked;
  for (auto& response : responses) {
    keys.push_back(folded_words(response.trace.full_text));
    const bool known = score_of_.contains(keys.back());
    repeats_ += known ? 1 : 0;
    if (known) continue;
    score_of_.emplace(keys.back(), std::numeric_limits<double>::quiet_NaN());
    asked.push_back(keys.back());
    candidates.push_back({context_.task().question, response.trace.full_text, response.answer, response.trace.stats});
    if (response.trace.branch.prompt_tokens > 0) candidates.back().branch = &response.trace.branch;
  }
  if (!scores_lost_ && !candidates.empty()) {
    const auto scored = context_.scorer()->score(candidates);
    if (!scored.ok()) {
      context_.warn("the scorer failed, so this is a plain vote: " + scored.status().to_string());
      scores_lost_ = true;
    }
    for (std::size_t i = 0; scored.ok() && i < asked.size(); ++i) score_of_[asked[i]] = (*scored)[i].value;
  }
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const double score = score_of_[keys[i]];
    if (std::isnan(score) && !scores_lost_ && !std::exchange(warned_, true)) {
      context_.warn("the scorer gave no number for a response: it cannot be chosen");
    }
    if (!scores_lost_) {
      context_.emit({.kind = EventKind::step_scored, .trace = static_cast<std::uint64_t>(responses[i].trace.id), .count = round, .value = score});
    }
    responses[i].index = responses_.size();
    responses[i].trace.branch = {};
    responses_.push_back(std::move(responses[i]));
    scores_.push_back(score);
    rounds_.push_back(round);
  }
  return !scores_lost_;
}

std::size_t ScoredPool::best() const {
  const auto ranked = ranked_by_score(responses_, scores_);
  return ranked.empty() ? 0 : ranked.front();
}

std::size_t ScoredPool::worst(int from_round) const {
  std::optional<std::size_t> worst;
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (rounds_[i] < from_round || std::isnan(scores_[i])) continue;
    if (!worst || scores_[i] < scores_[*worst]) worst = i;
  }
  return worst.value_or(best());
}

Answer ScoredPool::answer() const {
  return select_answer(responses_, scores_, scores_lost_ ? Selection::vote : Selection::max);
}

}  // namespace reckon
