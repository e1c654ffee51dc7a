// What a model is told about a programming task: the request for a program, and how its last program did.
//
// Texts are cut in the middle where they are long, so that one endless output does not fill a context.
// Threading: pure functions. Source: arXiv 2502.14382, section 3.1 (feedback per public test: input, expected, got).
#pragma once

#include <string>
#include <string_view>

#include "programs/program_runner.h"
#include "scoring/program_tests.h"

namespace reckon {

// Head and tail of a text, with a mark between, at character boundaries.
std::string shortened(std::string_view text, std::size_t most_bytes);

// What a block of code in this language begins with.
std::string fence_of(ProgramLanguage language);

// The question, the form that the program must have, and the public tests as examples.
std::string programming_question(std::string_view question, const ProgramTests& tests);

// One numbered line per public test: passed, wrong, or the error.
std::string test_feedback(const ProgramTests& tests, const TestReport& report);

}  // namespace reckon
