// Number games: reach a target from given numbers with + - * / (Game of 24, Countdown). The exact solver, the
// judge of an expression, and the judge of an unfinished solution.
//
// An answer is an expression over the given numbers, each used as often as it is given: "(13 - 9) * (10 - 4)", in
// plain text or LaTeX, with "= 24" behind it or not. An unfinished solution is read as equations, each of which
// puts results in the place of the numbers it uses: "13 - 9 = 4" leaves 4 with the others. Of the text between
// equations nothing is judged. It is dead when an equation is false, uses what is not there, or leaves numbers
// from which the target cannot be reached: these are the three kinds of error of 2502.04404, section 3.
//
// Threading: pure functions. Cost: the solver tries everything, about 4,000 ends for 4 numbers, 60 times more for
// each further one. Source: shared specification 6.7, 7.3.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scoring/checker.h"

namespace reckon {

struct NumberGame {
  std::vector<std::int64_t> numbers;
  std::int64_t target = 24;
  enum class Use { all, some } use = Use::all;                    // of the numbers
  enum class Division { any, exact } division = Division::any;    // exact: every quotient is an integer
};

// An expression that is right; nothing when there is none.
std::optional<std::string> solve(const NumberGame& game);

class NumberGameChecker final : public Checker {
 public:
  explicit NumberGameChecker(NumberGame game) : game_(std::move(game)) {}
  Result<Grade> grade(std::string_view answer) const override;
  // 1: the target can still be reached; 0: it cannot.
  Result<Grade> promise(std::string_view solution) const override;

 private:
  NumberGame game_;
};

}  // namespace reckon
