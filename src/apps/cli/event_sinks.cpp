#include "apps/cli/event_sinks.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/cli/json_fields.h"
#include "apps/cli/number_format.h"

namespace reckon::cli {
namespace {

constexpr double kRedrawEvery = 100.0;  // milliseconds

}  // namespace

void SinkList::emit(const Event& event) {
  for (const auto& sink : sinks_) {
    if (event.kind != EventKind::tokens || sink->wants_tokens()) sink->emit(event);
  }
}

bool SinkList::wants_tokens() const {
  for (const auto& sink : sinks_) {
    if (sink->wants_tokens()) return true;
  }
  return false;
}

Status SinkList::finish() {
  Status first;
  for (const auto& sink : sinks_) {
    Status status = sink->finish();
    if (first.ok()) first = std::move(status);
  }
  return first;
}

Result<std::unique_ptr<TraceFileSink>> TraceFileSink::create(const std::string& path) {
  RECKON_ASSIGN_OR_RETURN(LineFile file, LineFile::create(path));
  return std::unique_ptr<TraceFileSink>(new TraceFileSink(std::move(file)));
}

void TraceFileSink::emit(const Event& event) {
  const std::string line = event_json(event).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  const std::lock_guard lock(mutex_);
  if (status_.ok()) status_ = file_.write_line(line);
}

Status TraceFileSink::finish() {
  const std::lock_guard lock(mutex_);
  Status closed = file_.close();
  return status_.ok() ? closed : status_;
}

void RunProgress::add(const Event& event) {
  // Events of the decode thread carry no time.
  if (event.milliseconds > milliseconds) milliseconds = event.milliseconds;
  switch (event.kind) {
    case EventKind::branch_opened: ++opened; break;
    case EventKind::tokens: tokens += event.count; break;
    case EventKind::trace_finished: {
      ++finished;
      if (event.text.empty()) break;
      const int votes_now = ++votes[event.text];
      if (leader.empty() || votes_now > votes[leader]) leader = event.text;
      break;
    }
    default: break;
  }
}

ProgressSink::ProgressSink(std::FILE* terminal, int expected_traces) : out_(terminal), style_(terminal) {
  progress_.expected = expected_traces;
}

void ProgressSink::emit(const Event& event) {
  const std::lock_guard lock(mutex_);
  progress_.add(event);
  draw();
}

void ProgressSink::draw() {
}

Status ProgressSink::finish() { return ok_status(); }

}  // namespace reckon::cli
