// Comments on a response: how helpful it is, and whether they ask for a change.
//
// A comment opens with a grade ("The response is mostly helpful", the frame of 2503.04378), and is useful for
// editing when it names something to change. Which ones are is a rule of our own, by words.
//
// Threading: pure functions. Cost: linear in the text; kept_comments() is quadratic in the comments.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

// not, slightly, partially, mostly, perfectly helpful; `unclear` when the comment does not say.
enum class Helpfulness { not_helpful, slightly, partially, mostly, perfectly, unclear };
Helpfulness grade_of(std::string_view comment);

// How much a comment asks for change: 2 for any such wording, 1/3 for each kind of it, less a quarter for each
// grade.
double constructiveness(std::string_view comment);

struct CommentChoice {
  int most = 1;
  Helpfulness content = Helpfulness::perfectly;  // from this grade on a comment asks for nothing
};
// The most constructive comments, best first, ties in the order given; without those that ask for nothing and
// those that say what a better one said (more than 0.8 of the words of both are common).
std::vector<std::string> kept_comments(std::span<const std::string> comments, const CommentChoice& choice);

}  // namespace reckon
