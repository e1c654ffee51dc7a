// When are two answers the same answer?
//
// Two policies. voting(): exact, symmetric, for grouping samples of one question. grading(): an
// answer against a reference, with the leniencies that graders agree on; these are not symmetric.
// Numbers are compared as exact rationals, never with a tolerance (10000 is not 10001, 1/2^99 is not
// 1/2^98); symbolic expressions by randomised evaluation at 168 bits (relative 1e-20).
//
// Threading: pure functions of immutable values. Cost: microseconds for numbers and text, about a
// millisecond for a symbolic pair; at most some tenths of a second, after which answers count as different. Errors: none; a missing answer
// equals nothing, not even another missing one.
// Source: shared specification 6.3, 6.4, 6.7.
#pragma once

#include <string>

#include "scoring/answer_value.h"

namespace reckon {

// How "50%" compares with a number that has no percent sign.
enum class PercentRule {
  sign_optional,           // 50% = 50, not 0.5
  sign_optional_or_value,  // 50% = 50 and 50% = 1/2; never 0.5 = 50, which have no sign
};
enum class UnitRule {
  either_may_omit,   // 10 cm = 10, 10 cm != 10 m
  answer_may_add,    // as above, but a unit in the reference must be in the answer; currency and % may miss
};

struct EquivalencePolicy {
  PercentRule percent = PercentRule::sign_optional;
  UnitRule units = UnitRule::either_may_omit;
  bool allow_rounding = false;            // 0.33 = 1/3: a decimal of two digits or more that rounds the exact side
  bool accept_chain_end = false;          // the answer "2 + 3 = 5" for the reference 5
  bool interval_for_inequality = false;   // the answer (2, \infty) for the reference x > 2

  static EquivalencePolicy voting() { return {}; }
  static EquivalencePolicy grading() {
    return {.percent = PercentRule::sign_optional_or_value, .accept_chain_end = true, .interval_for_inequality = true};
  }
};

bool equivalent(const AnswerValue& answer, const AnswerValue& reference, const EquivalencePolicy& policy);

// Equal keys imply equivalence under voting(). The reverse does not hold (\sqrt{8} and 2\sqrt{2}),
// which is why grouping compares representatives as well. Empty for a missing answer.
std::string canonical_key(const AnswerValue& value);

}  // namespace reckon
