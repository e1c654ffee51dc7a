#include "search/select.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <tuple>

#include "scoring/answer_equivalence.h"
#include "scoring/answer_groups.h"

namespace reckon {
namespace {

// The traces' answers in groups, and which group each trace is in.
struct Grouped {
  AnswerGroups groups;
  std::vector<std::optional<std::size_t>> membership;
};

Grouped group_answers(std::span<const SampledTrace> traces, std::span<const double> weights) {
  Grouped grouped;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    grouped.membership.push_back(
        grouped.groups.add(parse_answer(traces[i].answer), weights.empty() ? 1.0 : weights[i]));
  }
  return grouped;
}

void list_shares(const AnswerGroups& groups, Answer& answer) {
  for (const auto& group : groups.groups()) {
    answer.shares.push_back({group.surface, static_cast<int>(group.count), group.weight});
  }
  std::ranges::stable_sort(answer.shares,
                           [](const AnswerShare& a, const AnswerShare& b) { return a.weight > b.weight; });
}

PooledTrace pooled(const SampledTrace& sampled) {
  const TraceStats& stats = sampled.trace.stats;
  return {.answer = sampled.answer,
          .generated = sampled.trace.counts.generated(),
          .stats = {stats.tokens, stats.logprob, stats.self_certainty, stats.confidences, {}},
          .score = sampled.score,
          .round = sampled.round};
}

Answer shown(std::span<const SampledTrace> traces, const Grouped& grouped, std::size_t chosen) {
  Answer answer;
  answer.traces = static_cast<int>(traces.size());
  list_shares(grouped.groups, answer);
  for (const auto& sampled : traces) answer.pool.push_back(pooled(sampled));
  if (const auto group = grouped.membership[chosen]) {
    const auto& members = grouped.groups.groups()[*group];
    answer.text = traces[chosen].answer;
    answer.agreement = static_cast<double>(members.count) / static_cast<double>(traces.size());
  }
  answer.trace = traces[chosen].trace.full_text;
  answer.finish = traces[chosen].trace.finish;
  answer.think = traces[chosen].trace.think;
  return answer;
}

double rankable(double score) { return std::isnan(score) ? -std::numeric_limits<double>::infinity() : score; }

// The trace to show: of the group's members, the one with the largest weight, first seen on ties.
std::size_t best_member(const Grouped& grouped, std::span<const double> weights, std::size_t group) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < grouped.membership.size(); ++i) {
    if (grouped.membership[i] != group) continue;
    if (!best || (!weights.empty() && rankable(weights[i]) > rankable(weights[*best]))) best = i;
  }
  return best.value_or(0);
}

bool has_answer(const SampledTrace& trace) {
  return !canonical_key(parse_answer(trace.answer)).empty();
}

std::size_t shortest(std::span<const SampledTrace> traces) {
  std::optional<std::size_t> best;
  // Completed traces go before the others, traces with an answer before those without.
  const auto key = [&](std::size_t i) {
    const auto& trace = traces[i].trace;
    return std::tuple(!has_answer(traces[i]), !is_complete(trace.finish), trace.counts.generated());
  };
  for (std::size_t i = 0; i < traces.size(); ++i) {
    if (!best || key(i) < key(*best)) best = i;
  }
  return best.value_or(0);
}

// The first of ranked_by_score(); when no trace has an answer, the best score of all.
std::size_t best_by_score(std::span<const SampledTrace> traces, std::span<const double> scores) {
  if (const auto ranked = ranked_by_score(traces, scores); !ranked.empty()) return ranked.front();
  return static_cast<std::size_t>(std::ranges::max_element(scores, std::less<>(), rankable) - scores.begin());
}

}  // namespace

Answer select_answer(std::span<const SampledTrace> traces, std::span<const double> weights, Selection selection) {
  if (traces.empty()) return {};
  if (selection == Selection::shortest) return answer_of(traces, shortest(traces));
  if (selection == Selection::max) return answer_of(traces, best_by_score(traces, weights));
  // Weights that say nothing of anybody leave a vote.
  const bool weighs = selection == Selection::weighted && std::ranges::any_of(weights, [](double weight) { return weight > 0.0; });
  const Grouped grouped = group_answers(traces, weighs ? weights : std::span<const double>());
  const auto leader = grouped.groups.leader_by_weight();
  return shown(traces, grouped, leader ? best_member(grouped, weights, *leader) : 0);
}

Answer answer_of(std::span<const SampledTrace> traces, std::size_t chosen) {
  return shown(traces, group_answers(traces, {}), chosen);
}

std::vector<std::size_t> ranked_by_score(std::span<const SampledTrace> traces, std::span<const double> scores) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    if (has_answer(traces[i])) order.push_back(i);
  }
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return rankable(scores[i]); });
  return order;
}

std::vector<double> verifier_weights(std::span<const SampledTrace> traces, std::span<const double> scores, Calibration calibration) {
  std::vector<double> weights(scores.begin(), scores.end());
  if (calibration == Calibration::uncalibrated) weights = softmax_weights(traces, scores, 1.0);
  for (double& weight : weights) weight = std::isfinite(weight) ? weight : 0.0;
  return weights;
}

std::vector<double> softmax_weights(std::span<const SampledTrace> traces, std::span<const double> scores,
                                    double temperature) {
  std::vector<double> weights(traces.size(), 0.0);
  const auto ranked = ranked_by_score(traces, scores);
  const auto best = std::ranges::find_if(ranked, [&](std::size_t i) { return std::isfinite(scores[i]); });
  if (best == ranked.end()) return weights;
  double total = 0.0;
  for (const std::size_t i : ranked) {
    if (std::isfinite(scores[i])) total += weights[i] = std::exp((scores[i] - scores[*best]) / temperature);
  }
  for (double& weight : weights) weight /= total;
  return weights;
}

std::vector<double> borda_weights(std::span<const SampledTrace> traces, std::span<const double> scores, double power) {
  std::vector<double> weights(traces.size(), 0.0);
  const auto ranked = ranked_by_score(traces, scores);
  for (std::size_t begin = 0, end = 0; begin < ranked.size(); begin = end) {
    double sum = 0.0;
    for (end = begin; end < ranked.size() && scores[ranked[end]] == scores[ranked[begin]]; ++end) {
      sum += std::pow(static_cast<double>(ranked.size() - end), power);
    }
    if (end == begin) break;  // no number: no vote
    for (std::size_t i = begin; i < end; ++i) weights[ranked[i]] = sum / static_cast<double>(end - begin);
  }
  return weights;
}

std::vector<double> only_top(std::span<const SampledTrace> traces, std::span<const double> scores,
                             std::vector<double> weights, double percent) {
  const auto ranked = ranked_by_score(traces, scores);
  const auto wanted = static_cast<std::size_t>(std::ceil(percent / 100.0 * static_cast<double>(ranked.size()) - 1e-9));
  const std::size_t kept = std::clamp<std::size_t>(wanted, std::min<std::size_t>(1, ranked.size()), ranked.size());
  std::vector<double> result(traces.size(), 0.0);
  for (std::size_t i = 0; i < kept; ++i) result[ranked[i]] = weights[ranked[i]];
  return result;
}

}  // namespace reckon
