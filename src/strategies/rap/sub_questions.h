// What RAP says to the model and reads in its replies, as text. Pure functions.
//
// A state is written as "Question 1: ...\nAnswer 1: ...\n" and so on; the sub-question that begins with
// "Now we can answer" is the last. Source: Hao et al., 2305.14992, section 4.2; the wording is our own.
#pragma once

#include <string>
#include <string_view>

namespace reckon {

// Places: {question}.
extern const std::string_view kDecomposeTemplate;
// Places: {question}, {steps}, {action}.
extern const std::string_view kUsefulTemplate;

std::string question_heading(int number);  // "Question 2:"
std::string answer_heading(int number);    // "Answer 2:"

// The first line of a reply, trimmed.
std::string one_line(std::string_view reply);
bool is_last_question(std::string_view sub_question);
std::string last_question(std::string_view task_question);

}  // namespace reckon
