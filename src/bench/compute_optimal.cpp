#include "bench/compute_optimal.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

namespace reckon {
namespace {

using Results = std::vector<const BenchResult*>;
using Observations = std::vector<statistics::Observation>;
using Indices = std::vector<std::size_t>;

// The judged answers of one configuration to one question.
struct Judged {
  std::size_t right = 0;
  std::size_t answers = 0;
  double cost = 0.0;           // of those without an error, whose cost is known
  std::size_t cost_known = 0;
};

struct Question {
  std::string row;
  std::size_t bin = 0;
  std::size_t fold = 0;
  std::vector<Judged> by_configuration;
};

struct Study {
  std::vector<Question> questions;
  std::vector<double> mean_cost;  // of each configuration
};

double cost_of(const BenchResult& result, CostUnit unit) {
  if (unit == CostUnit::flops) return *result.flops();
  return static_cast<double>(result.tokens.generated() + result.tokens.probe + result.tokens.scored);
}

CostUnit unit_of(const Results& results) {
  const bool known = std::ranges::all_of(
      results, [](const BenchResult* result) { return result->failed() || result->flops(); });
  return known ? CostUnit::flops : CostUnit::tokens;
}

// Results of the questions that every configuration has answered under every seed.
Results complete_questions(const BenchMatrix& matrix, const std::vector<BenchResult>& results) {
  std::map<std::string, std::size_t> cells;
  for (const auto& result : results) ++cells[result.row_id];
  Results complete;
  for (const auto& result : results) {
    if (cells[result.row_id] == matrix.configurations.size() * matrix.seeds.size()) complete.push_back(&result);
  }
  return complete;
}

std::size_t difficulty_seed_count(const BenchMatrix& matrix) { return (matrix.seeds.size() + 1) / 2; }

std::set<std::uint64_t> difficulty_seeds(const BenchMatrix& matrix) {
  return {matrix.seeds.begin(), matrix.seeds.begin() + static_cast<std::ptrdiff_t>(difficulty_seed_count(matrix))};
}

std::set<std::uint64_t> judged_seeds(const BenchMatrix& matrix) {
  if (matrix.seeds.size() == 1) return {matrix.seeds.front()};
  return {matrix.seeds.begin() + static_cast<std::ptrdiff_t>(difficulty_seed_count(matrix)), matrix.seeds.end()};
}

// Halves each bin; an odd bin's surplus goes to the folds in turn.
std::vector<Question> questions_of(const std::vector<DifficultyBin>& bins, std::size_t configurations) {
  std::vector<Question> questions;
  for (std::size_t bin = 0; bin < bins.size(); ++bin) {
    for (const auto& row : bins[bin].rows) {
      questions.push_back({row, bin, questions.size() % 2, std::vector<Judged>(configurations)});
    }
  }
  return questions;
}

void add(Judged& judged, const BenchResult& result, CostUnit unit) {
  ++judged.answers;
  if (result.failed()) return;
  if (result.correct) ++judged.right;
  judged.cost += cost_of(result, unit);
  ++judged.cost_known;
}

double mean_cost(const Judged& all) {
  return all.cost_known == 0 ? 0.0 : all.cost / static_cast<double>(all.cost_known);
}

Study make_study(const BenchMatrix& matrix, const Results& results, const ComputeOptimal& optimal) {
  Study study{questions_of(optimal.bins, matrix.configurations.size()), {}};
  std::map<std::string, std::size_t> question_of;
  for (std::size_t i = 0; i < study.questions.size(); ++i) question_of[study.questions[i].row] = i;
  std::map<std::string, std::size_t> configuration_of;
  for (std::size_t i = 0; i < matrix.configurations.size(); ++i) configuration_of[matrix.configurations[i].name] = i;
  const auto seeds = judged_seeds(matrix);
  for (const auto* result : results) {
    if (!seeds.contains(result->seed)) continue;
    Question& question = study.questions[question_of.at(result->row_id)];
    add(question.by_configuration[configuration_of.at(result->configuration)], *result, optimal.unit);
  }
  for (std::size_t i = 0; i < matrix.configurations.size(); ++i) {
    Judged all;
    for (const auto& question : study.questions) {
      all.cost += question.by_configuration[i].cost;
      all.cost_known += question.by_configuration[i].cost_known;
    }
    study.mean_cost.push_back(mean_cost(all));
  }
  return study;
}

// Cheapest first, so that the first of equals is the one to prefer.
Indices affordable(const Study& study, double budget) {
  Indices candidates(study.mean_cost.size());
  std::iota(candidates.begin(), candidates.end(), std::size_t{0});
  std::ranges::stable_sort(candidates, {}, [&](std::size_t i) { return study.mean_cost[i]; });
  std::erase_if(candidates, [&](std::size_t i) { return study.mean_cost[i] > budget; });
  return candidates;
}

// Which questions a choice looks at.
struct View {
  std::optional<std::size_t> bin;           // nothing: all
  std::optional<std::size_t> without_fold;  // nothing: all

