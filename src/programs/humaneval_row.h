// A problem of a JSON-lines file in HumanEval's shape (Chen et al., 2107.03374).
//
// `task_id`, `prompt` (imports, signature, docstring), `entry_point`, `test` (Python that defines check(candidate))
// and, optionally, `canonical_solution` (the function's body). Errors: invalid_argument, what is missing.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "scoring/program_tests.h"

namespace reckon {

struct HumanEvalRow {
  std::string id;
  std::string solution;    // the body; may be empty
  ProgramTests examples;   // public: the docstring's doctest examples (">>> f(1)" and the line below it)
  ProgramTests hidden;     // the check
};

Result<HumanEvalRow> parse_humaneval_row(std::string_view line);

}  // namespace reckon
