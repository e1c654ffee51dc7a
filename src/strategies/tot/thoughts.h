// What tree of thoughts says to the model and reads in its replies, as text. Pure functions.
//
// Source: Yao et al., 2305.10601, and the behaviour of its authors' code: sure, likely and impossible are
// worth 20, 1 and 0.001. The wordings are our own and general; files of the user's can replace them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reckon {

// Places: {question}, {steps}, {count}.
extern const std::string_view kProposeTemplate;
// Places: {question}, {steps}.
extern const std::string_view kValueTemplate;
// Places: {question}, {choices}.
extern const std::string_view kVoteTemplate;
// Places: {question}, {steps}.
extern const std::string_view kConcludeTemplate;

// The proposals of a reply, one a line, without bullets and numbers; at most `most`. Headings (lines that end
// with a colon) and repeated lines are no proposals.
std::vector<std::string> read_proposals(std::string_view reply, std::size_t most);

// By the last of the three words in the reply; 0 without any ("unlikely" is none of them).
double read_value(std::string_view reply);

// "Choice 1:\n..." and so on.
std::string list_choices(const std::vector<std::string>& texts);

}  // namespace reckon
