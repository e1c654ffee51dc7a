// Checkers: exact judges of one task. Where scorers guess, a checker knows: an expression's value, a program's
// tests. A task that comes from a problem set carries one; questions that people type have none.
//
// Grading with the checker that also guided the search measures the search under a perfect verifier; say so
// beside such a number.
//
// Threading: immutable, any thread. Errors: io or internal when a verdict could not be reached, never because an
// answer is bad: garbage is a 0 with its reason.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace reckon {

struct Grade {
  double value = 0.0;  // 0 to 1; 1: right
  std::string reason;  // one line for people; may be empty for a 1
  bool right() const { return value >= 1.0; }
};

class Checker {
 public:
  virtual ~Checker() = default;
  // Of a final answer, as extracted.
  virtual Result<Grade> grade(std::string_view answer) const = 0;
  // Of an unfinished solution: what it can still come to at best. `unsupported` when only whole answers can be
  // judged.
  virtual Result<Grade> promise(std::string_view solution) const;
};

inline Result<Grade> Checker::promise(std::string_view) const {
  return unsupported("this problem's checker judges whole answers only");
}

}  // namespace reckon
