// Text level of answer handling: which part of an output is the visible answer, boxes, markdown and
// LaTeX spelling. Internal to src/scoring.
//
// Threading: pure functions. Cost: linear in the text. Errors: none; malformed input gives less.
// Source: shared specification 6.1 and 6.2 (Hendrycks normalisation with its faults removed).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace reckon::answer_detail {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The part of a model's output that may hold its answer: after the last closing think tag, before an
// end-of-turn marker and before a new "Q:" that the model invented. nullopt: a think block is open.
std::optional<std::string_view> visible_answer(std::string_view output);

struct Box {
  bool present = false;                    // some \boxed or \fbox exists
  std::optional<std::string_view> content; // of the last one; nullopt when it is not closed
};
// The last box, by brace matching.
Box find_last_box(std::string_view text);

// Position of the bracket that closes the one at `open` ('{', '(' or '['), npos when none. Nested
// brackets of the same kind count, escaped ones do not.
std::size_t matching_bracket(std::string_view text, std::size_t open);

// Removes emphasis, code marks, quotes, maths delimiters and final punctuation around an answer.
std::string_view strip_wrapping(std::string_view text);

// Unicode maths signs to their ASCII or LaTeX spelling (minus, times, roots, superscripts, ...).
std::string plain_symbols(std::string_view text);

// One spelling for LaTeX: sizes, spacing and text wrappers gone, \dfrac to \frac, {,} to a comma.
// Runs of spaces become one.
std::string tidy_latex(std::string_view text);

// The last line that has a letter or a digit, trimmed; empty when none.
std::string_view last_line(std::string_view text);

// Case-insensitive (ASCII) test that `text` starts with `prefix` (given in lower case).
bool starts_with_lower(std::string_view text, std::string_view prefix);

std::string collapse_spaces(std::string_view text);

}  // namespace reckon::answer_detail
