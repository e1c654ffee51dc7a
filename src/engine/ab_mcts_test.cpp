#include <array>
#include <cmath>
#include <map>

#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// A new answer is wrong; a revision is right.
std::shared_ptr<FakeModel> revisable() {
  auto vocabulary = FakeVocabulary::english();
  const auto first = weighted_replies(vocabulary, {{1.0, "The answer is 41"}}, "");
  const auto revised = weighted_replies(vocabulary, {{1.0, "The answer is 42"}}, "");
  const Tokens sign = vocabulary.tokenize("Check this answer", ControlTokens::as_text);
  return std::make_shared<FakeModel>(std::move(vocabulary), [=](std::span<const TokenId> prefix, std::span<float> row) {
    (std::ranges::search(prefix, sign).empty() ? first : revised)(prefix, row);
  });
}

SolveRequest ab_request(std::map<std::string, std::string> options) {
  SolveRequest request = scripted_request("ab_mcts", std::move(options));
  request.seed = 2;
  return request;
}

TEST(AbMcts, RevisesWhenThatPaysAndMakesOneNodeAnAnswer) {
  for (const char* posterior : {"gaussian", "beta"}) {
    RecordingSink sink;
    auto engine = make_engine(revisable());
    script_scores(*engine, [](const Candidate& candidate) { return candidate.answer == "42" ? 0.9 : 0.3; });
    auto request = ab_request({{"nodes", "20"}, {"posterior", posterior}});
    request.sink = &sink;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.text, "42");
    EXPECT_EQ(result->bill.traces, 20);
    EXPECT_EQ(result->answer.traces, 20);
    int revised = 0;
    for (const auto& event : events_of(sink, EventKind::branch_opened)) revised += event.parent != 0 ? 1 : 0;
    EXPECT_GT(revised, 3);
    EXPECT_EQ(events_of(sink, EventKind::step_scored).size(), 20u);
  }
}

TEST(AbMcts, AnAnswerThatIsTooLongToReviseIsReplacedByANewOne) {
  auto engine = make_engine(revisable(), {.slots = 8, .context = 200, .threads = 2});
  script_scores(*engine, [](const Candidate&) { return 0.5; });
  const auto result = engine->solve(ab_request({{"nodes", "12"}}));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "41");
  EXPECT_EQ(result->answer.traces, 12);
  EXPECT_EQ(result->answer.warnings.size(), 1u);
}

TEST(AbMcts, AScorerThatFailsHalfWayLeavesAVote) {
  auto engine = make_engine(six_times_seven());
  fail_scores_after(*engine, 2);
  const auto result = engine->solve(ab_request({}));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.traces, 16);
  EXPECT_EQ(result->answer.warnings.size(), 1u);
}

}  // namespace
}  // namespace reckon
