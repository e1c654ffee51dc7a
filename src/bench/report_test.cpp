#include "bench/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/report_format.h"
#include "bench/report_matrix.h"
#include "bench/report_notes.h"
#include "bench/report_plot.h"

namespace reckon {
namespace {

BenchMatrix two_by_two() {
  BenchMatrix matrix;
  matrix.problems.name = "rows.jsonl";
  matrix.problems.digest = "abc";
  matrix.problems.rows = {{.id = "r1", .line = 1, .question = "1 < 2 & \"3\"?", .reference = "yes"},
                          {.id = "r2", .line = 2, .question = "second", .reference = "7"}};
  matrix.model = "fake";
  matrix.configurations = {{"single", "{}"}, {"vote", R"({"samples":8})"}};
  matrix.seeds = {1, 2};
  return matrix;
}

BenchResult result(const std::string& configuration, const std::string& row, std::uint64_t seed) {
  BenchResult value;
  value.configuration = configuration;
  value.row_id = row;
  value.seed = seed;
  value.answer = "wrong";
  value.reference = "7";
  value.tokens.sampled = configuration == "vote" ? 800 : 100;
  value.tokens.forced = 1;
  value.tokens.pending = 1;
  value.tokens.prefilled = 50;
  value.wall_ms = 10.0 * static_cast<double>(seed);
  value.finish_reason = "finished";
  return value;
}

// single: 1 of 4 right, one error. vote: 3 of 3 right, one missing.
BenchRun some_run() {
  BenchRun run;
  for (const char* row : {"r1", "r2"}) {
    for (const std::uint64_t seed : {1, 2}) run.results.push_back(result("single", row, seed));
  }
  run.results[0].correct = true;
  run.results[3].error = "the model <went> away";
  run.results[3].tokens = {};
  for (auto [row, seed] : {std::pair{"r1", 1}, {"r1", 2}, {"r2", 1}}) {
    run.results.push_back(result("vote", row, static_cast<std::uint64_t>(seed)));
    run.results.back().correct = true;
    run.results.back().agreement = 0.5;
  }
  run.total = 8;
  run.missing = 1;
  run.errors = 1;
  run.first_errors = {"single, row r2, seed 2: the model <went> away"};
  return run;
}

BenchReport some_report() {
  auto report = summarise(two_by_two(), some_run());
  EXPECT_TRUE(report.ok());
  return *report;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Report, CountsAndMeans) {
  const BenchReport report = some_report();
  const auto& single = report.configurations[0];
  EXPECT_EQ(single.rows, 2u);
  EXPECT_EQ(single.seeds, 2u);
  EXPECT_EQ(single.answers, 4u);
  EXPECT_EQ(single.correct, 1u);
  EXPECT_EQ(single.errors, 1u);
  EXPECT_EQ(single.missing, 0u);
  EXPECT_DOUBLE_EQ(single.accuracy, 0.25);  // the error counts as wrong
  EXPECT_DOUBLE_EQ(single.wilson.low, statistics::wilson_interval(1, 4).low);
  EXPECT_DOUBLE_EQ(single.tokens.generated, 101.0);  // the error's zero tokens do not count
  EXPECT_DOUBLE_EQ(single.tokens.computed, 150.0);   // 50 + 101 - 1 pending
  EXPECT_DOUBLE_EQ(single.tokens.by_kind[0], 50.0);
  EXPECT_DOUBLE_EQ(single.generated_per_correct.value(), 303.0);
  EXPECT_NEAR(single.wall_ms, 40.0 / 3, 1e-9);  // 10, 20, 10
  EXPECT_DOUBLE_EQ(single.wall_ms_median, 10.0);
  EXPECT_FALSE(single.mean_agreement.has_value());
  const auto& vote = report.configurations[1];
  EXPECT_EQ(vote.missing, 1u);
  EXPECT_DOUBLE_EQ(vote.accuracy, 1.0);
  EXPECT_DOUBLE_EQ(vote.mean_agreement.value(), 0.5);
  EXPECT_TRUE(single.on_front && vote.on_front);
}

TEST(Report, ComparisonPairsByRow) {
  const BenchReport report = some_report();
  ASSERT_EQ(report.comparisons.size(), 1u);
  const auto& comparison = report.comparisons[0];
  EXPECT_EQ(comparison.configuration, "vote");
  EXPECT_EQ(comparison.baseline, "single");
  EXPECT_DOUBLE_EQ(comparison.accuracy.difference, 0.75);  // r1: 1 - 0.5, r2: 1 - 0
  EXPECT_EQ(comparison.accuracy.better, 2u);
  EXPECT_NEAR(comparison.generated_ratio, 801.0 / 101.0, 1e-12);
}

TEST(Report, BaselineCanBeChosenAndMustExist) {
  const auto report = summarise(two_by_two(), some_run(), {.baseline = "vote"});
  ASSERT_TRUE(report.ok());
  EXPECT_DOUBLE_EQ(report->comparisons[0].accuracy.difference, -0.75);
  EXPECT_EQ(summarise(two_by_two(), some_run(), {.baseline = "x"}).status().message(),
            "the baseline \"x\" is not a configuration of this run");
  EXPECT_FALSE(summarise(two_by_two(), some_run(), {.bootstrap = {.confidence = 0.0}}).ok());
}

TEST(Report, EmptyRunReportsWithoutNumbers) {
  BenchRun run;
  run.missing = 8;
  const auto report = summarise(two_by_two(), run);
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->comparisons.empty());
  EXPECT_TRUE(accuracy_plot(*report).empty());
  EXPECT_TRUE(contains(report_html(*report), "8 of 8 results are missing"));
  EXPECT_TRUE(contains(report_markdown(*report), "| single | 0 x 0 | - | - | - |"));
}

TEST(Report, JsonHasTheNumbersAndSurvivesBrokenText) {
  BenchRun run = some_run();
  run.results[1].answer = "bad \xff byte";
  const auto report = summarise(two_by_two(), run);
  const auto json = nlohmann::json::parse(report_json(*report));
  EXPECT_EQ(json["data"]["sha256"], "abc");
  EXPECT_EQ(json["configurations"][0]["accuracy"], 0.25);
  EXPECT_EQ(json["configurations"][1]["settings"]["samples"], 8);
  EXPECT_EQ(json["configurations"][0]["mean_tokens"]["prefilled"], 50.0);
  EXPECT_EQ(json["configurations"][0]["mean_agreement"], nullptr);
  EXPECT_EQ(json["comparisons"][0]["accuracy_difference"], 0.75);
  ASSERT_EQ(json["results"].size(), 7u);
  EXPECT_EQ(json["results"][3]["error"], "the model <went> away");
  EXPECT_EQ(json["results"][0]["tokens"]["sampled"], 100);
  EXPECT_EQ(json["missing"], 1);
}

TEST(Report, MarkdownTable) {
  const std::string text = report_markdown(some_report());
  EXPECT_TRUE(contains(text, "| configuration | n | accuracy | 95 % interval | generated | prefilled | sampled | forced | pending |")) << text;
  EXPECT_TRUE(contains(text, "| single | 2 x 2 | 25.0 % | 4.6 to 69.9 | 101 | 50 | 100 | 1 | 1 | 13 ms | 303 | 1 | 0 |")) << text;
  EXPECT_TRUE(contains(text, "| vote | +75.0 | +50.0 to +100.0 | 2 | 2 / 0 | 7.93 x |")) << text;
  EXPECT_TRUE(contains(text, "Incomplete: 1 of 8 results are missing")) << text;
}

TEST(Report, HtmlEscapesAndNeedsNothingFromOutside) {
  BenchMatrix matrix = two_by_two();
  BenchRun run = some_run();
  const std::string evil = "</td><script>alert('x')</script><img src=http://evil/>";
  matrix.configurations[1].name = evil;
  matrix.configurations[1].settings = R"({"a":"\"><b>"})";
  for (auto& value : run.results) {
    if (value.configuration == "vote") value.configuration = evil;
    value.answer = evil;
  }
  matrix.problems.rows[0].reference = evil;
  const auto report = summarise(matrix, run, {.title = evil, .command = evil, .notes = {evil}});
  ASSERT_TRUE(report.ok());
  const std::string html = report_html(*report);
  EXPECT_FALSE(contains(html, "<script"));
  EXPECT_FALSE(contains(html, "<img"));
  EXPECT_FALSE(contains(html, "\"><b>"));
  EXPECT_FALSE(contains(html, "<went>"));
  EXPECT_FALSE(contains(html, "href="));
  EXPECT_FALSE(contains(html, "url("));
  EXPECT_TRUE(contains(html, "default-src 'none'"));
  EXPECT_TRUE(contains(html, "prefers-color-scheme: dark"));
  EXPECT_TRUE(contains(html, "1 &lt; 2 &amp; &quot;3&quot;?"));
}

