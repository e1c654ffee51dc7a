// The "By round" part of the reports: what each round of a method that revises was worth (TPO 2501.12895, figure 3;
// feedback-edit 2503.04378). Pure; text is not escaped.
#pragma once

#include <string>
#include <vector>

#include "bench/report.h"
#include "bench/report_table.h"

namespace reckon {

// From the pools of a configuration's results: those that hold scored traces. Empty when all of them are of round 0.
std::vector<RoundSummary> summarise_rounds(const std::vector<const BenchResult*>& results);

// All configurations that have rounds; no rows when there are none.
ReportTable rounds_table(const BenchReport& report);
// What the columns mean, and where the score rose while accuracy fell.
std::vector<std::string> rounds_notes(const BenchReport& report);

}  // namespace reckon
