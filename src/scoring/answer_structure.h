// Finding the structure of a tidied answer: brackets, top-level separators and relations.
// Internal to src/scoring.
//
// Threading: pure functions. Cost: linear in the text. Errors: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::answer_detail {

// Bracket depth seen so far, with \{ and \} counted like the others. Kinds are not told apart,
// because [0, 1) is balanced.
class DepthCounter {
 public:
  // Call for each position in turn; true when the byte there is outside all brackets.
  bool outside(std::string_view text, std::size_t at);

 private:
  int depth_ = 0;
};

// Parts between top-level commas or semicolons; thousands commas do not separate.
std::vector<std::string_view> split_list(std::string_view text);
// Parts between any of `separators` (whole strings) at the top level.
std::vector<std::string_view> split_at(std::string_view text, const std::vector<std::string_view>& separators);

struct Relations {
  std::vector<std::string_view> sides;
  std::vector<std::string> signs;  // "=", "<", "<=", ">", ">=", "!="; one fewer than sides
};
Relations split_relations(std::string_view text);

// One bracket pair around the whole text; mixed ends as in [0, 1) are allowed.
struct Enclosed {
  char open = '\0';   // '(' '[' '{'
  char close = '\0';
  std::string_view inner;
};
std::optional<Enclosed> enclosed(std::string_view text);

// x, AB, x_1, \theta, f(x): something that a value is assigned to, not a formula.
bool is_short_name(std::string_view text);

}  // namespace reckon::answer_detail
