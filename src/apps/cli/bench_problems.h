// What a benchmark is measured on: a JSON-lines file, or a problem plug-in with its options.
//
//   FILE.jsonl | NAME[:KEY=VALUE]...      countdown:count=200:seed=1
// A name of `reckon list problems` goes before a file of that name (write ./NAME for the file). A colon inside a
// value is written \: .
//
// Errors: not_found, io or invalid_argument, naming what was given.
#pragma once

#include <string>

#include "bench/problem_set.h"
#include "search/registry.h"

namespace reckon::cli {

Result<ProblemSet> open_problems(const std::string& given, const Registry& registry, const ProblemSetOptions& options);

}  // namespace reckon::cli
