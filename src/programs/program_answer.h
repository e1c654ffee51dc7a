// Programs as a way to an answer: a model writes a program that computes it, and what the program prints is the answer
// (program of thoughts, 2211.12588; program-aided language models, 2211.10435).
//
// Threading: as ProgramRunner. Cost: a run of the program.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "programs/program_runner.h"

namespace reckon {

// The question, and the request for a program that computes and prints its answer.
std::string program_answer_request(std::string_view question);

// The program that a reply has in a code block; empty when it has none.
std::string program_in(std::string_view reply);

// The last line of what a program printed, without float noise; empty when it failed.
std::string printed_answer(const Execution& execution);

// What the programs of the replies print, side by side: empty where there is no program, or it fails; nothing where the
// runner was stopped before. Errors: internal when the sandbox failed, which is not the replies' fault.
Result<std::vector<std::optional<std::string>>> program_answers(const ProgramRunner& runner, std::span<const std::string_view> replies);

// A number that binary fractions made long, as it was meant: "252.99999999999997" is "253", "16.666666666666668" is
// "16.6666666667", so that two ways to compute it agree. What is exact stays ("6402373705728000.0"), and so do the
// digits of a large number, unless all of them are rounding. Anything else stays as it is.
std::string without_float_noise(std::string_view number);

}  // namespace reckon
