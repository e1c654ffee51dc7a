// The "Calls" part of the reports: what answers took beside tokens. Pure; text is not escaped.
#pragma once

#include <optional>
#include <vector>

#include "bench/report.h"
#include "bench/report_table.h"

namespace reckon {

// Over the answers without an error; nothing when some answer's are not known.
std::optional<BenchCalls> mean_calls(const std::vector<const BenchResult*>& results);

// A column for each kind that occurs, or may have. No rows when every answer known was one trace and nothing else.
ReportTable calls_table(const BenchReport& report);

}  // namespace reckon
