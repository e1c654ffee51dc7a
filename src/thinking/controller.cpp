#include "thinking/controller.h"

#include <algorithm>

namespace reckon {

Controllers clone_all(const Controllers& controllers) {
  Controllers copies;
  copies.reserve(controllers.size());
  for (const auto& controller : controllers) copies.push_back(controller->clone());
  return copies;
}

std::int64_t answer_reserve(std::int64_t max_tokens) { return std::max<std::int64_t>(64, max_tokens / 10); }

Section section_of(const Controllers& controllers) {
  for (const auto& controller : controllers) {
    if (const auto section = controller->section()) return *section;
  }
  return Section::thinking;
}

namespace {

// Carries out a close: the owner of the section says how. Nothing when the thinking must go on.
std::optional<Ruling> close_section(const Controllers& controllers, Controller& asker, const Verdict& wish) {
  bool thinking = false;  // inside a section that has an owner
  for (const auto& owner : controllers) {
    thinking |= owner->section() == Section::thinking;
    if (auto closing = owner->close_thinking(wish)) return Ruling{*std::move(closing), owner.get()};
  }
  // A loop in the answer, or without a section to close, ends the trace; a minimum makes it go on.
  if (!thinking) return Ruling{Verdict::stop(wish.reason), &asker};
  return std::nullopt;
}

}  // namespace

Ruling rule_after(const ProbeResult& result, const Controllers& controllers, Controller& asker) {
  Verdict verdict = asker.on_probe(result);
  if (verdict.action != Verdict::Action::close) return {};
  verdict.retract = result.behind;
  auto ruling = close_section(controllers, asker, verdict);
  if (!ruling) return {};
  if (ruling->verdict.action == Verdict::Action::accept) {
    ruling->verdict.action = Verdict::Action::withhold;
    ruling->verdict.retract = verdict.retract;
  }
  return *std::move(ruling);
}

Ruling rule_on(const Controllers& controllers, const BranchView& branch, TokenId token) {
  for (const auto& controller : controllers) {
    Verdict verdict = controller->on_token(branch, token);
    if (verdict.plain()) continue;
    if (verdict.action != Verdict::Action::close) return {std::move(verdict), controller.get()};
    if (auto ruling = close_section(controllers, *controller, verdict)) return *std::move(ruling);
  }
  return {};
}

}  // namespace reckon
