#include "programs/function_harness.h"

#include <random>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace reckon {
namespace {

// All that it is to do comes on stdin, and is read before the program begins; the verdict goes to a descriptor of its own,
// behind a word that the program was not told.
constexpr const char* kHarness = R"(import json, math, os, sys

def main():
    task = json.load(sys.stdin)
    said = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)

    def same(value, expected):
        if value == expected:
            return True
        if isinstance(value, float) and isinstance(expected, (int, float)):
            return task["tolerance"] > 0 and math.isclose(value, expected, rel_tol=task["tolerance"], abs_tol=task["tolerance"])
        if isinstance(value, (list, tuple)) and type(value) is type(expected) and len(value) == len(expected):
            return all(same(one, other) for one, other in zip(value, expected))
        return False

    scope = {"__name__": "program"}
    exec(compile(task["source"], "program.py", "exec"), scope)
    try:
        code = compile(task["call"].strip(), "test", "eval")
    except SyntaxError:
        code = compile(task["call"], "test", "exec")
    value = eval(code, scope)
    passed = not task["expected"] or same(value, eval(task["expected"], dict(scope)))
    with os.fdopen(said, "w", encoding="utf-8", errors="backslashreplace") as out:
        out.write(task["word"] + ("pass\n" if passed else "fail\n") + repr(value)[:65536])

main()
)";

// Of this process; no program can know it.
const std::string& secret_word() {
  static const std::string word = [] {
    std::random_device device;
    std::string text;
    for (int i = 0; i < 4; ++i) text += std::to_string(device()) + ".";
    return text;
  }();
  return word;
}

}  // namespace

sandbox::Program function_program(const FunctionCall& call) {
  sandbox::Program program;
  program.arguments = {"/usr/bin/python3", "-B", "main.py"};
  program.files = {{"main.py", kHarness}};
  const nlohmann::json task = {{"source", call.source}, {"call", call.call}, {"expected", call.expected}, {"tolerance", call.tolerance}, {"word", secret_word()}};
  program.input = task.dump(-1, ' ', /*ensure_ascii=*/true, nlohmann::json::error_handler_t::replace);
  return program;
}

void read_harness_output(Execution& execution) {
  const std::string said = std::exchange(execution.output, "");
  const std::string_view verdict = said.starts_with(secret_word()) ? std::string_view(said).substr(secret_word().size()) : std::string_view();
  execution.passed = verdict.starts_with("pass\n");
  if (execution.passed || verdict.starts_with("fail\n")) {
    execution.output = verdict.substr(5);
    return;
  }
  execution.verdict = sandbox::Verdict::runtime_error;
  execution.error = "the program ended before the function returned";
}

}  // namespace reckon
