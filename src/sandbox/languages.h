// Python and C++ programs in the sandbox.
#pragma once

#include <string>

#include "sandbox/sandbox.h"

namespace reckon::sandbox {

// Source text for the system's Python, as one file in the working folder. Set `input`, `limits` and more
// files on the result as needed.
Program python_program(std::string source);

// A binary from compile_cpp, ready to run with any input.
Program native_program(std::string binary);

struct Compiled {
  Outcome outcome;     // OK, CE with the compiler's words in standard_error, or XX
  std::string binary;  // when OK
};

// Compiles C++20 with the system's g++ in a sandbox of its own: a compiler reads what it is told to include.
// A compiler that runs out of its limits (10 s, 1 GiB) is CE as well; the reason says so.
Compiled compile_cpp(const Sandbox& sandbox, std::string source);

// Both steps. Compile once and use native_program for many inputs.
Outcome run_cpp(const Sandbox& sandbox, std::string source, std::string input = {}, const Limits& limits = {});

}  // namespace reckon::sandbox
