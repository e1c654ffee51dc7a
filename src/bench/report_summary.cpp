#include "bench/report.h"
#include "bench/report_budget.h"
#include "bench/report_calls.h"
#include "bench/report_rounds.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace reckon {
namespace {

using Results = std::vector<const BenchResult*>;
using Observations = std::vector<statistics::Observation>;

// An error counts as a wrong answer; see report.h.
Observations observations_of(const Results& results) {
  Observations observations;
  for (const auto* result : results) {
    observations.push_back({result->row_id, result->seed, !result->failed() && result->correct ? 1.0 : 0.0});
  }
  return observations;
}

void add_counts(ConfigurationSummary& summary, const Results& results) {
  std::set<std::string> rows;
  std::set<std::uint64_t> seeds;
  for (const auto* result : results) {
    rows.insert(result->row_id);
    seeds.insert(result->seed);
    if (result->failed()) ++summary.errors;
    else if (result->answer.empty()) ++summary.unanswered;
    if (result->failed()) continue;
    if (result->correct) ++summary.correct;
    if (result->agreement) summary.several_traces = true;
    if (!result->any_correct) continue;
    ++summary.any_correct_known;
    if (*result->any_correct) ++summary.any_correct;
  }
  summary.rows = rows.size();
  summary.seeds = seeds.size();
  summary.answers = results.size();
}

void add_costs(ConfigurationSummary& summary, const Results& results) {
  std::vector<double> wall;
  std::vector<double> agreements;
  std::vector<double> underthinking;
  std::vector<double> underthinking_of_wrong;
  double generated = 0.0;
  double computed = 0.0;
  std::array<double, bench_token_kinds.size()> sums{};
  for (const auto* result : results) {
    if (result->failed()) continue;
    wall.push_back(result->wall_ms);
    if (result->agreement) agreements.push_back(*result->agreement);
    if (result->underthinking) underthinking.push_back(*result->underthinking);
    if (result->underthinking && !result->correct) underthinking_of_wrong.push_back(*result->underthinking);
    generated += static_cast<double>(result->tokens.generated());
    computed += static_cast<double>(result->tokens.computed());
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] += static_cast<double>(result->tokens.*bench_token_kinds[i].count);
    }
  }
  if (wall.empty()) return;
  const double n = static_cast<double>(wall.size());
  for (std::size_t i = 0; i < sums.size(); ++i) summary.tokens.by_kind[i] = sums[i] / n;
  summary.tokens.generated = generated / n;
  summary.tokens.computed = computed / n;
  summary.wall_ms = statistics::mean(wall);
  summary.wall_ms_median = statistics::percentile(wall, 50.0);
  if (!agreements.empty()) summary.mean_agreement = statistics::mean(agreements);
  if (!underthinking.empty()) summary.underthinking = statistics::mean(underthinking);
  if (!underthinking_of_wrong.empty()) summary.underthinking_of_wrong = statistics::mean(underthinking_of_wrong);
  if (summary.correct > 0) summary.generated_per_correct = generated / static_cast<double>(summary.correct);
}

// All or nothing: a mean over some answers would not be comparable.
std::optional<double> mean_of_all(const Results& results, std::optional<double> BenchResult::*value) {
  double sum = 0.0;
  std::size_t answers = 0;
  for (const auto* result : results) {
    if (result->failed()) continue;
    if (!(result->*value)) return std::nullopt;
    sum += *(result->*value);
    ++answers;
  }
  if (answers == 0) return std::nullopt;
  return sum / static_cast<double>(answers);
}

