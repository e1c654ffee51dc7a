#include "bench/report_sections.h"

#include "bench/report_budget.h"
#include "bench/report_calls.h"
#include "bench/report_compute_optimal.h"
#include "bench/report_notes.h"
#include "bench/report_rounds.h"

namespace reckon {

std::vector<ReportSection> report_sections(const BenchReport& report) {
  std::vector<ReportSection> sections;
  const auto add = [&sections](ReportSection section) {
    if (!section.table.rows.empty()) sections.push_back(std::move(section));
  };
  add({"Calls, mean per answer", calls_table(report)});
  add({"By round", rounds_table(report), rounds_notes(report)});
  add({"Budget control", budget_table(report), {budget_note()}});
  if (report.compute_optimal) {
    add({"Compute-optimal policy", policy_table(*report.compute_optimal)});
    add({"Its worth, cross-validated", worth_table(*report.compute_optimal, confidence_label(report)), {compute_optimal_note(*report.compute_optimal)}});
  }
  return sections;
}

}  // namespace reckon
