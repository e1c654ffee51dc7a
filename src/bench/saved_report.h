// Reading back what `reckon bench --json` wrote.
//
// Threading: pure functions. Errors: invalid_argument when `json` is no report of bench, lacks something, or is about
// other problems.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "bench/compute_optimal.h"
#include "bench/runner.h"

namespace reckon {

// The results that are about `matrix`: the same problems, model and settings (names may differ; results get the
// matrix's). Errors are left out: a run tries those again. So a benchmark can be run in parts on several machines.
// Errors: also when the report is about another model, or nothing in it fits.
Result<std::vector<BenchResult>> results_from_report(const std::string& json, const BenchMatrix& matrix);

// Another model's benchmark, for a comparison at equal FLOPs: does a small model with search beat a larger one that
// answers once? One rival a configuration, named "MODEL: CONFIGURATION". An error counts as a wrong answer and has no
// cost. Errors: also when the report does not know the FLOPs of its answers.
Result<std::vector<Rival>> rivals_from_report(const std::string& json, const std::string& data_digest);

}  // namespace reckon
