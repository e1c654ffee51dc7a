// Who watches a run: a trace file, a progress line, a live tree.
//
// Threading: emit() comes from several threads; every sink has its own lock and is quick. finish() is
// called once, after the run.
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "apps/cli/output_file.h"
#include "apps/cli/terminal.h"
#include "base/clock.h"
#include "scoring/answer_groups.h"
#include "search/events.h"

namespace reckon::cli {

class RunSink : public EventSink {
 public:
  // Clears what is temporary; the first error of the run, if any.
  virtual Status finish() = 0;
};

// Passes every event to each of several sinks. Events of the decode thread come without a time and get
// one here.
class SinkList final : public EventSink {
 public:
  void add(std::unique_ptr<RunSink> sink) { sinks_.push_back(std::move(sink)); }
  bool empty() const { return sinks_.empty(); }
  void emit(const Event& event) override;
  bool wants_tokens() const override;
  Status finish();

 private:
  std::vector<std::unique_ptr<RunSink>> sinks_;
  double started_ = system_clock().milliseconds();
};

// Every event as a line of JSON, written at once. A file that could not be written to its end, or
// that has no event, is removed again.
class TraceFileSink final : public RunSink {
 public:
  static Result<std::unique_ptr<TraceFileSink>> create(const std::string& path);
  void emit(const Event& event) override;
  bool wants_tokens() const override { return true; }
  Status finish() override;

 private:
  explicit TraceFileSink(LineFile file) : file_(std::move(file)) {}
  std::mutex mutex_;
  LineFile file_;
  Status status_;
  bool written_ = false;
};

// What a run looks like so far, from its events. Not thread-safe.
struct RunProgress {
  int expected = 0;  // traces, as far as known
  int opened = 0;
  int finished = 0;
  std::int64_t tokens = 0;
  double milliseconds = 0.0;
  AnswerGroups answers;
  void add(const Event& event);
  // "3 of 8 traces done, 1,234 tokens, 45.2 tokens/s; leading: 42 (2 of 3)"
  std::string line() const;
};

// One line on a terminal that is rewritten in place, a few times a second.
class ProgressSink final : public RunSink {
 public:
  ProgressSink(std::FILE* terminal, int expected_traces);
  void emit(const Event& event) override;
  bool wants_tokens() const override { return true; }
  Status finish() override;

 private:
  std::FILE* out_;
  std::mutex mutex_;
  RunProgress progress_;
  double drawn_ = -1e9;  // when, in milliseconds of the run
};

// The branches with their state, tokens and answers: redrawn in place on a terminal, else a line for
// each that opens or ends.
class TreeSink final : public RunSink {
 public:
  explicit TreeSink(std::FILE* out);
  void emit(const Event& event) override;
  bool wants_tokens() const override { return live_; }
  Status finish() override;

 private:
  struct Node {
    std::uint64_t parent = 0;
    std::int64_t tokens = 0;
    double score = 0.0;
    bool scored = false;
    bool ended = false;
    std::string finish;  // how it ended, or why it was pruned
    std::string answer;
    std::string tail;    // the last of its text, while it runs
  };
  void note(const Event& event);
  void print_plain(const Event& event);
  std::string describe(std::uint64_t id, const Node& node) const;
  void list_below(std::uint64_t parent, std::size_t depth, std::vector<std::string>& lines) const;
  void redraw();

  std::FILE* out_;
  Style style_;
  bool live_;
  std::mutex mutex_;
  std::map<std::uint64_t, Node> nodes_;
  std::size_t drawn_lines_ = 0;
  double drawn_ = -1e9;  // when, in milliseconds of the run
};

}  // namespace reckon::cli
