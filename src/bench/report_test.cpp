#include "bench/report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/test_support.h"
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

using testing_support::contains;

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

TEST(Report, AnyTraceRightOfSeveralTraces) {
  BenchRun run = some_run();
  for (auto& value : run.results) value.any_correct = value.correct;
  run.results[1].any_correct = true;
  run.results[4].any_correct.reset();
  const auto report = summarise(two_by_two(), run);
  EXPECT_EQ(report->configurations[0].any_correct, 2u);
  EXPECT_EQ(report->configurations[0].any_correct_known, 3u);  // not the error
  EXPECT_EQ(report->configurations[1].any_correct_known, 2u);
  EXPECT_TRUE(contains(report_markdown(*report), "\nAny trace right: vote 100.0 % of 2.\n"));
  EXPECT_TRUE(contains(report_html(*report), "any trace<br>right"));
  const auto json = nlohmann::json::parse(report_json(*report));
  EXPECT_EQ(json["configurations"][0]["any_correct_known"], 3);
  EXPECT_NEAR(json["configurations"][0]["any_correct_rate"].get<double>(), 2.0 / 3, 1e-12);
  EXPECT_EQ(json["results"][1]["any_correct"], true);
  EXPECT_EQ(json["results"][4]["any_correct"], nullptr);
  EXPECT_FALSE(contains(report_markdown(some_report()), "Any trace"));
  EXPECT_FALSE(contains(report_html(some_report()), "any trace"));
}

TEST(Report, UnderthinkingIsShownWhereSwitchesArePenalised) {
  BenchMatrix matrix = two_by_two();
  BenchRun run = some_run();
  run.results[0].underthinking = 0.0;  // right
  run.results[1].underthinking = 0.5;
  run.results[2].underthinking = 0.1;
  run.results[3].underthinking = 0.9;  // an error
  auto report = summarise(matrix, run);
  EXPECT_NEAR(report->configurations[0].underthinking.value(), 0.2, 1e-12);
  EXPECT_NEAR(report->configurations[0].underthinking_of_wrong.value(), 0.3, 1e-12);
  EXPECT_FALSE(report->configurations[1].underthinking.has_value());
  EXPECT_FALSE(contains(report_markdown(*report), "nderthinking"));
  matrix.configurations[0].settings = R"({"controllers":[{"name":"loop_guard"},{"name":"switch_penalty","options":{}}]})";
  report = summarise(matrix, run);
  EXPECT_TRUE(contains(report_markdown(*report), "| generated per correct | underthinking | errors |"));
  EXPECT_TRUE(contains(report_markdown(*report), "| 13 ms | 303 | 20.0 % | 1 | 0 |")) << report_markdown(*report);
  EXPECT_TRUE(contains(report_html(*report), "under-<br>thinking"));
  EXPECT_EQ(nlohmann::json::parse(report_json(*report))["results"][1]["underthinking"], 0.5);
  for (const char* other : {R"({"prompt":"switch_penalty","controllers":"switch_penalty"})", R"({"controllers":[{"name":"loop_guard"}]})"}) {
    matrix.configurations[0].settings = other;
    EXPECT_FALSE(shows_underthinking(*summarise(matrix, run))) << other;
  }
}

// single with think=100 and 300 with wait=0, one row and seed 1 and 2; think=on with wait=1.
BenchMatrix swept_matrix() {
  BenchMatrix matrix = two_by_two();
  matrix.problems.rows.resize(1);
  const auto configuration = [](const std::string& think, const std::string& wait) {
    const std::vector<SweptValue> swept = {{"think", think}, {"wait", wait}};
    return Configuration{.name = "single " + swept[0].label() + " " + swept[1].label(), .family = "single", .swept = swept};
  };
  matrix.configurations = {configuration("100", "0"), configuration("300", "0"), configuration("on", "0"), configuration("100", "1")};
  return matrix;
}

BenchRun swept_run(const BenchMatrix& matrix) {
  BenchRun run;
  const std::vector<std::vector<std::int64_t>> thinking = {{80, 120}, {300, 200}, {500, 700}, {90, 90}};
  for (std::size_t i = 0; i < matrix.configurations.size(); ++i) {
    for (const std::uint64_t seed : {1, 2}) {
      run.results.push_back(result(matrix.configurations[i].name, "r1", seed));
      run.results.back().tokens.thinking = thinking[i][seed - 1];
    }
  }
  run.results[0].correct = true;                               // 100: 0.5
  run.results[2].correct = run.results[3].correct = true;      // 300: 1.0; on and wait=1: 0
  return run;
}

