#include "thinking/controller.h"

namespace reckon {

Controllers clone_all(const Controllers& controllers) {
  Controllers copies;
  copies.reserve(controllers.size());
  for (const auto& controller : controllers) copies.push_back(controller->clone());
  return copies;
}

Section section_of(const Controllers& controllers) {
  for (const auto& controller : controllers) {
    if (const auto section = controller->section()) return *section;
  }
  return Section::thinking;
}

Ruling rule_on(const Controllers& controllers, const BranchView& branch, TokenId token) {
  for (const auto& controller : controllers) {
    Verdict verdict = controller->on_token(branch, token);
    if (verdict.plain()) continue;
    if (verdict.action != Verdict::Action::close) return {std::move(verdict), controller.get()};
    bool thinking = false;  // inside a section that has an owner
    for (const auto& owner : controllers) {
      thinking |= owner->section() == Section::thinking;
      if (auto closing = owner->close_thinking(verdict.reason)) return {*std::move(closing), owner.get()};
    }
    // A loop in the answer, or without a section to close, ends the trace; a minimum makes it go on.
    if (!thinking) return {Verdict::stop(verdict.reason), controller.get()};
  }
  return {};
}

}  // namespace reckon
