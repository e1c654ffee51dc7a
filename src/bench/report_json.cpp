#include <nlohmann/json.hpp>

#include "bench/result_json.h"
#include "bench/report.h"
#include "bench/report_budget.h"
#include "bench/report_compute_optimal.h"
#include "bench/report_notes.h"

namespace reckon {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json interval_json(const statistics::Interval& interval) { return Json::array({interval.low, interval.high}); }

// The settings as an object where they are one, so that readers need not parse twice.
Json settings_json(const std::string& settings) {
  Json parsed = Json::parse(settings, nullptr, /*allow_exceptions=*/false);
  return parsed.is_discarded() ? Json(settings) : parsed;
}

Json mean_tokens_json(const MeanTokens& tokens) {
  Json json;
  for (std::size_t i = 0; i < bench_token_kinds.size(); ++i) json[bench_token_kinds[i].name] = tokens.by_kind[i];
  json["generated"] = tokens.generated;
  json["computed"] = tokens.computed;
  return json;
}

Json configuration_json(const ConfigurationSummary& summary) {
  Json swept = Json::object();
  for (const auto& value : summary.configuration.swept) swept[value.name] = value.value;
  Json rounds = Json::array();
  for (const auto& round : summary.rounds) {
    rounds.push_back({{"round", round.round},
                      {"answers", round.answers},
                      {"mean_responses", round.responses},
                      {"mean_best_score", round.best_score},
                      {"accuracy", round.accuracy},
                      {"any_correct_rate", round.any_correct}});
  }
  return {{"name", summary.configuration.name},
          {"settings", settings_json(summary.configuration.settings)},
          {"swept", std::move(swept)},
          {"rows", summary.rows},
          {"seeds", summary.seeds},
          {"answers", summary.answers},
          {"correct", summary.correct},
          {"unanswered", summary.unanswered},
          {"errors", summary.errors},
          {"missing", summary.missing},
          {"accuracy", summary.accuracy},
          {"wilson_interval", interval_json(summary.wilson)},
          {"over_rows_interval", interval_json(summary.over_rows)},
          {"mean_tokens", mean_tokens_json(summary.tokens)},
          {"mean_calls", Json::parse(calls_to_json(summary.calls))},
          {"mean_policy_flops", optional_json(summary.policy_flops)},
          {"mean_scoring_flops", optional_json(summary.scoring_flops)},
          {"mean_wall_ms", summary.wall_ms},
          {"median_wall_ms", summary.wall_ms_median},
          {"mean_agreement", optional_json(summary.mean_agreement)},
          {"any_correct_known", summary.any_correct_known},
          {"any_correct_rate", optional_json(any_correct_rate(summary))},
          {"underthinking", optional_json(summary.underthinking)},
          {"underthinking_of_wrong", optional_json(summary.underthinking_of_wrong)},
          {"generated_per_correct", optional_json(summary.generated_per_correct)},
          {"rounds", std::move(rounds)},
          {"on_front", summary.on_front}};
}

Json comparison_json(const ComparisonSummary& comparison) {
  return {{"configuration", comparison.configuration},
          {"baseline", comparison.baseline},
          {"accuracy_difference", comparison.accuracy.difference},
          {"interval", interval_json(comparison.accuracy.interval)},
          {"rows", comparison.accuracy.rows},
          {"rows_better", comparison.accuracy.better},
          {"rows_worse", comparison.accuracy.worse},
          {"generated_ratio", comparison.generated_ratio > 0.0 ? Json(comparison.generated_ratio) : Json(nullptr)}};
}

Json budget_json(const BudgetSummary& budget, const BenchReport& report) {
  const auto& best = report.configurations[budget.best];
  return {{"axis", budget.axis},
          {"family", budget.family},
          {"configurations", budget.configurations},
          {"mean_thinking_tokens", Json::array({budget.least_thinking, budget.most_thinking})},
          {"limited_answers", budget.limited_answers},
          {"control", optional_json(budget.control)},
          {"scaling_points_per_1k_tokens", budget.scaling ? Json(points_per_1k(*budget.scaling)) : Json(nullptr)},
          {"scaling_pairs", budget.scaling ? budget.scaling->pairs : 0},
          {"performance", best.accuracy},
          {"best_configuration", best.configuration.name}};
}

Json result_json(const BenchResult& result) {
  Json tokens;
  for (const auto& kind : bench_token_kinds) tokens[kind.name] = result.tokens.*kind.count;
  return {{"configuration", result.configuration},
          {"row", result.row_id},
          {"seed", result.seed},
          {"answer", result.answer},
          {"reference", result.reference},
          {"correct", result.correct},
          {"self_graded", result.self_graded},
          {"agreement", optional_json(result.agreement)},
          {"any_correct", optional_json(result.any_correct)},
          {"underthinking", optional_json(result.underthinking)},
          {"pool", Json::parse(pool_to_json(result.pool))},
          {"tokens", std::move(tokens)},
          {"calls", Json::parse(calls_to_json(result.calls))},
          {"policy_flops", optional_json(result.policy_flops)},
          {"scoring_flops", optional_json(result.scoring_flops)},
          {"wall_ms", result.wall_ms},
          {"finish_reason", result.finish_reason},
          {"error", result.failed() ? Json(result.error) : Json(nullptr)}};
}

}  // namespace

std::string report_json(const BenchReport& report) {
  Json json = {{"format", "reckon-bench-1"},
               {"title", report.info.title},
               {"command", report.info.command},
               {"created", report.info.created},
               {"data", {{"name", report.data_name}, {"sha256", report.data_digest}, {"rows", report.rows}}},
               {"model", report.model},
               {"model_identity", report.info.model_identity},
               {"flops_per_token", report.info.flops_per_token},
               {"seeds", report.seeds},
               {"confidence", report.info.bootstrap.confidence},
               {"bootstrap_resamples", report.info.bootstrap.resamples},
               {"baseline", report.info.baseline},
               {"missing", report.missing},
               {"elapsed_ms", report.elapsed_ms},
               {"notes", report.info.notes},
               {"first_errors", report.first_errors}};
  json["configurations"] = Json::array();
  for (const auto& summary : report.configurations) json["configurations"].push_back(configuration_json(summary));
  json["comparisons"] = Json::array();
  for (const auto& comparison : report.comparisons) json["comparisons"].push_back(comparison_json(comparison));
  json["budget_control"] = Json::array();
  for (const auto& budget : report.budget_control) json["budget_control"].push_back(budget_json(budget, report));
  if (report.compute_optimal) json["compute_optimal"] = Json::parse(policy_json(*report.compute_optimal));
  json["results"] = Json::array();
  for (const auto& result : report.results) json["results"].push_back(result_json(result));
  // Model output may be malformed UTF-8; it is replaced, not refused.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reckon
