#include "bench/saved_report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/report.h"

namespace reckon {
namespace {

BenchMatrix matrix_with(const std::string& name, const std::string& settings) {
  BenchMatrix matrix;
  matrix.problems.digest = "abc";
  matrix.problems.rows = {{.id = "r1"}, {.id = "r2"}};
  matrix.model = "weights-1";
  matrix.configurations = {{name, settings}};
  return matrix;
}

BenchResult full_result() {
  BenchResult result{.configuration = "vote", .row_id = "r1", .seed = 7, .answer = "4", .reference = "4", .correct = true};
  result.self_graded = true;
  result.agreement = 0.5;
  result.any_correct = true;
  result.pool = {{"4", true, 12}, {"", false, 3}};
  result.tokens = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  result.calls = BenchCalls{9, 4, 3, 2, 0.125, 1, 5};
  result.policy_flops = 1.5e12;
  result.wall_ms = 12.5;
  result.finish_reason = "complete";
  return result;
}

std::string saved(const std::vector<BenchResult>& results, const std::string& settings = R"({"b":2,"a":1})") {
  ReportInfo info;
  info.model_identity = "weights-1";
  const auto report = summarise(matrix_with("vote", settings), {.results = results}, info);
  EXPECT_TRUE(report.ok());
  return report_json(*report);
}

TEST(SavedReport, ResultsComeBackWhole) {
  BenchResult failed{.configuration = "vote", .row_id = "r2", .seed = 7};
  failed.error = "no";
  const auto results = results_from_report(saved({full_result(), failed}), matrix_with("renamed", R"({ "a": 1, "b": 2 })"));
  ASSERT_TRUE(results.ok()) << results.status().to_string();
  BenchResult expected = full_result();
  expected.configuration = "renamed";
  EXPECT_EQ(*results, std::vector<BenchResult>{expected});
}

// As of a kind that did not exist when the report was written.
TEST(SavedReport, AKindOfCallThatIsMissingIsNotKnown) {
  auto report = nlohmann::json::parse(saved({full_result()}));
  report["results"][0]["calls"].erase("abstentions");
  const auto results = results_from_report(report.dump(), matrix_with("vote", R"({"a":1,"b":2})"));
  ASSERT_TRUE(results.ok()) << results.status().to_string();
  EXPECT_TRUE(std::isnan(results->front().calls->abstentions));
  EXPECT_EQ(results->front().calls->parse_failures, 1.0);
  EXPECT_TRUE(nlohmann::json::parse(saved(*results))["results"][0]["calls"]["abstentions"].is_null());
}

TEST(SavedReport, OtherExperimentsAreRefused) {
  const std::string json = saved({full_result()});
  const auto message = [](const std::string& text, const BenchMatrix& matrix) {
    const Status status = results_from_report(text, matrix).status();
    EXPECT_EQ(status.kind(), ErrorKind::invalid_argument);
    return status.message();
  };
  const BenchMatrix same = matrix_with("vote", R"({"a":1,"b":2})");
  BenchMatrix other = same;
  other.problems.digest = "def";
  EXPECT_NE(message(json, other).find("other problems"), std::string::npos);
  other = same;
  other.model = "weights-2";
  EXPECT_NE(message(json, other).find("another model"), std::string::npos);
  EXPECT_NE(message(json, matrix_with("vote", R"({"a":1})")).find("no configuration"), std::string::npos);
  for (const char* bad : {"", "{}", R"({"format":"reckon-bench-1"})"}) message(bad, same);
}

}  // namespace
}  // namespace reckon
