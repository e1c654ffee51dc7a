// The traces of one result as a JSON list, [[answer, correct, generated], ...], for the run store and reports.
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
