// The final answer in a model's output.
//
// Before anything else: text up to the last closing think tag is dropped (a think block that never
// closes leaves no answer; a closing tag without an opening one is fine, the opening one may be in
// the prompt), and so is everything from an end-of-turn marker or a line that starts a new "Q:" on.
//
// Then, in this order, the first strategy that applies decides:
//  1. boxed         the last \boxed or \fbox, by brace matching. Empty or unterminated: no answer,
//                   never an earlier box. The only strategy of a strict style.
//  2. stated        "(final) answer is ...", "Answer: ...", also in some other languages; last first
//  3. marker        "#### 18" (GSM8K, chain of draft)
//  4. display       display maths at the end
//  5. emphasis      a bold number in the last line ("makes **$18** every day")
//  6. last_number   the last number of the text
//  7. yes_no        automatic and yes_no styles: a sentence of the last line that starts with it
//  8. whole_text    automatic: an output of at most three words; free text: the last line
// Choice questions use 1 to 3 for letters only, then
//     stated        also "the correct option is C", "option C is correct"
//     lone_letter   a last (else first) line that is a letter, "(C) 12 cm" included
//     option_text   a last line that is an option's exact text
// and never take a letter from running prose.
//
// Threading: pure functions. Cost: linear in the text. Errors: none; nothing throws.
// Source: shared specification 6.1, 6.6; sequential 4.2, 5.1.
#pragma once

#include <string>
#include <string_view>

#include "scoring/answer_style.h"

namespace reckon {

enum class ExtractionStrategy {
  none, boxed, stated, marker, display, emphasis, last_number, yes_no, whole_text, lone_letter, option_text, trigger
};
std::string_view to_string(ExtractionStrategy strategy);

struct ExtractedAnswer {
  std::string text;  // empty: no answer
  ExtractionStrategy strategy = ExtractionStrategy::none;  // what decided, also when it found nothing
  bool found() const { return !text.empty(); }
};

ExtractedAnswer extract_answer(std::string_view output, const AnswerStyle& style = {});

// The continuation of an answer trigger such as "Therefore, the answer (arabic numerals) is": its
// first number, letter or yes/no word; free text without quotes, dots and spaces at its ends.
ExtractedAnswer extract_after_trigger(std::string_view continuation, const AnswerStyle& style);

// Chain of draft: the answer behind the first "####" that is no heading. No separator: no answer.
ExtractedAnswer extract_after_separator(std::string_view output, const AnswerStyle& style,
                                        std::string_view separator = "####");

}  // namespace reckon
