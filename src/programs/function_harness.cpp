#include "programs/function_harness.h"

#include "base/text.h"

namespace reckon {
namespace {

constexpr const char* kHarness = R"(import math, os, sys

def text(name):
    with open(name, encoding="utf-8") as file:
        return file.read()

def same(value, expected, tolerance):
    if value == expected:
        return True
    if isinstance(value, float) and isinstance(expected, (int, float)):
        return tolerance > 0 and math.isclose(value, expected, rel_tol=tolerance, abs_tol=tolerance)
    if isinstance(value, (list, tuple)) and type(value) is type(expected) and len(value) == len(expected):
        return all(same(one, other, tolerance) for one, other in zip(value, expected))
    return False

said = sys.stdout
sys.stdout = open(os.devnull, "w")
scope = {"__name__": "program"}
exec(compile(text("program.py"), "program.py", "exec"), scope)
call, expected = text("call.txt"), text("expected.txt")
try:
    code = compile(call.strip(), "test", "eval")
except SyntaxError:
    code = compile(call, "test", "exec")
value = eval(code, scope)
passed = not expected or same(value, eval(expected, dict(scope)), float(text("tolerance.txt")))
said.write(("pass\n" if passed else "fail\n") + repr(value)[:65536])
said.flush()
)";

}  // namespace

sandbox::Program function_program(FunctionCall call) {
  sandbox::Program program;
  program.arguments = {"/usr/bin/python3", "-B", "main.py"};
  program.files = {{"main.py", kHarness},
                   {"program.py", std::move(call.source)},
                   {"call.txt", std::move(call.call)},
                   {"expected.txt", std::move(call.expected)},
                   {"tolerance.txt", exact_number(call.tolerance)}};
  return program;
}

void read_harness_output(Execution& execution) {
  const std::string said = execution.output;
  execution.passed = said.starts_with("pass\n");
  execution.output = said.size() > 5 ? said.substr(5) : "";
  if (execution.passed || said.starts_with("fail\n")) return;
  execution.verdict = sandbox::Verdict::runtime_error;
  execution.error = "the program ended before the function returned";
}

}  // namespace reckon
