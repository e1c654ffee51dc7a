#include <fmt/format.h>

#include "apps/cli/event_sinks.h"

namespace reckon::cli {

TreeSink::TreeSink(std::FILE* out) : out_(out), style_(out), live_(is_terminal(out)) {}
void TreeSink::emit(const Event& event) {
  const std::lock_guard lock(mutex_);
  print_plain(event);
}
void TreeSink::print_plain(const Event&) {}
Status TreeSink::finish() { return ok_status(); }

}  // namespace reckon::cli
