// Tests that come with a programming question: what strategies and scorers may run. Values.
//
// Only public tests are ever in a Task. Hidden ones stay with whoever grades, so that no strategy can reach them.
// The JSON shape is in programs/tests_json.h; programs/program_runner.h runs them.
#pragma once

#include <string>
#include <vector>

namespace reckon {

// kind             input                           expected
// standard_input   what the program reads          what it must print
// function         a call: "add(2, 3)"             an expression that the result must equal: "5"
// function         statements that must not raise  empty: "assert add(2, 3) == 5"
struct ProgramTest {
  std::string input;
  std::string expected;
};

enum class ProgramLanguage { python, cpp };

struct ProgramTests {
  enum class Kind { standard_input, function };

  Kind kind = Kind::standard_input;
  ProgramLanguage language = ProgramLanguage::python;  // what is asked for; functions are Python's
  std::string entry_point;  // function: its name
  std::string starter;      // function: code that a reply may merely complete (imports, signature, docstring)
  double relative_tolerance = 0.0;  // of printed numbers and of float results; 0: exact
  std::vector<ProgramTest> tests;
};

}  // namespace reckon
