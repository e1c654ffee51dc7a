// What s_star says to the model and how it reads the replies. Pure functions.
//
// The wording is ours; what each text carries follows arXiv 2502.14382, section 3 and its prompts. Outputs that a
// model expects of an input are never read: only the inputs are.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "programs/program_runner.h"
#include "scoring/program_tests.h"

namespace reckon::s_star {

// After a round's program: what its tests gave, and the wish for a better one.
std::string execution_feedback(const ProgramTests& tests, const TestReport& report);
// The same without any execution (the ablation "self").
std::string self_feedback(const ProgramTests& tests);

// Asks for `count` inputs that a program for the task may get wrong.
std::string inputs_request(std::string_view question, const ProgramTests& tests, int count);
// Asks for inputs on which two programs differ.
std::string distinguishing_request(std::string_view question, const ProgramTests& tests, std::string_view first,
                                   std::string_view second);
// Inputs in a reply, each once, in order: calls of the entry point, or the texts below "Input:" and in fences.
std::vector<std::string> inputs_in(std::string_view reply, const ProgramTests& tests, std::size_t most);

// One input with what both programs did.
struct Evidence {
  std::string input;
  std::string first;
  std::string second;
};
// Asks which of two programs is right, shown what they did; without evidence from the code alone.
std::string judge_request(std::string_view question, std::string_view first, std::string_view second,
                          std::span<const Evidence> evidence);
enum class Verdict { first, second, tie, unreadable };
Verdict verdict_in(std::string_view reply);

// A result as it is compared and shown: the output, or which error.
std::string observed(const Execution& execution);

}  // namespace reckon::s_star
