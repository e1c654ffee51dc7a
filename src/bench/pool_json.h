// The traces of one result as a JSON list, [[answer, correct, generated], ...], for the run store and reports. A trace
// whose token statistics were recorded has them as a fourth element: {"logprob": sum, "self_certainty": sum,
// "confidences": [of each token, in thousandths of a nat]}.
#pragma once

#include <string>
#include <vector>

#include "bench/outcome.h"

namespace reckon {

// Answers with malformed UTF-8 have it replaced.
std::string pool_to_json(const std::vector<BenchTrace>& pool);
// Empty for what is no such list.
std::vector<BenchTrace> pool_from_json(const std::string& json);

}  // namespace reckon
