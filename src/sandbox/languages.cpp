#include "sandbox/languages.h"

namespace reckon::sandbox {
namespace {

Limits compiler_limits() {
  Limits limits;
  limits.cpu_milliseconds = 10'000;
  limits.memory_bytes = 1 << 30;
  limits.output_bytes = 64 << 20;  // the binary leaves through stdout
  limits.error_bytes = 256 << 10;
  return limits;
}

// Nothing is read from the box afterwards, so nothing left there can lead anywhere.
constexpr const char* compile_script =
    "out=$(mktemp -d) && g++ -std=c++20 -O2 -pipe -o \"$out/program\" program.cpp >&2 </dev/null && cat \"$out/program\"";

}  // namespace

Program python_program(std::string source) {
  Program program;
  program.arguments = {"/usr/bin/python3", "-B", "program.py"};
  program.files = {{"program.py", std::move(source)}};
  return program;
}

Program native_program(std::string binary) {
  Program program;
  program.arguments = {"./program"};
  program.files = {{"program", std::move(binary), FileMode::executable}};
  return program;
}

Compiled compile_cpp(const Sandbox& sandbox, std::string source) {
  Program compiler;
  compiler.arguments = {"/bin/sh", "-c", compile_script};
  compiler.files = {{"program.cpp", std::move(source)}};
  compiler.limits = compiler_limits();
  Compiled result{sandbox.run(compiler), {}};
  Outcome& outcome = result.outcome;
  result.binary = std::move(outcome.standard_output);
  outcome.standard_output.clear();
  if (outcome.ok() || outcome.verdict == Verdict::sandbox_failure) return result;
  result.binary.clear();
  outcome.reason = outcome.verdict == Verdict::runtime_error ? "it does not compile" : "the compiler used " + outcome.reason;
  // The shell's own words for a command that is not there.
  const bool missing = outcome.exit_code == 127;
  outcome.verdict = missing ? Verdict::sandbox_failure : Verdict::compile_error;
  if (missing) outcome.reason = "g++ is not installed";
  return result;
}

Outcome run_cpp(const Sandbox& sandbox, std::string source, std::string input, const Limits& limits) {
  Compiled compiled = compile_cpp(sandbox, std::move(source));
  if (!compiled.outcome.ok()) return std::move(compiled.outcome);
  Program program = native_program(std::move(compiled.binary));
  program.input = std::move(input);
  program.limits = limits;
  return sandbox.run(program);
}

}  // namespace reckon::sandbox
