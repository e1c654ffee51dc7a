// Summaries of a benchmark run and their three forms: JSON, a Markdown table, one HTML file.
//
// Units: accuracy over answers (rows x seeds); an error counts as a wrong answer, because leaving it
// out would flatter a method that fails on hard rows. The Wilson interval treats all answers as
// independent; `over_rows` resamples rows (seeds averaged first) and does not. Differences are paired
// by row. Token and time means are over answers without an error.
//
// Threading: pure functions on values. The HTML needs no network and no script, escapes everything
// that came from a model or a file, and follows the reader's light or dark setting.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "bench/budget_control.h"
#include "bench/compute_optimal.h"
#include "bench/outcome.h"
#include "bench/runner.h"
#include "bench/statistics.h"

namespace reckon {

struct ReportInfo {
  std::string title = "reckon bench";
  std::string command;       // how to repeat it; may be empty
  std::string model_identity;  // what the results belong to, see ExperimentKey; may be empty
  double flops_per_token = 0.0;  // of the model, 2 x parameters; 0: not known
  std::string created;       // a date for people; may be empty
  std::string baseline;      // configuration to compare with; empty: the first
  std::vector<std::string> notes;  // printed under the table
  statistics::BootstrapOptions bootstrap;  // its confidence is used for all intervals
};

struct MeanTokens {
  std::array<double, bench_token_kinds.size()> by_kind{};  // in the order of bench_token_kinds
  double generated = 0.0;
  double computed = 0.0;
};

// Of a method that revises, at the end of a round: means over the answers whose samples have scores. See report_rounds.h.
struct RoundSummary {
  int round = 0;            // 0: samples
  std::size_t answers = 0;
  double responses = 0.0;   // that this round brought
  double best_score = 0.0;  // of the best so far by the run's scorer; it never falls
  double accuracy = 0.0;    // of that one
  double any_correct = 0.0; // of all so far
};

struct ConfigurationSummary {
  Configuration configuration;
  std::size_t rows = 0;      // rows with at least one result
  std::size_t seeds = 0;     // distinct seeds seen
  std::size_t answers = 0;   // results, errors included: the denominator of the accuracy
  std::size_t correct = 0;
  std::size_t unanswered = 0;  // no answer text, no error
  std::size_t errors = 0;
  std::size_t missing = 0;   // cells of the matrix without a result
  double accuracy = 0.0;
  statistics::Interval wilson;     // over answers
  statistics::Interval over_rows;  // bootstrap over rows
  MeanTokens tokens;               // mean per answer
  std::optional<BenchCalls> calls;      // mean per answer; nothing when some answer's are not known
  std::optional<double> policy_flops;   // mean per answer, see outcome.h; nothing when some answer's are not known
  std::optional<double> scoring_flops;
  double wall_ms = 0.0;            // mean per answer
  double wall_ms_median = 0.0;
  std::optional<double> mean_agreement;
  // Over the answers where it is known whether any trace was right (pass@n).
  std::size_t any_correct = 0;
  std::size_t any_correct_known = 0;
  bool several_traces = false;  // some answer came from more than one trace
  // See underthinking.h, a proxy. Over single traces: all of them, right ones counting 0, and wrong ones.
  std::optional<double> underthinking;
  std::optional<double> underthinking_of_wrong;
  std::optional<double> generated_per_correct;  // all generated tokens / correct answers
  std::vector<RoundSummary> rounds;  // empty unless the method revises
  bool on_front = false;  // no other configuration is more accurate for as few generated tokens
};

struct ComparisonSummary {
  std::string configuration;
  std::string baseline;
  statistics::PairedDifference accuracy;  // in accuracy points, 0..1
  double generated_ratio = 0.0;           // mean generated tokens / the baseline's; 0: unknown
};

// Configurations that differ in one swept value only, and how their thinking and accuracy follow it;
// see budget_control.h.
struct BudgetSummary {
  std::string axis;            // "think"
  std::string family;          // the configurations' common name
  std::vector<std::string> configurations;
  double least_thinking = 0.0;  // of the configurations' mean tokens
  double most_thinking = 0.0;
  std::size_t limited_answers = 0;             // single traces whose swept value is a limit on thinking
  std::optional<double> control;               // 0..1, over those
  std::optional<BudgetScaling> scaling;        // accuracy (0..1) per token
  std::size_t best = 0;                        // index into the report's configurations
};

struct BenchReport {
  ReportInfo info;           // baseline filled in
  std::string data_name;
  std::string data_digest;
  std::string model;
  std::size_t rows = 0;
  std::vector<std::uint64_t> seeds;
  std::size_t missing = 0;
  double elapsed_ms = 0.0;
  std::vector<ConfigurationSummary> configurations;  // in matrix order
  std::vector<ComparisonSummary> comparisons;        // all but the baseline
  std::vector<BudgetSummary> budget_control;
  std::optional<ComputeOptimal> compute_optimal;     // not filled in by summarise()
  std::vector<std::string> first_errors;
  std::vector<Row> problems;          // for the per-row matrix
  std::vector<BenchResult> results;
};

// Errors: invalid_argument when the baseline is not a configuration of the matrix.
Result<BenchReport> summarise(const BenchMatrix& matrix, const BenchRun& run, ReportInfo info = {});

// Pretty-printed JSON with every number of the summary and every result. Rates are 0..1.
std::string report_json(const BenchReport& report);

// The summary and the differences as Markdown tables for docs.
std::string report_markdown(const BenchReport& report);

// One self-contained page.
std::string report_html(const BenchReport& report);

}  // namespace reckon
