#include "apps/cli/event_sinks.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/cli/json_fields.h"
#include "apps/cli/number_format.h"

namespace reckon::cli {
void SinkList::emit(const Event& event) {
  Event timed = event;
  if (timed.milliseconds <= 0.0) timed.milliseconds = system_clock().milliseconds() - started_;
  for (const auto& sink : sinks_) {
    if (event.kind != EventKind::tokens || sink->wants_tokens()) sink->emit(timed);
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
  written_ = true;
}

Status TraceFileSink::finish() {
  const std::lock_guard lock(mutex_);
  Status closed = file_.close();
  if (status_.ok()) status_ = std::move(closed);
  if (!status_.ok() || !written_) file_.remove();
  return status_;
}

void RunProgress::add(const Event& event) {
  milliseconds = std::max(milliseconds, event.milliseconds);
  switch (event.kind) {
    case EventKind::branch_opened: ++opened; break;
    case EventKind::tokens: tokens += event.count; break;
    case EventKind::trace_finished:
      ++finished;
      answers.add(parse_answer(event.text));
      break;
    default: break;
  }
}

std::string RunProgress::line() const {
  std::string line = fmt::format("{} of {} done, {}", finished, counted(std::max(expected, opened), "trace"), counted(tokens, "token"));
  const std::string rate = format_rate(tokens, milliseconds);
  if (tokens > 0 && !rate.empty()) line += ", " + rate;
  if (const auto leader = answers.leader_by_count()) {
    const AnswerGroup& group = answers.groups()[*leader];
    line += fmt::format("; leading: {} ({} of {})", shorten(one_line(group.surface), 24), group.count, finished);
  }
  return line;
}

ProgressSink::ProgressSink(std::FILE* terminal, int expected_traces) : out_(terminal) { progress_.expected = expected_traces; }

void ProgressSink::emit(const Event& event) {
  const std::lock_guard lock(mutex_);
  progress_.add(event);
  if (progress_.milliseconds - drawn_ < kRedrawEveryMs) return;
  drawn_ = progress_.milliseconds;
  fmt::print(out_, "\r\x1b[2K{}", shorten(progress_.line(), terminal_width(out_) - 1));
  std::fflush(out_);
}

Status ProgressSink::finish() {
  const std::lock_guard lock(mutex_);
  fmt::print(out_, "\r\x1b[2K");
  std::fflush(out_);
  return ok_status();
}

}  // namespace reckon::cli
