// Tests of programs as JSON.
//
//   {"kind": "stdin", "language": "cpp", "tolerance": 0, "tests": [{"input": "3 4\n", "output": "7\n"}]}
//   {"kind": "function", "entry_point": "add", "starter": "def add(a, b):\n",
//    "tests": [{"call": "add(2, 3)", "expected": "5"}, {"assert": "assert add(1, 1) == 2"}]}
//
// `language` (python, or cpp for kind stdin: what the model is asked for), `starter` and `tolerance` (relative, 0 to 1)
// may be left out. `expected` is a Python expression, as text; a number,
// true, false, null or a list of those may be given as such. Unknown fields are refused, so that a misspelt one is
// not silently a test less.
//
// Errors: one line that names the place: "tests[2]: no \"output\"". Threading: pure.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/status.h"
#include "scoring/program_tests.h"

namespace reckon {

Result<ProgramTests> parse_program_tests(std::string_view json);
Result<ProgramTests> read_program_tests(const std::filesystem::path& file);

}  // namespace reckon
