// Finding numbers and answer places in running text. Internal to src/scoring.
//
// Threading: pure functions. Cost: linear in the text. Errors: nullopt or an empty list.
// Source: shared specification 6.1; sequential 4.2 and 5.1 for the faults avoided here (1234 read as
// 123, lost signs, letters without word boundaries).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::answer_detail {

// Numbers as people write them in prose: "-7", "$1,234.50", "3/4", "1 1/2", "50%", "\frac{3}{4}",
// "12:30". Not digits inside words ("x2") and not the end of a range or difference as a sign
// ("10-3" holds 10 and 3). The result is the number's text without trailing punctuation.
std::optional<std::string> first_number(std::string_view text);
std::optional<std::string> last_number(std::string_view text);

// Where answers stand: behind "answer is", "Answer:", "final answer ...", in several languages. Each
// place runs to the end of its sentence or maths; in order of appearance, the last few only.
std::vector<std::string_view> answer_places(std::string_view text);

// The same for "option"/"choice" in choice questions ("the correct option is C", "option C is correct").
std::vector<std::string_view> option_places(std::string_view text);

// One place that begins at `at`: maths between delimiters, a bold span, else the sentence. A blank
// rest of the line moves on to the next line with content.
std::string_view place_at(std::string_view text, std::size_t at);

}  // namespace reckon::answer_detail