TEST(Report, BudgetControlOfEachSweep) {
  const BenchMatrix matrix = swept_matrix();
  const auto report = summarise(matrix, swept_run(matrix));
  ASSERT_EQ(report->budget_control.size(), 2u);  // think at wait=0; wait at think=100
  const auto& think = report->budget_control[0];
  EXPECT_EQ(think.axis, "think");
  EXPECT_EQ(think.family, "single wait=0");
  EXPECT_EQ(think.configurations.size(), 3u);
  EXPECT_EQ(think.limited_answers, 4u);  // "on" is no limit
  EXPECT_DOUBLE_EQ(think.control.value(), 0.75);
  // (100, 0.5) (250, 1) (600, 0): 0.5/150, -0.5/500, -1/350 per token.
  EXPECT_NEAR(think.scaling->slope, (0.5 / 150 - 0.5 / 500 - 1.0 / 350) / 3, 1e-15);
  EXPECT_EQ(think.best, 1u);
  const auto& wait = report->budget_control[1];
  EXPECT_EQ(wait.family, "single think=100");
  EXPECT_FALSE(wait.control.has_value());
  EXPECT_NEAR(wait.scaling->slope, 0.5 / 10, 1e-15);  // (90, 0) (100, 0.5)
}

TEST(Report, BudgetControlInAllForms) {
  const BenchMatrix matrix = swept_matrix();
  const auto report = summarise(matrix, swept_run(matrix));
  const std::string text = report_markdown(*report);
  EXPECT_TRUE(contains(text, "| family | swept | configurations | thinking tokens | control | scaling (points per 1k tokens) | performance | at |")) << text;
  EXPECT_TRUE(contains(text, "| single wait=0 | think | 3 | 100 to 600 | 75.0 % of 4 | -17.46 | 100.0 % (34.2 to 100.0) | 300 |")) << text;
  EXPECT_TRUE(contains(text, "| single think=100 | wait | 2 | 90 to 100 | - | +5000.00 | 50.0 %")) << text;
  EXPECT_TRUE(contains(report_html(*report), "<h2>Budget control</h2>"));
  EXPECT_TRUE(contains(report_html(*report), "<td>75.0 % of 4</td>"));
  const auto json = nlohmann::json::parse(report_json(*report))["budget_control"];
  EXPECT_EQ(json[0]["control"], 0.75);
  EXPECT_EQ(json[0]["best_configuration"], "single think=300 wait=0");
  EXPECT_NEAR(json[0]["scaling_points_per_1k_tokens"].get<double>(), -17.46, 0.005);
  EXPECT_EQ(json[1]["control"], nullptr);
  EXPECT_FALSE(contains(report_markdown(some_report()), "Budget control"));
  EXPECT_FALSE(contains(report_html(some_report()), "Budget control"));
}

TEST(Report, BudgetControlLeavesOutWhatSaysNothing) {
  BenchMatrix matrix = swept_matrix();
  BenchRun run = swept_run(matrix);
  for (std::size_t i = 0; i < 2; ++i) run.results[i].agreement = 0.5;  // several traces share the tokens
  for (std::size_t i = 4; i < 6; ++i) run.results[i].error = "broken";
  auto report = summarise(matrix, run);
  EXPECT_EQ(report->budget_control[0].configurations.size(), 2u);
  EXPECT_EQ(report->budget_control[0].limited_answers, 2u);
  // Nothing was thought: only `think` says so.
  for (auto& value : run.results) value.tokens.thinking = 0;
  report = summarise(matrix, run);
  ASSERT_EQ(report->budget_control.size(), 1u);
  EXPECT_FALSE(report->budget_control[0].scaling.has_value());
  EXPECT_TRUE(contains(report_markdown(*report), "| 0 to 0 | 100.0 % of 2 | - |")) << report_markdown(*report);
}

