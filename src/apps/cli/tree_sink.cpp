// The live tree of `solve --tree`.
#include <algorithm>

#include <fmt/format.h>

#include "apps/cli/event_sinks.h"
#include "apps/cli/number_format.h"

namespace reckon::cli {
namespace {

constexpr std::size_t kTailBytes = 400;
constexpr std::size_t kNodeAnswerWidth = 40;
constexpr std::size_t kNoteWidth = 100;

std::string last_characters(const std::string& text, std::size_t columns) {
  if (text.size() <= columns) return text;
  std::size_t at = text.size() - columns;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return text.substr(at);
}

}  // namespace

TreeSink::TreeSink(std::FILE* out) : out_(out), style_(out), live_(is_terminal(out)) {}

void TreeSink::emit(const Event& event) {
  const std::lock_guard lock(mutex_);
  note(event);
  if (!live_) {
    print_plain(event);
    return;
  }
  if (event.milliseconds - drawn_ < kRedrawEveryMs) return;
  drawn_ = event.milliseconds;
  redraw();
}

void TreeSink::note(const Event& event) {
  if (event.trace == 0) return;
  Node& node = nodes_[event.trace];
  switch (event.kind) {
    case EventKind::branch_opened: node.parent = event.parent; break;
    case EventKind::tokens:
      node.tokens += event.count;
      node.tail += event.text;
      if (node.tail.size() > 2 * kTailBytes) node.tail = last_characters(node.tail, kTailBytes);
      break;
    case EventKind::step_scored:
      node.score = event.value;
      node.scored = true;
      break;
    case EventKind::pruned: node.finish = "pruned: " + event.label; break;
    case EventKind::trace_finished:
      node.ended = true;
      node.tokens = std::max(node.tokens, event.count);
      if (node.finish.empty()) node.finish = event.label;
      node.answer = event.text;
      break;
    default: break;
  }
}

std::string TreeSink::describe(std::uint64_t id, const Node& node) const {
  std::string text = fmt::format("trace {:<3} {:>6} tokens", id, with_thousands(node.tokens));
  if (node.scored) text += fmt::format("  score {:.3f}", node.score);
  if (!node.finish.empty()) text += "  " + one_line(node.finish);
  if (!node.answer.empty()) text += ": " + shorten(one_line(node.answer), kNodeAnswerWidth);
  else if (node.ended) text += ": no answer";
  return text;
}

void TreeSink::print_plain(const Event& event) {
  const Node* node = event.trace == 0 ? nullptr : &nodes_[event.trace];
  switch (event.kind) {
    case EventKind::run_started: fmt::print(out_, "{} started\n", event.label); break;
    case EventKind::branch_opened:
      fmt::print(out_, "{:>8}  trace {} opened{}\n", format_duration(event.milliseconds), event.trace,
                 event.parent == 0 ? "" : fmt::format(" from {}", event.parent));
      break;
    case EventKind::pruned:
    case EventKind::trace_finished: fmt::print(out_, "{:>8}  {}\n", format_duration(event.milliseconds), describe(event.trace, *node)); break;
    case EventKind::answer_improved: fmt::print(out_, "{:>8}  best so far: {}\n", format_duration(event.milliseconds), one_line(event.text)); break;
    case EventKind::note:
      fmt::print(out_, "{:>8}  {}: {}\n", format_duration(event.milliseconds), event.label, shorten(one_line(event.text), kNoteWidth));
      break;
    case EventKind::run_finished: fmt::print(out_, "{:>8}  finished\n", format_duration(event.milliseconds)); break;
    default: break;
  }
}

void TreeSink::list_below(std::uint64_t parent, std::size_t depth, std::vector<std::string>& lines) const {
  const std::size_t width = terminal_width(out_) - 1;
  for (const auto& [id, node] : nodes_) {
    if (node.parent != parent || id == parent) continue;
    const std::string plain = shorten(fmt::format("{:>{}}{} {}", "", 2 * depth, node.ended ? "+" : "*", describe(id, node)), width);
    std::string line = node.ended && !node.answer.empty() ? style_.green(plain) : plain;
    const std::size_t room = width - std::min(width, plain.size());
    if (!node.ended && !node.tail.empty() && room > 12) line += "  " + style_.dim(last_characters(one_line(node.tail), room - 4));
    lines.push_back(std::move(line));
    list_below(id, depth + 1, lines);
  }
}

void TreeSink::redraw() {
  std::vector<std::string> lines;
  list_below(0, 0, lines);
  // What is above the top of the screen cannot be redrawn.
  const std::size_t room = terminal_height(out_) - 1;
  if (lines.size() > room) {
    const std::size_t hidden = lines.size() - room + 1;
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(hidden));
    lines.insert(lines.begin(), style_.dim(fmt::format("... {} above", counted(static_cast<std::int64_t>(hidden), "branch line"))));
  }
  std::string frame = drawn_lines_ > 0 ? fmt::format("\x1b[{}A\r", drawn_lines_) : "";
  for (const auto& line : lines) frame += "\x1b[2K" + line + "\n";
  frame += "\x1b[J";
  drawn_lines_ = lines.size();
  fmt::print(out_, "{}", frame);
  std::fflush(out_);
}

// The tree stays on the screen.
Status TreeSink::finish() {
  const std::lock_guard lock(mutex_);
  if (live_) redraw();
  std::fflush(out_);
  return ok_status();
}

}  // namespace reckon::cli
