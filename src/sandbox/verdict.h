// How a program's run ended, in the words of programming contests, and from what that is decided.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reckon::sandbox {

enum class Verdict {
  ok,               // OK: exit code 0 within all limits; whether the output is right is the caller's question
  wrong_answer,     // WA: never given here, only by callers who compared outputs (output_match.h)
  runtime_error,    // RE: another exit code, or a signal
  time_limit,       // TLE: processor or wall time
  memory_limit,     // MLE
  output_limit,     // OLE: too much on stdout or stderr, or a file larger than allowed
  compile_error,    // CE
  sandbox_failure,  // XX: our fault, not the program's; it must not count against the program
};

// "OK", "WA", "RE", "TLE", "MLE", "OLE", "CE", "XX".
std::string_view to_string(Verdict verdict);

// What keeps the program in.
enum class Isolation {
  none,        // resource limits only; runs only with Options::unsafe_exec
  privileged,  // namespaces made by root, the program as an ordinary user
  full,        // the same inside a user namespace: not even the sandbox itself is root outside
};
std::string_view to_string(Isolation isolation);

struct Outcome {
  Verdict verdict = Verdict::sandbox_failure;
  std::string reason;  // for people; empty when OK
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::string standard_output;  // bytes, cut at the limit; sanitize_utf8 before a prompt gets them
  std::string standard_error;
  double wall_milliseconds = 0.0;  // of the program alone
  double cpu_milliseconds = 0.0;   // of all its processes
  std::int64_t peak_bytes = 0;     // the larger of: all processes as watched, the largest one by the kernel
  Isolation isolation = Isolation::none;

  bool ok() const { return verdict == Verdict::ok; }
};

}  // namespace reckon::sandbox
