// The compute-optimal part of the reports, and the policy as a file. Pure; text is not escaped.
#pragma once

#include <string>
#include <vector>

#include "bench/compute_optimal.h"
#include "bench/report_table.h"

namespace reckon {

// Budgets down, bins of difficulty across: which configuration to use.
ReportTable policy_table(const ComputeOptimal& optimal);
// Budgets down: the policy's accuracy against the best single configuration and against what the budget is named after.
ReportTable worth_table(const ComputeOptimal& optimal, const std::string& interval_label);
// How difficulty was estimated and what the columns mean.
std::string compute_optimal_note(const ComputeOptimal& optimal);

// Pretty-printed JSON: the bins, for each budget the choice in each bin, and the settings of what is chosen, so that
// `reckon solve --policy` can follow it (policy_file.h). Rates are 0..1.
std::string policy_json(const ComputeOptimal& optimal);

}  // namespace reckon