TEST(Report, BudgetControlOfPromptsThatAskForALength) {
  BenchMatrix matrix = swept_matrix();
  matrix.configurations.resize(2);
  for (std::size_t i = 0; i < 2; ++i) {
    matrix.configurations[i].swept = {{"length.amount", i == 0 ? "100" : "200"}};
    matrix.configurations[i].family = "single";
  }
  BenchRun run = swept_run(swept_matrix());
  run.results.resize(4);
  const std::int64_t generated[] = {90, 110, 150, 450};
  for (std::size_t i = 0; i < 4; ++i) {
    run.results[i].tokens = {.sampled = generated[i]};
    run.results[i].configuration = matrix.configurations[i / 2].name;
  }
  run.results[3].pool = {{"7", true, 190}};  // the accepted one of several tries
  auto report = summarise(matrix, run);
  ASSERT_EQ(report->budget_control.size(), 1u);
  EXPECT_EQ(report->budget_control[0].limited_answers, 4u);
  EXPECT_DOUBLE_EQ(report->budget_control[0].control.value(), 0.75);
  EXPECT_EQ(report->budget_control[0].least_thinking, 100.0);
  EXPECT_EQ(report->budget_control[0].most_thinking, 170.0);
  for (auto& configuration : matrix.configurations) configuration.settings = R"({"prompt":{"name":"length","options":{"by":"steps"}}})";
  EXPECT_FALSE(summarise(matrix, run)->budget_control[0].control.has_value()) << "steps are no tokens";
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

BenchTrace scored(double score, bool correct, int round) {
  BenchTrace trace{.answer = correct ? "7" : "8", .correct = correct, .generated = 10};
  trace.score = Score{.value = score};
  trace.round = round;
  return trace;
}

TEST(Report, CallsAreShownWhereTheyAreMoreThanOneTrace) {
  BenchRun run = some_run();
  for (auto& result : run.results) result.calls = BenchCalls{.traces = 1, .depth = 1};
  EXPECT_FALSE(contains(report_markdown(*summarise(two_by_two(), run)), "Calls")) << "they tell nothing";
  for (auto& result : run.results) result.calls->abstentions = std::nan("");
  EXPECT_FALSE(contains(report_markdown(*summarise(two_by_two(), run)), "Calls")) << "what is not known tells nothing, too";
  double traces = 3;
  for (auto& result : run.results) {
    result.calls->abstentions = 0.0;
    if (result.configuration == "vote") result.calls = BenchCalls{.traces = ++traces, .depth = 2, .program_seconds = 0.5};
  }
  const BenchReport report = *summarise(two_by_two(), run);
  EXPECT_TRUE(contains(report_markdown(report), "| configuration | traces | one after another | program seconds |")) << report_markdown(report);
  EXPECT_TRUE(contains(report_markdown(report), "| single | 1.0 | 1.0 | 0 |"));
  EXPECT_TRUE(contains(report_html(report), "<h2>Calls, mean per answer</h2>"));
  EXPECT_EQ(nlohmann::json::parse(report_json(report))["configurations"][1]["mean_calls"]["depth"], 2.0);
  for (const auto& [failures, shown] : std::vector<std::pair<double, std::string>>{{0.06, "0.02"}, {0.004, "below 0.01"}, {std::nan(""), "n/a"}}) {
    for (auto& result : run.results) {
      if (result.configuration == "single") result.calls->parse_failures = 0.0;
    }
    run.results[0].calls->parse_failures = failures;
    const std::string row = "| single | 1.0 | 1.0 | 0 | " + shown + " |";
    BenchRun rare = run;
    rare.results.back().calls->parse_failures = 1.0;
    EXPECT_TRUE(contains(report_markdown(*summarise(two_by_two(), rare)), row)) << row << report_markdown(*summarise(two_by_two(), rare));
  }
  run.results[0].calls.reset();
  EXPECT_FALSE(contains(report_markdown(*summarise(two_by_two(), run)), "| single | 1.0 |")) << "a mean over some answers would not be comparable";
}

// r1: the best is wrong, then a worse one comes, then a better and right one. r2: a right one, then nothing, then a wrong one.
TEST(Report, RoundsAreOfTheBestSoFar) {
  BenchRun run = some_run();
  run.results[0].pool = {scored(0.2, true, 0), scored(0.4, false, 0), scored(0.3, true, 1), scored(0.8, true, 2)};
  run.results[2].pool = {scored(0.5, true, 0), scored(std::numeric_limits<double>::quiet_NaN(), false, 0), scored(0.9, false, 2)};
  const BenchReport report = *summarise(two_by_two(), run);
  const auto& rounds = report.configurations[0].rounds;
  ASSERT_EQ(rounds.size(), 3u);
  const auto expect = [](const RoundSummary& round, double responses, double score, double accuracy) {
    EXPECT_EQ(round.answers, 2u) << "answers without scores are left out";
    EXPECT_DOUBLE_EQ(round.responses, responses);
    EXPECT_DOUBLE_EQ(round.best_score, score);
    EXPECT_DOUBLE_EQ(round.accuracy, accuracy);
    EXPECT_DOUBLE_EQ(round.any_correct, 1.0);
  };
  expect(rounds[0], 2.0, 0.45, 0.5);  // what has no score in round 0 has no curve
  expect(rounds[1], 0.5, 0.45, 0.5);
  expect(rounds[2], 1.0, 0.85, 0.5);
  EXPECT_TRUE(report.configurations[1].rounds.empty());
  EXPECT_TRUE(contains(report_markdown(report), "| single | 2 | 2 | 1.0 | 0.850 | 50.0 % | 100.0 % |")) << report_markdown(report);
  EXPECT_TRUE(contains(report_html(report), "<h2>By round</h2>"));
  EXPECT_FALSE(contains(report_markdown(report), "reward hacking"));
  EXPECT_FALSE(contains(report_markdown(some_report()), "By round"));

  run.results[0].pool[3].correct = false;
  run.results[0].pool[1].correct = true;
  EXPECT_TRUE(contains(report_markdown(*summarise(two_by_two(), run)), "single: the score rose from 0.450 to 0.850 while accuracy fell from 100.0 % to 0.0 %"));
}

}  // namespace
}  // namespace reckon
