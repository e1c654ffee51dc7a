#include <cmath>
#include <numeric>

#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

TEST(Rebase, AtMostTheWidthOfPathsEnd) {
  const std::vector<FakeReply> replies{
      {0.3, "The answer is 42"}, {0.3, "Let me see. The answer is 41"}, {0.4, "It is so that, as I said, the answer is 40"}};
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    auto engine = make_engine(replying(replies));
    script_scores(*engine, [](const Candidate& candidate) { return hashed_value(1, candidate.text); });
    RecordingSink sink;
    auto request = letter_request("rebase", {{"width", "10"}, {"step_tokens", "5"}, {"select", "vote"}});
    request.task.answer_style = {};
    request.max_tokens = 80;
    request.seed = seed;
    request.sink = &sink;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.traces, 10);
    std::map<std::int64_t, int> paths;
    for (const auto& event : events_of(sink, EventKind::step_scored)) ++paths[event.count];
    for (const auto& [depth, count] : paths) EXPECT_LE(count, 10) << "round " << depth;
  }
}

// Uniform expansion: with a high temperature each path gets one next step, as in a vote.
TEST(Rebase, AtAHighTemperaturePrunesNothing) {
  RecordingSink sink;
  auto engine = make_engine(letter_model(4, 1.0F));
  script_scores(*engine, [](const Candidate& candidate) { return hashed_value(1, candidate.text); });
  auto request = letter_request("rebase", {{"width", "9"}, {"balance_temperature", "1000"}, {"select", "vote"}});
  request.sink = &sink;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok());
  EXPECT_LE(events_of(sink, EventKind::pruned).size(), 3u) << "one a round, to rounding";
  EXPECT_EQ(result->answer.traces, 9);
}

}  // namespace
}  // namespace reckon
