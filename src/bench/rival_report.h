// Another model's finished benchmark, read back from its JSON report, for a comparison at equal FLOPs: does a small
// model with search beat a larger one that answers once? Pure.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "bench/compute_optimal.h"

namespace reckon {

// One rival a configuration of the report, named "MODEL: CONFIGURATION". An error counts as a wrong answer and has no
// cost. Errors: invalid_argument when `json` is no report of bench, is about other data than `data_digest`, or does not
// know the FLOPs of its answers.
Result<std::vector<Rival>> rivals_from_report(const std::string& json, const std::string& data_digest);

}  // namespace reckon
