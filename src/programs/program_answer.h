// Programs as a way to an answer: a model writes a program that computes it, and what the program prints is the answer
// (program of thoughts, 2211.12588; program-aided language models, 2211.10435).
//
// Threading: as ProgramRunner. Cost: a run of the program.
#pragma once

#include <string>
#include <string_view>

#include "programs/program_runner.h"

namespace reckon {

// The question, and the request for a program that computes and prints its answer.
std::string program_answer_request(std::string_view question);

// The last line that the reply's program prints; empty when there is no program, or it fails. Errors: internal when the
// sandbox failed, which is not the reply's fault.
Result<std::string> program_answer(const ProgramRunner& runner, std::string_view reply);

// A number that binary fractions made long ("252.99999999999997") as it was meant ("253"); anything else as it is.
std::string without_float_noise(std::string_view number);

}  // namespace reckon
