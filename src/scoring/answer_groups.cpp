#include "scoring/answer_groups.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "scoring/answer_equivalence.h"

namespace reckon {
namespace {

// True when `answer` carries every mark of `representative` and one more.
bool has_more_marks(const AnswerValue& answer, const AnswerValue& representative) {
  const bool keeps = (representative.unit().empty() || representative.unit() == answer.unit()) &&
                     (representative.name().empty() || representative.name() == answer.name());
  return keeps && (answer.unit() != representative.unit() || answer.name() != representative.name());
}

}  // namespace

std::optional<std::size_t> AnswerGroups::find(const AnswerValue& answer, const std::string& key) {
  if (const auto known = by_key_.find(key); known != by_key_.end()) return known->second;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    auto& group = groups_[i];
    if (!equivalent(answer, group.representative, EquivalencePolicy::voting())) continue;
    if (has_more_marks(answer, group.representative)) group.representative = answer;
    by_key_.emplace(key, i);
    return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> AnswerGroups::add(const AnswerValue& answer, double weight) {
  const std::size_t index = added_++;
  const auto key = canonical_key(answer);
  if (key.empty()) {
    ++missing_;
    return std::nullopt;
  }
  auto at = find(answer, key);
  if (!at) {
    at = groups_.size();
    groups_.push_back({.representative = answer, .surface = answer.text(), .first_index = index});
    by_key_.emplace(key, *at);
  }
  auto& group = groups_[*at];
  ++group.count;
  if (std::isfinite(weight) && weight > 0.0) group.weight += weight;
  return at;
}

double AnswerGroups::total_weight() const {
  return std::accumulate(groups_.begin(), groups_.end(), 0.0, [](double sum, const auto& g) { return sum + g.weight; });
}

std::optional<std::size_t> AnswerGroups::leader_by_count() const {
  if (groups_.empty()) return std::nullopt;
  const auto best = std::max_element(groups_.begin(), groups_.end(), [](const auto& a, const auto& b) { return a.count < b.count; });
  return static_cast<std::size_t>(best - groups_.begin());
}

std::optional<std::size_t> AnswerGroups::leader_by_weight() const {
  if (groups_.empty()) return std::nullopt;
  const auto best = std::max_element(groups_.begin(), groups_.end(), [](const auto& a, const auto& b) { return a.weight < b.weight; });
  return static_cast<std::size_t>(best - groups_.begin());
}

std::vector<std::size_t> AnswerGroups::ranked_by_count() const {
  std::vector<std::size_t> order(groups_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [this](auto a, auto b) { return groups_[a].count > groups_[b].count; });
  return order;
}

}  // namespace reckon
