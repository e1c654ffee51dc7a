// What is printed and written: numbers, text made safe, files, sinks.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "apps/cli/bench_progress.h"
#include "apps/cli/event_sinks.h"
#include "apps/cli/model_pull.h"
#include "apps/cli/number_format.h"
#include "apps/cli/output_file.h"
#include "apps/cli/solve_output.h"
#include "apps/cli/terminal.h"
#include "base/test_support.h"

namespace reckon::cli {
namespace {

namespace fs = std::filesystem;

TEST(NumberFormat, ForPeople) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(-1234567), "-1,234,567");
  EXPECT_EQ(format_duration(12.3), "12 ms");
  EXPECT_EQ(format_duration(999.6), "1.0 s");
  EXPECT_EQ(format_duration(200e3), "3 min 20 s");
  EXPECT_EQ(format_duration(7500e3), "2 h 05 min");
  EXPECT_EQ(format_bytes(999), "999 bytes");
  EXPECT_EQ(format_bytes(491400064), "491.4 MB");
  EXPECT_EQ(format_rate(5, 0.0), "");
  EXPECT_EQ(format_rate(50, 1000.0), "50.0 tokens/s");
  EXPECT_EQ(format_rate(123456, 1000.0), "123,456 tokens/s");
  EXPECT_EQ(counted(1, "trace"), "1 trace");
}

TEST(Terminal, ModelOutputCannotMoveTheCursor) {
  EXPECT_EQ(printable("a\x1b[31mb\tc\nd\r\x7f"), "a\\x1b[31mb\tc\nd\\x7f");
  EXPECT_EQ(printable("\xc2\x9b" "2J"), "\\x9b2J");  // the one-byte escape introducer
  EXPECT_EQ(printable("é\xff"), "é\xEF\xBF\xBD");
  EXPECT_EQ(one_line("  a\n\n b\t c "), "a b c");
}

TEST(Terminal, ShortensByCharacters) {
  EXPECT_EQ(shorten("abc", 3), "abc");
  EXPECT_EQ(shorten("abcd", 3), "ab…");
  EXPECT_EQ(shorten("äöüß", 3), "äö…");
  EXPECT_EQ(shorten("abcd", 1), "…");
  EXPECT_EQ(shorten("abcd", 0), "");
}

class FilesTest : public ::testing::Test {
 protected:
  static std::string read(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(folder_), fs::directory_iterator()); }
  testing_support::TemporaryFolder temporary_;
  fs::path folder_ = temporary_.path();
};

TEST_F(FilesTest, WholeOrNotAtAll) {
  EXPECT_TRUE(write_whole(folder_ / "a", "one").ok());
  EXPECT_TRUE(write_whole(folder_ / "a", "two").ok());
  EXPECT_EQ(read(folder_ / "a"), "two");
  EXPECT_EQ(files(), 1);
  EXPECT_EQ(write_whole(folder_, "x").kind(), ErrorKind::io);
  EXPECT_EQ(write_whole(folder_ / "none" / "a", "x").kind(), ErrorKind::io);
  EXPECT_EQ(check_writable(folder_ / "none" / "a").kind(), ErrorKind::io);
  EXPECT_TRUE(check_writable(folder_ / "new").ok());
  EXPECT_EQ(files(), 1);
  if (!fs::exists("/dev/full")) return;
  EXPECT_EQ(write_whole("/dev/full", "x").kind(), ErrorKind::out_of_memory);
}

TEST_F(FilesTest, ATraceWithoutEventsIsRemoved) {
  const fs::path path = folder_ / "trace";
  auto sink = TraceFileSink::create(path.string());
  ASSERT_TRUE(sink.ok());
  EXPECT_TRUE((*sink)->finish().ok());
  EXPECT_FALSE(fs::exists(path));
  sink = TraceFileSink::create(path.string());
  (*sink)->emit({.kind = EventKind::run_started, .label = "vote"});
  EXPECT_NE(read(path).find("\"run_started\""), std::string::npos);  // there at once
  EXPECT_TRUE((*sink)->finish().ok());
  EXPECT_TRUE(fs::exists(path));
}

TEST(RunProgress, CountsAndNamesTheLeader) {
  RunProgress progress{.expected = 3};
  EXPECT_EQ(progress.line(), "0 of 3 traces done, 0 tokens");
  progress.add({.kind = EventKind::branch_opened, .trace = 1});
  progress.add({.kind = EventKind::tokens, .trace = 1, .count = 50, .milliseconds = 1000.0});
  for (const char* answer : {"5", "4", "4.0"}) progress.add({.kind = EventKind::trace_finished, .milliseconds = 2000.0, .text = answer});
  EXPECT_EQ(progress.line(), "3 of 3 traces done, 50 tokens, 25.0 tokens/s; leading: 4 (2 of 3)");
}

TEST(BenchProgress, OneLine) {
  BenchProgress progress;
  progress.total = 40;
  progress.done = 10;
  progress.errors = 1;
  progress.elapsed_ms = 4000;
  progress.remaining_ms = 12000;
  progress.configurations = {{.name = "single", .total = 20, .done = 5, .correct = 2}, {.name = "vote", .total = 20, .done = 5, .correct = 5}, {.name = "later", .total = 20}};
  EXPECT_EQ(progress_line(progress), "[#####...............] 10/40, 4.0 s, about 12.0 s left; single 40 %, vote 100 %, 1 error");
}

TEST(PullProgress, OneLine) {
  models::PullProgress progress{.done = 250, .total = 1000, .source = "the mirror"};
  EXPECT_EQ(pull_line(progress, 100.0), "[#####...............] 25 %, 250 bytes of 1.0 kB, 100 bytes/s, 7.5 s left, from the mirror");
  progress.phase = models::PullProgress::Phase::verifying;
  EXPECT_EQ(pull_line(progress, 0.0), "[#####...............] 25 %, 250 bytes of 1.0 kB, checking");
}

TEST(SolveReport, SaysWhatStoppedTheRun) {
  SolvedRun run;
  run.result.answer = {.text = "4", .trace = "It is 4", .shares = {{"4", 2, 2.0}, {"5", 1, 1.0}}, .traces = 4, .agreement = 0.5};
  run.result.answer.warnings = {"careful"};
  run.result.bill.tokens.prefilled = 1234;
  run.result.bill.tokens.sampled = 10;
  run.result.bill.cancelled = 3;
  run.result.bill.traces = 4;
  run.result.bill.depth = 2;
  run.result.bill.program_runs = 3;
  run.result.bill.program_seconds = 0.5;
  run.result.bill.parse_failures = 1;
  run.result.stop = StopReason::budget;
  run.result.cap = Cap::generated_tokens;
  const std::string report = solve_report(run, Style(nullptr));
  for (const char* part : {"It is 4", "Answer: 4", "2 of 4 traces agree", "1 of 4  " /* of each: 5, no answer */, "1,234 computed", "10 sampled, 3 cancelled", "4 traces (up to 2 one after another)",
                           "3 program runs, 500 ms, 1 not in the form asked for",
                           "the budget was used up (generated tokens)", "Warning: careful"}) {
    EXPECT_NE(report.find(part), std::string::npos) << part << "\n" << report;
  }
}

}  // namespace
}  // namespace reckon::cli
