// What an AnswerValue holds. Internal to src/scoring.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scoring/answer_expression.h"
#include "scoring/answer_value.h"

namespace reckon::answer_detail {

struct AnswerData {
  AnswerKind kind = AnswerKind::missing;
  std::string text;    // as written
  std::string normal;  // one spelling, no spaces: equal strings of one kind are equal answers
  std::string name;    // left side of an assignment
  std::string unit;
  Rational number;     // number; the letter index of a choice; minutes of a time; 1 for yes
  int decimals = -1;
  std::optional<Expression> expression;  // of a number only when it was written as a formula
  std::vector<AnswerData> elements;      // members, sides of a relation, terms of a ratio
  char open = '\0';                      // tuple and interval brackets
  char close = '\0';
  std::size_t columns = 0;               // matrix
  std::vector<std::string> relations;    // between sides: "=", "<", "<=", "!="
};

// A number with its marks: currency, percent sign, unit or noun, thousands commas, "million".
// nullopt when `text` (tidied) is not one. Defined in answer_quantity.cpp.
std::optional<AnswerData> parse_quantity(std::string_view text);

// Canonical name of a unit of measurement or currency ("centimeters" gives "cm"), empty for others.
std::string_view canonical_unit(std::string_view word);

// True when the comma at `comma` stands between thousands: 1,234 but not 1,2 or 1, 234.
bool is_thousands_comma(std::string_view text, std::size_t comma);

// Lower case, one space, no outer punctuation and no leading article.
std::string normal_text(std::string_view text);

// Nesting and bytes left to one parse. The bytes bound the retries: each level tries several
// readings, which would otherwise multiply with the depth.
struct ParseScope {
  int depth = 16;
  std::size_t* bytes_left = nullptr;
  ParseScope deeper() const { return {depth - 1, bytes_left}; }
};

// One answer within another. Defined in answer_parse.cpp.
AnswerData parse_value(std::string_view text, ParseScope scope);

}  // namespace reckon::answer_detail
