// Keeps traces from ending early, so that every one has the same length.
#pragma once

#include <memory>
#include <string_view>

#include "search/registry.h"
#include "thinking/controller.h"

namespace reckon {

class NeverEnds final : public Controller {
 public:
  explicit NeverEnds(const Vocabulary& vocabulary) : ends_(end_of_generation_ids(vocabulary)) {}
  NeverEnds(const Options&, const ControllerEnvironment& environment) : NeverEnds(environment.vocabulary) {}
  std::unique_ptr<Controller> clone() const override { return std::make_unique<NeverEnds>(*this); }
  std::string_view name() const override { return "never_ends"; }
  void before_token(const BranchView&, LogitEdits& edits) override { edits.masked = ends_; }

 private:
  Tokens ends_;
};

}  // namespace reckon
