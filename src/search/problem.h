// Problems: what is measured on. A problem makes the items of a problem set from its options: by a seeded
// generator, or from a data file that an option names.
//
// The same options give the same items, on every platform. Items are made once, before a run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "scoring/answer_style.h"
#include "scoring/checker.h"
#include "scoring/program_tests.h"

namespace reckon {

struct ProblemItem {
  std::string id;         // unique in its set
  std::string question;   // says in which form the answer is wanted
  std::string reference;  // an answer that is right, for people, or to compare with when there is no checker
  std::string solution;   // worked, where there is one
  AnswerStyle answer_style;
  std::shared_ptr<const Checker> checker;  // null: answers are compared with the reference
  // When the answer is a program: public tests. The checker, which knows the hidden ones, then only grades: it is
  // not shown to strategies and scorers.
  std::optional<ProgramTests> tests = std::nullopt;
};

class Problem {
 public:
  virtual ~Problem() = default;
  // Errors: invalid_argument for options that no item fits; not_found, io or invalid_argument for a data file.
  virtual Result<std::vector<ProblemItem>> items() const = 0;
};

}  // namespace reckon
