#include "search/select.h"

#include <algorithm>
#include <optional>

#include "scoring/answer_groups.h"

namespace reckon {
namespace {

void list_shares(const AnswerGroups& groups, Answer& answer) {
  for (const auto& group : groups.groups()) {
    answer.shares.push_back({group.surface, static_cast<int>(group.count), group.weight});
  }
  std::ranges::stable_sort(answer.shares, [](const AnswerShare& a, const AnswerShare& b) { return a.weight > b.weight; });
}

// The trace to show: of the group's members, the one with the largest weight, first seen on ties.
std::size_t best_member(std::span<const std::optional<std::size_t>> membership, std::span<const double> weights, std::size_t group) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < membership.size(); ++i) {
    if (membership[i] != group) continue;
    if (!best || (!weights.empty() && weights[i] > weights[*best])) best = i;
  }
  return best.value_or(0);
}

}  // namespace

Answer select_answer(std::span<const SampledTrace> traces, std::span<const double> weights, Selection selection) {
  Answer answer;
  answer.traces = static_cast<int>(traces.size());
  if (traces.empty()) return answer;
  AnswerGroups groups;
  std::vector<std::optional<std::size_t>> membership;
  std::optional<std::size_t> best_scored;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    const bool weighs = selection == Selection::weighted;
    membership.push_back(groups.add(parse_answer(traces[i].answer), weighs ? weights[i] : 1.0));
    if (selection != Selection::max || !membership.back()) continue;
    if (!best_scored || weights[i] > weights[*best_scored]) best_scored = i;
  }
  list_shares(groups, answer);
  std::optional<std::size_t> leader = groups.leader_by_weight();
  if (selection == Selection::max && best_scored) leader = membership[*best_scored];
  std::size_t shown = 0;
  if (leader) {
    const auto& group = groups.groups()[*leader];
    shown = best_scored ? *best_scored : best_member(membership, weights, *leader);
    answer.text = group.surface;
    answer.agreement = static_cast<double>(group.count) / static_cast<double>(traces.size());
  }
  answer.trace = traces[shown].trace.full_text;
  answer.finish = traces[shown].trace.finish;
  answer.think = traces[shown].trace.think;
  return answer;
}

}  // namespace reckon
