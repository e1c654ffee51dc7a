// What the reports say after the accuracies, in the order in which they say it. Pure; text is not escaped.
#pragma once

#include <string>
#include <vector>

#include "bench/report.h"
#include "bench/report_table.h"

namespace reckon {

struct ReportSection {
  std::string title;
  ReportTable table;
  std::vector<std::string> notes = {};  // a paragraph each
};

// Those that have something to say: calls, rounds, budget control, compute-optimal choice.
std::vector<ReportSection> report_sections(const BenchReport& report);

}  // namespace reckon
