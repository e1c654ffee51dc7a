// The JSON of a benchmark: bench's own report, with pass@n added.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bench/report.h"

namespace reckon::cli {

using AnyCorrect = std::function<std::optional<bool>(const BenchResult&)>;

// report_json() and, for each result, `any_correct` (whether any trace was right; null when it was
// reused from the run store); for each configuration, its rate over the results where it is known.
std::string bench_json(const BenchReport& report, const AnyCorrect& any_correct);

// For configurations with several traces: "Any trace right: vote 60.0 % of 40." Empty when none.
std::string any_correct_text(const BenchReport& report, const AnyCorrect& any_correct);

}  // namespace reckon::cli
