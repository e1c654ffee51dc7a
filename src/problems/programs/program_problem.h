// The programming problems of this project: written for it, so that no model has seen them with their tests.
//
// From one-liners to small algorithms, so that a small model solves some and not others. A problem with a signature
// asks for a function, whose tests are calls and results; one without asks for a program, whose tests are what it
// reads and prints. Expected values come from the solutions; problems_test runs these in the sandbox.
#pragma once

#include <string>
#include <vector>

#include "scoring/program_tests.h"

namespace reckon {

struct ProgramProblem {
  std::string id;              // the function's name, for functions
  std::string signature = "";  // empty: a whole program
  std::string statement;
  std::vector<ProgramTest> examples;  // public
  std::vector<ProgramTest> hidden;
  std::string solution;
};

std::vector<ProgramProblem> functions();
std::vector<ProgramProblem> more_functions();
std::vector<ProgramProblem> whole_programs();
std::vector<ProgramProblem> more_whole_programs();

}  // namespace reckon