  bool sees(const Question& question) const {
    return (!bin || question.bin == *bin) && (!without_fold || question.fold != *without_fold);
  }
};

// Every question has the same number of answers, so that counts compare as accuracies do, and exactly.
std::size_t best_of(const Study& study, const Indices& candidates, const View& view) {
  Indices right(study.mean_cost.size());
  for (const auto& question : study.questions) {
    if (!view.sees(question)) continue;
    for (const std::size_t i : candidates) right[i] += question.by_configuration[i].right;
  }
  return *std::ranges::max_element(candidates, {}, [&](std::size_t i) { return right[i]; });
}

// A bin in which there is nothing to see is answered like a question of unknown difficulty.
std::size_t best_in_bin(const Study& study, const Indices& candidates, const View& view) {
  const bool blind =
      std::ranges::none_of(study.questions, [&](const Question& question) { return view.sees(question); });
  return best_of(study, candidates, blind ? View{std::nullopt, view.without_fold} : view);
}

// What each question is answered with by the policy that the other fold chose, and by its best single one.
Indices cross_validated_policy(const Study& study, const Indices& candidates) {
  Indices chosen;
  for (const auto& question : study.questions) {
    chosen.push_back(best_in_bin(study, candidates, {question.bin, question.fold}));
  }
  return chosen;
}

Indices cross_validated_single(const Study& study, const Indices& candidates) {
  Indices best;
  for (const std::size_t fold : {0, 1}) best.push_back(best_of(study, candidates, {std::nullopt, fold}));
  Indices chosen;
  for (const auto& question : study.questions) chosen.push_back(best[question.fold]);
  return chosen;
}

Observations observe(const Study& study, const Indices& chosen) {
  Observations right;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Judged& judged = study.questions[i].by_configuration[chosen[i]];
    const double share = static_cast<double>(judged.right) / static_cast<double>(judged.answers);
    right.push_back({study.questions[i].row, 0, share});
  }
  return right;
}

double mean_value(const Observations& observations) {
  double sum = 0.0;
  for (const auto& observation : observations) sum += observation.value;
  return observations.empty() ? 0.0 : sum / static_cast<double>(observations.size());
}

AccuracyAndCost measure(const Study& study, const Indices& chosen) {
  Judged all;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Judged& judged = study.questions[i].by_configuration[chosen[i]];
    all.cost += judged.cost;
    all.cost_known += judged.cost_known;
  }
  return {mean_value(observe(study, chosen)), mean_cost(all)};
}

Result<BudgetLevel> make_level(const BenchMatrix& matrix, const Study& study, const ComputeOptimal& optimal,
                               const Rival& named, const statistics::BootstrapOptions& bootstrap) {
  const Indices candidates = affordable(study, named.cost);
  BudgetLevel level{.name = named.name, .budget = named.cost};
  const auto name_of = [&](std::size_t i) { return matrix.configurations[i].name; };
  for (std::size_t bin = 0; bin < optimal.bins.size(); ++bin) {
    level.choices.push_back(name_of(best_in_bin(study, candidates, {bin, std::nullopt})));
  }
  level.best_single = name_of(best_of(study, candidates, {}));
  const Indices policy = cross_validated_policy(study, candidates);
  const Indices single = cross_validated_single(study, candidates);
  level.policy = measure(study, policy);
  level.single = measure(study, single);
  level.named_accuracy = mean_value(named.right);
  RECKON_ASSIGN_OR_RETURN(level.against_single,
                          statistics::paired_difference(observe(study, policy), observe(study, single), bootstrap));
  RECKON_ASSIGN_OR_RETURN(level.against_named,
                          statistics::paired_difference(observe(study, policy), named.right, bootstrap));
  return level;
}

// The configurations themselves, as what the policy is compared with.
std::vector<Rival> rivals_of(const BenchMatrix& matrix, const Study& study) {
  std::vector<Rival> rivals;
  for (std::size_t i = 0; i < matrix.configurations.size(); ++i) {
    const Indices always(study.questions.size(), i);
    rivals.push_back({matrix.configurations[i].name, study.mean_cost[i], observe(study, always)});
  }
  return rivals;
}

// A rival may have answered more than was asked here.
Rival on_questions(Rival rival, const Study& study) {
  std::set<std::string> rows;
  for (const auto& question : study.questions) rows.insert(question.row);
  std::erase_if(rival.right, [&](const auto& observation) { return !rows.contains(observation.row); });
  return rival;
}

