// Steps: where one step of a reasoning ends and the next one begins.
//
// rule        a step ends                                           source
// newline     with a line that has text                             2408.03314, section 3
// paragraph   at a blank line                                       search-and-learn, open replication
// heading     before a line that starts with "Step k"               2.1 of the same: numbered headings
// tokens      after a number of tokens                              fixed-size chunks
// custom      with a text of the user's own ("\n" and "\t" mean the control characters)
//
// Tokens are never cut: the token that completes a delimiter stays with the branch, whoever goes on from it.
// Where that token already is (part of) the next step's heading, only the text is divided: the heading is
// carried over, so that the steps of a path, put together, are the path's text.
//
// Threading: values and pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/spec.h"
#include "thinking/trace.h"

namespace reckon {

struct StepRule {
  Boundary boundary;        // what a request waits for
  bool opens_next = false;  // the delimiter belongs to the next step
};

struct StepRuleOptions {
  std::string_view kind = "newline";
  std::string_view delimiter = "";  // custom
  int most_tokens = 256;            // of a step, whatever the rule; 0: no limit, except for `tokens`
};
// Errors: invalid_argument for an unknown kind, or a custom rule without a delimiter.
Result<StepRule> make_step_rule(const StepRuleOptions& options);

// What a trace that was asked for one step adds to a path.
struct StepText {
  std::string step;
  std::string carried;  // the beginning of the next step, already written
};
// `carried`: what the step before left over.
StepText divide_step(std::string carried, const Trace& trace, const StepRule& rule);

}  // namespace reckon