TEST(Report, MatrixShowsEveryAnswerAndNamesWhatItLeavesOut) {
  BenchReport report = some_report();
  const std::string html = answer_matrix(report);
  EXPECT_TRUE(contains(html, "1/2")) << "single on r1";
  EXPECT_TRUE(contains(html, "2/2")) << "vote on r1";
  EXPECT_TRUE(contains(html, "0/2 !")) << "single on r2 with an error";
  EXPECT_TRUE(contains(html, "✓")) << "vote on r2, one seed";
  report.problems.resize(matrix_rows + 3, report.problems[0]);
  EXPECT_TRUE(contains(answer_matrix(report), "3 more rows are in the JSON report"));
}

TEST(Report, PlotDrawsBarsAndSeparatesEqualCosts) {
  BenchReport report = some_report();
  report.configurations[1].tokens.generated = report.configurations[0].tokens.generated;
  const std::string svg = accuracy_plot(report);
  const auto circle = svg.find("<circle cx=\"");
  const auto square = svg.find("<polygon points=\"");
  ASSERT_NE(circle, std::string::npos);
  ASSERT_NE(square, std::string::npos);
  const double first = std::stod(svg.substr(circle + 12));
  const double second = std::stod(svg.substr(square + 17)) + 0.9 * 5.5;  // its left edge to its middle
  EXPECT_NEAR(second - first, 13.0, 0.2);
  EXPECT_TRUE(contains(svg, "single: 25.0 % (4.6 to 69.9), 101 tokens"));
  EXPECT_FALSE(contains(svg, "nan"));
  EXPECT_FALSE(contains(svg, "inf"));
}

