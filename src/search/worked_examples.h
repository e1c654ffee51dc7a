// Arithmetic word problems with solutions, for prompts that show how to answer.
//
// Written for this project, none from a data set. Each has its solution in both forms that are compared,
// so that prompts differ in how they reason and in nothing else.
#pragma once

#include <span>

namespace reckon {

struct WorkedExample {
  const char* question;
  const char* draft;     // chain of draft: notes of a few words, then "#### answer"
  const char* solution;  // chain of thought: a sentence a step, then "The answer is ..."
};

inline constexpr int worked_example_count = 8;

std::span<const WorkedExample, worked_example_count> worked_examples();

}  // namespace reckon
