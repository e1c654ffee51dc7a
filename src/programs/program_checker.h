// Grades a program by hidden tests: 1 when it passes all of them, else 0.
//
// Threading: as ProgramRunner. Errors: internal when the sandbox failed; a bad program is a 0.
#pragma once

#include <memory>

#include "programs/program_runner.h"
#include "scoring/checker.h"

namespace reckon {

class ProgramChecker final : public Checker {
 public:
  ProgramChecker(std::shared_ptr<const ProgramRunner> runner, ProgramTests hidden)
      : runner_(std::move(runner)), hidden_(std::move(hidden)) {}

  Result<Grade> grade(std::string_view answer) const override {
    RECKON_ASSIGN_OR_RETURN(const bool passes, runner_->passes(std::string(answer), hidden_));
    return passes ? Grade{.value = 1.0} : Grade{.reason = "it fails a hidden test"};
  }

 private:
  std::shared_ptr<const ProgramRunner> runner_;
  ProgramTests hidden_;
};

}  // namespace reckon
