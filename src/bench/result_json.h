// Parts of one result as JSON, for the run store and reports: its traces as a list, [[answer, correct, generated], ...], and its calls as an object. What else is
// known of a trace is a fourth element, an object: "score" of the run's scorer (null: it gave no number; "calibrated": true where it is meant as a
// probability, "steps" where it has them), "round" of a method that revises where it is not 0, and, where token statistics were recorded, "logprob" and "self_certainty" (sums) and "confidences" (of each token,
// in thousandths of a nat).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/outcome.h"

namespace reckon {

// Answers with malformed UTF-8 have it replaced.
std::string pool_to_json(const std::vector<BenchTrace>& pool);
// Empty for what is no such list.
std::vector<BenchTrace> pool_from_json(const std::string& json);

// "null" for nothing.
std::string calls_to_json(const std::optional<BenchCalls>& calls);
// Nothing for what is no such object; kinds that it does not name are 0.
std::optional<BenchCalls> calls_from_json(const std::string& json);

}  // namespace reckon