std::string reference_of(const BenchMatrix& matrix, const ComputeOptimalOptions& options) {
  return options.reference.empty() ? matrix.configurations.front().name : options.reference;
}

// Fills in the bins, and what it cost to know them.
Status estimate_difficulty(const BenchMatrix& matrix, const Results& results, const ComputeOptimalOptions& options,
                           ComputeOptimal& optimal) {
  const auto seeds = difficulty_seeds(matrix);
  Results reference;
  for (const auto* result : results) {
    if (result->configuration == optimal.reference && seeds.contains(result->seed)) reference.push_back(result);
  }
  RECKON_ASSIGN_OR_RETURN(auto ease, estimate_ease(reference, options.source));
  if (ease.size() < 2) return invalid_argument("a compute-optimal choice needs two questions that all have answered");
  for (const auto* result : reference) {
    if (!result->failed()) optimal.difficulty_cost += cost_of(*result, optimal.unit);
  }
  optimal.questions = ease.size();
  optimal.difficulty_cost /= static_cast<double>(ease.size());
  optimal.bins = options.binning == DifficultyBinning::quantile ? bin_by_quantile(std::move(ease), options.bins)
                                                                : bin_by_threshold(std::move(ease));
  return ok_status();
}

// Of the largest rival's model beside the one that was measured here.
double times_larger(const ComputeOptimalOptions& options) {
  double largest = 0.0;
  for (const Rival& rival : options.rivals) largest = std::max(largest, rival.flops_per_token);
  return options.flops_per_token > 0.0 ? largest / options.flops_per_token : 0.0;
}

void keep_settings(const BenchMatrix& matrix, ComputeOptimal& optimal) {
  for (const auto& configuration : matrix.configurations) {
    const auto chooses = [&](const BudgetLevel& level) { return std::ranges::find(level.choices, configuration.name) != level.choices.end(); };
    if (configuration.name != optimal.reference && std::ranges::none_of(optimal.levels, chooses)) continue;
    optimal.settings[configuration.name] = configuration.settings;
  }
}

}  // namespace

std::string_view to_string(CostUnit unit) { return unit == CostUnit::flops ? "FLOPs" : "generated and scored tokens"; }

Status check_compute_optimal(const BenchMatrix& matrix, const ComputeOptimalOptions& options) {
  if (matrix.configurations.empty() || matrix.seeds.empty()) return invalid_argument("there is nothing to choose from");
  if (options.bins == 0) return invalid_argument("there must be at least one bin of difficulty");
  const std::string reference = reference_of(matrix, options);
  if (std::ranges::find(matrix.configurations, reference, &Configuration::name) == matrix.configurations.end()) {
    return invalid_argument("difficulty is to be estimated by " + reference + ", which is none of the configurations");
  }
  if (options.source == DifficultySource::scores && options.binning == DifficultyBinning::absolute) {
    return invalid_argument("absolute bins are of shares of right answers, which scores are not: give a number of bins");
  }
  if (options.source == DifficultySource::oracle && matrix.seeds.size() < 2) {
    return invalid_argument("oracle difficulty needs at least two seeds: one to estimate from, another to judge by");
  }
  return ok_status();
}

Result<ComputeOptimal> compute_optimal(const BenchMatrix& matrix, const std::vector<BenchResult>& results,
                                       const ComputeOptimalOptions& options) {
  RECKON_RETURN_IF_ERROR(check_compute_optimal(matrix, options));
  const Results complete = complete_questions(matrix, results);
  ComputeOptimal optimal{
      .source = options.source, .binning = options.binning, .reference = reference_of(matrix, options)};
  optimal.unit = unit_of(complete);
  if (!options.rivals.empty() && optimal.unit != CostUnit::flops) {
    return invalid_argument("another model is compared at equal FLOPs, which some results do not know");
  }
  optimal.difficulty_seeds = difficulty_seeds(matrix).size();
  optimal.judged_seeds = judged_seeds(matrix).size();
  optimal.seeds = matrix.seeds.size();
  RECKON_RETURN_IF_ERROR(estimate_difficulty(matrix, complete, options, optimal));
  const Study study = make_study(matrix, complete, optimal);
  optimal.larger = times_larger(options);
  std::vector<Rival> rivals = rivals_of(matrix, study);
  for (const Rival& rival : options.rivals) rivals.push_back(on_questions(rival, study));
  std::ranges::stable_sort(rivals, {}, &Rival::cost);
  for (const Rival& rival : rivals) {
    if (affordable(study, rival.cost).empty()) continue;  // cheaper than everything here
    RECKON_ASSIGN_OR_RETURN(auto level, make_level(matrix, study, optimal, rival, options.bootstrap));
    optimal.levels.push_back(std::move(level));
  }
  keep_settings(matrix, optimal);
  return optimal;
}

}  // namespace reckon
