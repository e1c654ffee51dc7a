// The program in a model's reply, and its language.
//
// Text up to the last closing think tag is dropped first. Then, of the fenced blocks (``` or ~~~; one that the
// reply's end cuts off counts), those that are marked as something else (output, text, json, a shell) are left out,
// and of the rest
//  1. the last that defines the function asked for, or that reads standard input when no function is asked for,
//  2. else the longest, first seen on ties: what follows a program is often an example of its use.
// Without a fence the program begins at the first line that only code begins with and ends before prose; a reply
// that has no such line is taken whole, since a completion of a given function may begin with any statement.
//
// Threading: pure functions. Cost: linear in the text. Errors: none.
// Source: shared specification 2.4: taking the first or the last fence, whatever it holds, is a known fault.
#pragma once

#include <string>
#include <string_view>

#include "scoring/program_tests.h"

namespace reckon {

std::string_view to_string(ProgramLanguage language);

struct ExtractedCode {
  enum class Source { none, fence, cut_fence, unfenced, whole_text };
  std::string code;  // empty: none
  ProgramLanguage language = ProgramLanguage::python;
  Source source = Source::none;
};

// entry_point: the function asked for; empty for whole programs.
ExtractedCode extract_code(std::string_view reply, std::string_view entry_point = {});

// By what only one of the two writes: an #include, "int main", a using directive.
ProgramLanguage detect_language(std::string_view code);

bool defines_function(std::string_view code, std::string_view name);

// The whole program of a function task: code that defines the function goes after the lines of the starter before
// its signature (imports, helpers); other code is the function's body and completes the starter.
std::string complete_function(std::string_view code, const ProgramTests& tests);

}  // namespace reckon
