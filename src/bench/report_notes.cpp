#include "bench/report_notes.h"

#include "bench/report_format.h"

namespace reckon {
namespace {

constexpr std::size_t few_rows = 30;   // below this, a percentile bootstrap is too narrow
constexpr std::size_t enough_seeds = 3;  // docs/design: at least three seeds for a comparison

}  // namespace

std::vector<std::size_t> used_token_kinds(const BenchReport& report) {
  std::vector<std::size_t> kinds;
  for (std::size_t kind = 0; kind < bench_token_kinds.size(); ++kind) {
    for (const auto& summary : report.configurations) {
      if (summary.tokens.by_kind[kind] == 0.0) continue;
      kinds.push_back(kind);
      break;
    }
  }
  return kinds;
}

std::string confidence_label(const BenchReport& report) {
  const double level = 100.0 * report.info.bootstrap.confidence;
  return report_format::fixed(level, level == static_cast<double>(static_cast<int>(level)) ? 0 : 1) + " % interval";
}

std::string unit_note(const BenchReport& report) {
  std::string note =
      "n is rows x seeds. Accuracy is over all answers; its interval is Wilson's, which takes every answer for an "
      "independent trial. ";
  if (report.seeds.size() > 1) {
    note += "Several seeds of one row are not independent, so it is somewhat too narrow; the JSON report also has the "
            "interval over rows. ";
  }
  return note + "Differences are paired by row (seeds averaged first), with a bootstrap interval over rows. An error "
                "counts as a wrong answer. Tokens and wall time are means per answer without an error; pending and "
                "cancelled tokens are counted in the generated ones too.";
}

std::vector<std::string> report_warnings(const BenchReport& report) {
  std::vector<std::string> warnings;
  std::size_t errors = 0;
  std::size_t answers = 0;
  for (const auto& summary : report.configurations) {
    errors += summary.errors;
    answers += summary.answers;
  }
  if (report.missing > 0) {
    warnings.push_back("Incomplete: " + std::to_string(report.missing) + " of " +
                       std::to_string(report.missing + answers) +
                       " results are missing. Resume the run to complete it.");
  }
  if (errors > 0) warnings.push_back(std::to_string(errors) + " of " + std::to_string(answers) + " results are errors and count as wrong.");
  if (report.rows < few_rows) {
    warnings.push_back("Only " + std::to_string(report.rows) + " rows: the intervals are rough and differences mean little.");
  }
  if (report.seeds.size() < enough_seeds) {
    warnings.push_back("Only " + std::to_string(report.seeds.size()) + (report.seeds.size() == 1 ? " seed" : " seeds") +
                       ": chance in sampling is not averaged out.");
  }
  return warnings;
}

}  // namespace reckon
