// Trace events: one stream of small values that says what a run is doing.
//
// Every branch that is opened is closed by exactly one `trace_finished`; a run is framed by
// `run_started` and `run_finished`. Sinks print, store or draw; nothing below apps/ does.
//
// Threading: a sink is called from the run's thread and from the decode thread, and must be
// thread-safe and quick.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reckon {

enum class EventKind {
  run_started,      // label: strategy
  branch_opened,    // trace, parent
  tokens,           // trace, text, count; only for sinks that want them
  step_scored,      // trace, value
  pruned,           // trace, label: why
  trace_finished,   // trace, label: finish reason, text: extracted answer, count: generated tokens
  vote,             // text: leading answer, value: its share, count: traces so far
  answer_improved,  // text: best answer so far, value: its score
  note,             // trace (0: none), label: what it is, text: what the strategy wrote or chose
  budget,           // label: the cap that was hit
  warning,          // text
  run_finished,     // text: answer, value: agreement
};
std::string_view to_string(EventKind kind);

struct Event {
  EventKind kind;
  std::uint64_t trace = 0;
  std::uint64_t parent = 0;
  std::int64_t count = 0;
  double value = 0.0;
  double milliseconds = 0.0;  // since the run started
  std::string label;
  std::string text;
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void emit(const Event& event) = 0;
  // Whether it wants `tokens` events, which are one per generated token.
  virtual bool wants_tokens() const { return false; }
};

}  // namespace reckon
