// Calls one function of a Python program in the sandbox and compares its result. Internal to src/programs.
//
// The harness is a file of its own beside the program, so that lines in error messages are the program's own. What
// the program prints is dropped. It is not told what is expected of it, nor the word that a verdict begins with; one that
// searches the interpreter's frames for them could still fool the harness, since both are one process.
#pragma once

#include <string>

#include "programs/program_runner.h"
#include "sandbox/sandbox.h"

namespace reckon {

struct FunctionCall {
  std::string source;    // defines the function
  std::string call;      // an expression, or statements
  std::string expected;  // an expression; empty: none
  double tolerance = 0.0;
};

sandbox::Program function_program(const FunctionCall& call);

// Turns what the harness printed into the call's result and `passed`.
void read_harness_output(Execution& execution);

}  // namespace reckon