TEST(ReportFormat, NumbersAndTimes) {
  using namespace report_format;
  EXPECT_EQ(fixed(-0.04, 1), "0.0");
  EXPECT_EQ(quantity(0), "0");
  EXPECT_EQ(quantity(7.46), "7.5");
  EXPECT_EQ(quantity(99.96), "100");
  EXPECT_EQ(quantity(1234567), "1,234,567");
  EXPECT_EQ(quantity(-1234), "-1,234");
  EXPECT_EQ(quantity(-123), "-123");
  EXPECT_EQ(signed_points(0.0351), "+3.5");
  EXPECT_EQ(signed_points(-0.5), "-50.0");
  EXPECT_EQ(duration(999), "999 ms");
  EXPECT_EQ(duration(12345), "12.3 s");
  EXPECT_EQ(duration(59960), "1 min 00 s");
  EXPECT_EQ(duration(185000), "3 min 05 s");
  EXPECT_EQ(duration(7620000), "2 h 07 min");
}

TEST(ReportFormat, Text) {
  using namespace report_format;
  EXPECT_EQ(html_escape("<a b='\"'>&"), "&lt;a b=&#39;&quot;&#39;&gt;&amp;");
  EXPECT_EQ(html_escape(std::string("a\0b", 3)), "a\xEF\xBF\xBD"
                                                 "b");
  EXPECT_EQ(markdown_cell("a|b\nc"), "a\\|b c");
  EXPECT_EQ(shorten("äöü", 3), "äöü");
  EXPECT_EQ(shorten("äöüß", 3), "äöü…");
}

}  // namespace
}  // namespace reckon
