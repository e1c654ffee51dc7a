// Choice letters and yes/no words in an answer place, never in running prose. Internal to
// src/scoring.
//
// Threading: pure functions. Cost: linear in the text. Errors: nullopt.
// Source: shared specification 6.6 (multiple choice) and sequential 5.1 (cleansing, with word
// boundaries: "Because" is not B).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "scoring/answer_style.h"

namespace reckon::answer_detail {

// The text is a letter and nothing else: "C", "(C)", "C.", "**C**". Upper case, among the first
// `count` letters.
std::optional<char> lone_letter(std::string_view text, int count);

// The letter that an answer place starts with ("(C)", "option C because", "C) 12 cm"), or whose
// option text the place is. Two different letters ("A or B") give none.
std::optional<char> choice_in_place(std::string_view place, const AnswerStyle& style);

// First letter that stands alone anywhere in a short continuation ("I think it is C"). The article
// "A" and the pronoun "I" before a word do not count.
std::optional<char> first_choice(std::string_view text, const AnswerStyle& style);

// Index of the option that `text` spells out, as a letter.
std::optional<char> option_text_letter(std::string_view text, const AnswerStyle& style);

// The text is yes, no, true or false.
std::optional<bool> yes_or_no(std::string_view text);
// First such word of the text, whole words only.
std::optional<bool> first_yes_or_no(std::string_view text);

}  // namespace reckon::answer_detail
