#include "bench/report_compute_optimal.h"

#include <nlohmann/json.hpp>

#include "bench/pretraining.h"
#include "bench/report_format.h"

namespace reckon {
namespace {

using namespace report_format;
using Json = nlohmann::ordered_json;

std::string cost_text(double cost, CostUnit unit) {
  return unit == CostUnit::flops ? quantity(cost / 1e9) + " GFLOPs" : quantity(cost) + " tokens";
}

std::string bin_title(const DifficultyBin& bin) {
  if (bin.rows.empty()) return bin.name + " (no questions)";
  return bin.name + " (" + std::to_string(bin.rows.size()) + " questions, " + fixed(bin.most, 2) + " to " +
         fixed(bin.least, 2) + ")";
}

std::string what_estimates(DifficultySource source) {
  switch (source) {
    case DifficultySource::oracle: return "the share of right answers of ";
    case DifficultySource::predicted: return "the agreement of the votes of ";
    case DifficultySource::scores: return "the mean score of the traces of ";
  }
  return {};
}

std::string difference_text(const statistics::PairedDifference& difference) {
  return signed_points(difference.difference) + " (" + points_interval(difference.interval) + ")";
}

Json difference_json(const statistics::PairedDifference& difference) {
  return {{"difference", difference.difference},
          {"interval", Json::array({difference.interval.low, difference.interval.high})},
          {"questions", difference.rows}};
}

Json bin_json(const DifficultyBin& bin) {
  return {{"name", bin.name},
          {"questions", bin.rows.size()},
          {"ease", Json::array({bin.least, bin.most})},
          {"rows", bin.rows}};
}

Json level_json(const BudgetLevel& level, const std::vector<DifficultyBin>& bins) {
  Json choices = Json::object();
  for (std::size_t i = 0; i < bins.size(); ++i) choices[bins[i].name] = level.choices[i];
  return {{"name", level.name},
          {"budget", level.budget},
          {"choices", std::move(choices)},
          {"best_single", level.best_single},
          {"accuracy", level.policy.accuracy},
          {"cost", level.policy.cost},
          {"single_accuracy", level.single.accuracy},
          {"single_cost", level.single.cost},
          {"named_accuracy", level.named_accuracy},
          {"against_single", difference_json(level.against_single)},
          {"against_named", difference_json(level.against_named)}};
}

}  // namespace

ReportTable policy_table(const ComputeOptimal& optimal) {
  ReportTable table{{"mean cost up to that of", "which is"}, {}};
  for (const auto& bin : optimal.bins) table.columns.push_back(bin_title(bin));
  table.columns.emplace_back("all bins");
  for (const auto& level : optimal.levels) {
    std::vector<std::string> row = {level.name, cost_text(level.budget, optimal.unit)};
    row.insert(row.end(), level.choices.begin(), level.choices.end());
    row.push_back(level.best_single);
    table.rows.push_back(std::move(row));
  }
  return table;
}

ReportTable worth_table(const ComputeOptimal& optimal, const std::string& interval_label) {
  ReportTable table{{"mean cost up to that of", "accuracy of the policy", "at", "with the estimate",
                     "against the best single (" + interval_label + ")", "against that one (" + interval_label + ")"},
                    {}};
  for (const auto& level : optimal.levels) {
    table.rows.push_back({level.name, percent(level.policy.accuracy), cost_text(level.policy.cost, optimal.unit),
                          cost_text(level.policy.cost + optimal.difficulty_cost, optimal.unit),
                          difference_text(level.against_single), difference_text(level.against_named)});
  }
  return table;
}

std::string compute_optimal_note(const ComputeOptimal& optimal) {
  const bool oracle = optimal.source == DifficultySource::oracle;
  std::string note = "Compute-optimal choice as in 2408.03314. Difficulty is " + std::string(to_string(optimal.source)) + ": " +
                     what_estimates(optimal.source) + optimal.reference + " under " + std::to_string(optimal.difficulty_seeds) + " of " +
                     std::to_string(optimal.seeds) + " seeds";
  if (optimal.seeds > 1) note += "; answers under the other " + std::to_string(optimal.judged_seeds) + " are judged";
  note += ". ";
  if (oracle) note += "It needs the references, so nobody can have it for a new question. ";
  if (optimal.larger > 1.0) {
    note += "The other model is " + fixed(optimal.larger, 1) + " times larger. With pretraining counted, for equal tokens of it, this one may compute";
    for (const double share : {0.16, 0.79, 22.0}) {
      note += (share < 0.5 ? " " : ", ") + fixed(matched_inference(optimal.larger, share), 1) + " times as much at R = " + fixed(share, 2);
    }
    note += " (section 7; R: tokens ever generated / tokens of pretraining). ";
  }
  return note + "The policy is chosen on all " + std::to_string(optimal.questions) +
         " questions that every configuration has answered; its worth is measured by 2-fold cross-validation over "
         "them, and so is that of the best single configuration. The intervals take what the folds chose as given. "
         "Costs are mean " + std::string(to_string(optimal.unit)) +
         " per answer, of scorers too, without prompts; estimating difficulty is in \"with the estimate\" only. A "
         "budget that affords nothing here is left out. Of several budgets, some differ by chance.";
}

std::string policy_json(const ComputeOptimal& optimal) {
  Json json = {{"format", "reckon-policy-1"},
               {"difficulty", to_string(optimal.source)},
               {"bins_by", optimal.binning == DifficultyBinning::quantile ? "quantile" : "absolute"},
               {"reference", optimal.reference},
               {"unit", to_string(optimal.unit)},
               {"difficulty_cost", optimal.difficulty_cost},
               {"questions", optimal.questions},
               {"difficulty_seeds", optimal.difficulty_seeds},
               {"judged_seeds", optimal.judged_seeds},
               {"seeds", optimal.seeds}};
  json["bins"] = Json::array();
  for (const auto& bin : optimal.bins) json["bins"].push_back(bin_json(bin));
  json["budgets"] = Json::array();
  for (const auto& level : optimal.levels) json["budgets"].push_back(level_json(level, optimal.bins));
  json["model"] = optimal.model;
  json["settings"] = Json::object();
  for (const auto& [name, settings] : optimal.settings) json["settings"][name] = Json::parse(settings, nullptr, /*allow_exceptions=*/false);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reckon
