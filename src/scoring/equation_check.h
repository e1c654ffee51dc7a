// The sums that a text states, checked: "3 * 4 = 12" holds, "3 * 4 = 13" does not.
//
// An equation is a number on the right of "=" and, on its left, numbers joined by at least one operator, which may be
// written + - * x / and their typographic and LaTeX forms, with brackets, thousands commas, $ and %. Numbers are exact;
// a decimal on the right may be a rounding of the left (10 / 3 = 3.33). Words and letters end the left side where they
// stand, so that "3 apples * 4 = 12" is no equation and is not judged. A chain "1 + 2 = 3 = 3" states two.
//
// Threading: pure. Cost: linear in the text and in the length of each left side, which is 200 bytes at most.
// Errors: none; what cannot be read is left out. Source: the calculation annotations of GSM8K (2110.14168, appendix C)
// are the case without words; free text needs the caution above.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reckon {

struct StatedEquation {
  std::string text;  // "3 * 4 = 13"
  bool holds = false;
};

std::vector<StatedEquation> stated_equations(std::string_view text);

}  // namespace reckon
