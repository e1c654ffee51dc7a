#include "search/events.h"

#include "search/task.h"

namespace reckon {

std::string_view to_string(EventKind kind) {
  switch (kind) {
    case EventKind::run_started: return "run_started";
    case EventKind::branch_opened: return "branch_opened";
    case EventKind::tokens: return "tokens";
    case EventKind::step_scored: return "step_scored";
    case EventKind::pruned: return "pruned";
    case EventKind::trace_finished: return "trace_finished";
    case EventKind::vote: return "vote";
    case EventKind::answer_improved: return "answer_improved";
    case EventKind::note: return "note";
    case EventKind::budget: return "budget";
    case EventKind::warning: return "warning";
    case EventKind::run_finished: return "run_finished";
  }
  return "unknown";
}

std::string_view to_string(StopReason reason) {
  switch (reason) {
    case StopReason::finished: return "finished";
    case StopReason::budget: return "budget";
    case StopReason::deadline: return "deadline";
    case StopReason::cancelled: return "cancelled";
  }
  return "finished";
}

}  // namespace reckon
