#include "bench/report_rounds.h"

#include <algorithm>
#include <cmath>

#include "bench/report_format.h"

namespace reckon {
namespace {

using namespace report_format;

int last_round(const BenchResult& result) {
  int last = 0;
  for (const auto& trace : result.pool) last = std::max(last, trace.round);
  return last;
}

bool has_score(const BenchTrace& trace) { return trace.score && !std::isnan(trace.score->value); }
bool is_scored_sample(const BenchTrace& trace) { return trace.round == 0 && has_score(trace); }

// Adds what a result, which has scored samples, had come to by the end of a round.
void add_up_to(const BenchResult& result, int round, RoundSummary& sum) {
  const BenchTrace* best = nullptr;
  bool any_correct = false;
  for (const auto& trace : result.pool) {
    if (trace.round > round) continue;
    if (trace.round == round) sum.responses += 1.0;
    any_correct |= trace.correct;
    if (has_score(trace) && (best == nullptr || trace.score->value > best->score->value)) best = &trace;
  }
  sum.best_score += best->score->value;
  sum.accuracy += best->correct ? 1.0 : 0.0;
  sum.any_correct += any_correct ? 1.0 : 0.0;
}

std::string score_text(double value) { return fixed(value, 3); }

}  // namespace

std::vector<RoundSummary> summarise_rounds(const std::vector<const BenchResult*>& results) {
  std::vector<const BenchResult*> scored;
  int last = 0;
  for (const auto* result : results) {
    if (result->failed() || std::ranges::none_of(result->pool, is_scored_sample)) continue;
    scored.push_back(result);
    last = std::max(last, last_round(*result));
  }
  std::vector<RoundSummary> rounds;
  if (last == 0) return rounds;
  const double n = static_cast<double>(scored.size());
  for (int round = 0; round <= last; ++round) {
    RoundSummary sum{.round = round, .answers = scored.size()};
    for (const auto* result : scored) add_up_to(*result, round, sum);
    for (double* value : {&sum.responses, &sum.best_score, &sum.accuracy, &sum.any_correct}) *value /= n;
    rounds.push_back(sum);
  }
  return rounds;
}

ReportTable rounds_table(const BenchReport& report) {
  ReportTable table{.columns = {"configuration", "round", "answers", "new responses", "score of the best so far", "it is right", "any so far is right"}, .rows = {}};
  for (const auto& summary : report.configurations) {
    for (const auto& round : summary.rounds) {
      table.rows.push_back({summary.configuration.name, std::to_string(round.round), std::to_string(round.answers), fixed(round.responses, 1),
                            score_text(round.best_score), percent(round.accuracy), percent(round.any_correct)});
    }
  }
  return table;
}

std::vector<std::string> rounds_notes(const BenchReport& report) {
  std::vector<std::string> notes;
  for (const auto& summary : report.configurations) {
    if (summary.rounds.empty()) continue;
    const auto& first = summary.rounds.front();
    const auto& last = summary.rounds.back();
    if (notes.empty()) {
      notes.push_back("Round 0 is the samples. A round that brought an answer nothing leaves it as it was; answers whose samples have no score are left out.");
    }
    if (last.best_score <= first.best_score || last.accuracy >= first.accuracy) continue;
    notes.push_back(summary.configuration.name + ": the score rose from " + score_text(first.best_score) + " to " + score_text(last.best_score) + " while accuracy fell from " +
                    percent(first.accuracy) + " to " + percent(last.accuracy) + ": the scorer was optimised, not the answers (reward hacking).");
  }
  return notes;
}

}  // namespace reckon
