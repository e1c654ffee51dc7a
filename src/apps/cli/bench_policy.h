// `reckon bench --compute-optimal`: which configuration for which difficulty and budget, and against another model.
#pragma once

#include <optional>

#include "apps/cli/bench.h"
#include "bench/report.h"

namespace reckon::cli {

void add_policy_options(CLI::App& command, BenchArguments& arguments);

// Nothing when no policy is asked for. What is wrong with it is said here, before anything is solved.
Result<std::optional<ComputeOptimalOptions>> policy_options(const BenchArguments& arguments, const BenchMatrix& matrix);

Status add_policy(BenchReport& report, const BenchMatrix& matrix, ComputeOptimalOptions options);

}  // namespace reckon::cli
