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
    score_of_.emplace(keys.back(), Score{.value = std::numeric_limits<double>::quiet_NaN()});
    asked.push_back(keys.back());
    candidates.push_back(candidate_of(context_.task(), response));
    if (response.trace.branch.prompt_tokens > 0) candidates.back().branch = &response.trace.branch;
  }
  if (!failed_ && !candidates.empty()) {
    const auto scored = score_candidates(context_, candidates);
    if (!scored.ok()) {
      scores_lost_ = responses_.empty();
      failed_ = true;
      context_.warn(std::string("the scorer failed, so ") + (scores_lost_ ? "this is a plain vote: " : "the best so far is the answer: ") +
                    scored.status().to_string());
    }
    for (std::size_t i = 0; scored.ok() && i < asked.size(); ++i) score_of_[asked[i]] = (*scored)[i];
  }
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const Score& score = score_of_[keys[i]];
    if (std::isnan(score.value) && !failed_ && !std::exchange(warned_, true)) {
      context_.warn("the scorer gave no number for a response: it cannot be chosen");
    }
    if (!failed_) {
      context_.emit({.kind = EventKind::step_scored, .trace = static_cast<std::uint64_t>(responses[i].trace.id), .count = round, .value = score.value});
    }
    responses[i].index = responses_.size();
    responses[i].trace.branch = {};
    responses[i].score = score;
    responses[i].round = round;
    responses_.push_back(std::move(responses[i]));
  }
  return !failed_;
}

std::size_t ScoredPool::best() const {
  std::size_t best = 0;
  for (std::size_t i = 1; i < size(); ++i) {
    if (score(i) > score(best) || (std::isnan(score(best)) && !std::isnan(score(i)))) best = i;
  }
  return best;
}

std::size_t ScoredPool::worst(int from_round) const {
  std::optional<std::size_t> worst;
  if (!empty()) from_round = std::min(from_round, responses_.back().round);  // a round may have brought nothing
  for (std::size_t i = 0; i < size(); ++i) {
    if (responses_[i].round < from_round || std::isnan(score(i))) continue;
    if (!worst || score(i) < score(*worst)) worst = i;
  }
  return worst.value_or(best());
}

Answer ScoredPool::answer() const {
  return scores_lost_ || empty() ? select_answer(responses_, {}, Selection::vote) : answer_of(responses_, best());
}

}  // namespace reckon
