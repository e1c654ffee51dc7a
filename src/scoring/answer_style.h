// What kind of answer a task expects: a hint for extraction and parsing, never a guarantee.
//
// Threading: a value. Cost: copies the option texts of a choice question.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace reckon {

struct AnswerStyle {
  enum class Kind { automatic, number, choice, yes_no, free_text };

  Kind kind = Kind::automatic;
  int choice_count = 0;                   // choice: letters A.. up to this many, at most 26
  std::vector<std::string> option_texts;  // choice: optional, one per letter
  bool strict = false;                    // only an explicit \boxed{...} counts

  static AnswerStyle automatic() { return {}; }
  static AnswerStyle number() { return {.kind = Kind::number}; }
  static AnswerStyle choice(int count) { return {.kind = Kind::choice, .choice_count = count}; }
  static AnswerStyle choice_of(std::vector<std::string> options) {
    const int count = static_cast<int>(options.size());
    return {.kind = Kind::choice, .choice_count = count, .option_texts = std::move(options)};
  }
  static AnswerStyle yes_no() { return {.kind = Kind::yes_no}; }
  static AnswerStyle free_text() { return {.kind = Kind::free_text}; }

  AnswerStyle boxed_only() const {
    AnswerStyle copy = *this;
    copy.strict = true;
    return copy;
  }
};

}  // namespace reckon