ConfigurationSummary summarise_one(const BenchMatrix& matrix, std::size_t index, const Results& results,
                                   const statistics::BootstrapOptions& bootstrap) {
  ConfigurationSummary summary;
  summary.configuration = matrix.configurations[index];
  add_counts(summary, results);
  summary.missing = matrix.problems.rows.size() * matrix.seeds.size() - results.size();
  summary.wilson = statistics::wilson_interval(summary.correct, summary.answers, bootstrap.confidence);
  summary.over_rows = {0.0, 1.0};
  if (!results.empty()) {
    summary.accuracy = static_cast<double>(summary.correct) / static_cast<double>(summary.answers);
    if (auto rows = statistics::mean_over_rows(observations_of(results), bootstrap); rows.ok()) {
      summary.over_rows = rows->interval;
    }
  }
  add_costs(summary, results);
  summary.calls = mean_calls(results);
  summary.policy_flops = mean_of_all(results, &BenchResult::policy_flops);
  summary.scoring_flops = mean_of_all(results, &BenchResult::scoring_flops);
  summary.rounds = summarise_rounds(results);
  return summary;
}

bool has_costs(const ConfigurationSummary& summary) {
  return summary.answers > summary.errors && summary.tokens.generated > 0.0;
}

void mark_front(std::vector<ConfigurationSummary>& configurations) {
  std::vector<statistics::CostAndValue> points;
  std::vector<std::size_t> index_of;
  for (std::size_t i = 0; i < configurations.size(); ++i) {
    if (!has_costs(configurations[i])) continue;
    points.push_back({configurations[i].tokens.generated, configurations[i].accuracy});
    index_of.push_back(i);
  }
  for (const std::size_t point : statistics::pareto_front(points)) configurations[index_of[point]].on_front = true;
}

std::vector<ComparisonSummary> compare(const std::vector<ConfigurationSummary>& configurations,
                                       const std::vector<Results>& results, std::size_t baseline,
                                       const statistics::BootstrapOptions& bootstrap) {
  std::vector<ComparisonSummary> comparisons;
  const Observations base = observations_of(results[baseline]);
  for (std::size_t i = 0; i < configurations.size(); ++i) {
    if (i == baseline) continue;
    const auto difference = statistics::paired_difference(observations_of(results[i]), base, bootstrap);
    if (!difference.ok()) continue;  // no row in common: there is nothing to compare
    ComparisonSummary comparison{configurations[i].configuration.name, configurations[baseline].configuration.name,
                                 *difference, 0.0};
    if (has_costs(configurations[i]) && has_costs(configurations[baseline])) {
      comparison.generated_ratio = configurations[i].tokens.generated / configurations[baseline].tokens.generated;
    }
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

}  // namespace

Result<BenchReport> summarise(const BenchMatrix& matrix, const BenchRun& run, ReportInfo info) {
  if (matrix.configurations.empty()) return invalid_argument("there is no configuration to report");
  if (info.baseline.empty()) info.baseline = matrix.configurations.front().name;
  std::map<std::string, std::size_t> index_of;
  for (std::size_t i = 0; i < matrix.configurations.size(); ++i) index_of[matrix.configurations[i].name] = i;
  const auto baseline = index_of.find(info.baseline);
  if (baseline == index_of.end()) return invalid_argument("the baseline \"" + info.baseline + "\" is not a configuration of this run");
  if (!(info.bootstrap.confidence > 0.0 && info.bootstrap.confidence < 1.0) || info.bootstrap.resamples == 0) {
    return invalid_argument("a report needs a confidence between 0 and 1 and at least one resample");
  }

  std::vector<Results> results(matrix.configurations.size());
  for (const auto& result : run.results) {
    if (const auto found = index_of.find(result.configuration); found != index_of.end()) results[found->second].push_back(&result);
  }
  BenchReport report;
  for (std::size_t i = 0; i < results.size(); ++i) {
    report.configurations.push_back(summarise_one(matrix, i, results[i], info.bootstrap));
  }
  mark_front(report.configurations);
  report.comparisons = compare(report.configurations, results, baseline->second, info.bootstrap);
  report.budget_control = summarise_budgets(report.configurations, results);
  report.info = std::move(info);
  report.data_name = matrix.problems.name;
  report.data_digest = matrix.problems.digest;
  report.model = matrix.model;
  report.rows = matrix.problems.rows.size();
  report.seeds = matrix.seeds;
  report.missing = run.missing;
  report.elapsed_ms = run.elapsed_ms;
  report.first_errors = run.first_errors;
  report.problems = matrix.problems.rows;
  report.results = run.results;
  return report;
}

}  // namespace reckon
