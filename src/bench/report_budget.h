// The "Budget control" part of the reports: which configurations form a sweep, and what the Markdown
// and the HTML table say about it. Pure; text is not escaped.
#pragma once

#include <string>
#include <vector>

#include "bench/report.h"
#include "bench/report_table.h"

namespace reckon {

// One summary for each group of at least two configurations with answers that differ in one swept value
// only, in the order in which they are first met. Groups in which nothing was thought are left out,
// except those of `think`. `results` are those of each configuration.
std::vector<BudgetSummary> summarise_budgets(const std::vector<ConfigurationSummary>& configurations,
                                             const std::vector<std::vector<const BenchResult*>>& results);

// Percentage points of accuracy per 1,000 thinking tokens.
double points_per_1k(const BudgetScaling& scaling);

// A row for each sweep.
ReportTable budget_table(const BenchReport& report);
// What the columns mean.
std::string budget_note();

}  // namespace reckon
