#include <cmath>

#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// Writes one of `replies`; says whether a sub-question is useful by its text, Yes unless it has "bad".
std::shared_ptr<FakeModel> planning(const std::vector<FakeReply>& replies, double yes = 1.0) {
  auto vocabulary = FakeVocabulary::english();
  const auto plan = weighted_replies(vocabulary, replies, "");
  const auto useful = weighted_replies(vocabulary, {{yes, "Yes"}, {1.0 - yes, "No"}}, "");
  const auto useless = weighted_replies(vocabulary, {{1.0, "No"}}, "");
  const Tokens judging = vocabulary.tokenize("Can this question be answered", ControlTokens::as_text);
  const Tokens bad = vocabulary.tokenize("question: bad", ControlTokens::as_text);
  return std::make_shared<FakeModel>(std::move(vocabulary), [=](std::span<const TokenId> prefix, std::span<float> row) {
    if (std::ranges::search(prefix, judging).empty()) return plan(prefix, row);
    (std::ranges::search(prefix, bad).empty() ? useful : useless)(prefix, row);
  });
}

const std::vector<FakeReply> kTwoWays{
    {0.5, "Question 1: good?\nAnswer 1: The answer is 3.\nQuestion 2: Now we can answer: Make it.\nAnswer 2: The answer is 42."},
    {0.5, "Question 1: bad?\nAnswer 1: The answer is 5.\nQuestion 2: Now we can answer: Make it.\nAnswer 2: The answer is 7."}};

SolveRequest rap_request(std::map<std::string, std::string> options, EventSink* sink = nullptr) {
  SolveRequest request;
  request.task.question = "Make it.";
  request.strategy = {"rap", std::move(options)};
  request.sampling.temperature = 1.0;
  request.max_tokens = 100;
  request.seed = 4;
  request.sink = sink;
  return request;
}

TEST(Rap, AnswersGetTheRewardsOfTheEdgesThatLeadToThem) {
  const auto result = make_engine(planning(kTwoWays))->solve(rap_request({{"iterations", "30"}}));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "42");
  ASSERT_EQ(result->answer.shares.size(), 2u);
  // Useful and sure: 1 an edge. The useless sub-question itself: 0.
  EXPECT_NEAR(result->answer.shares[0].weight, 2.0, 1e-6);
  EXPECT_NEAR(result->answer.shares[1].weight, 1.0, 1e-6);
  EXPECT_EQ(result->answer.trace, kTwoWays[0].text + "\n");
}

TEST(Rap, PathsSideBySideFindTheSameInFewerRounds) {
  std::vector<FakeReply> ways;
  for (const std::string way : {"a", "b", "c", "d"}) {
    ways.push_back({0.25, "Question 1: " + way + "?\nAnswer 1: The answer is 3.\nQuestion 2: Now we can answer: Make it.\nAnswer 2: The answer is 42."});
  }
  ways[3].text.replace(ways[3].text.rfind("42"), 2, "7");
  const auto of = [&ways](const char* parallel) {
    return make_engine(planning(ways))->solve(rap_request({{"iterations", "30"}, {"actions", "40"}, {"exploration", "4"}, {"parallel", parallel}})).value();
  };
  const auto one = of("1");
  const auto four = of("4");
  EXPECT_EQ(four.answer.text, "42");
  EXPECT_EQ(one.answer.text, "42");
  ASSERT_EQ(four.answer.shares.size(), one.answer.shares.size());
  for (std::size_t i = 0; i < one.answer.shares.size(); ++i) EXPECT_NEAR(four.answer.shares[i].weight, one.answer.shares[i].weight, 1e-6);
  EXPECT_EQ(four.bill.traces, one.bill.traces);
  EXPECT_EQ(one.bill.depth, 1 + 4 * 3) << "sub-questions, then an answer, a sub-question and its answer of each";
  EXPECT_EQ(four.bill.depth, 1 + 3 + 3) << "the first path, then the other three together";
}

TEST(Rap, WithoutExplorationIsGreedyAndGoesDownOnePath) {
  for (const char* select : {"aggregate", "best"}) {
    const auto result = make_engine(planning(kTwoWays))->solve(rap_request({{"iterations", "30"}, {"exploration", "0"}, {"select", select}}));
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.text, "42");
    EXPECT_EQ(result->answer.traces, 1) << "one end: its answer";
  }
}

TEST(Rap, TheLastDepthAsksTheTasksQuestion) {
  RecordingSink sink;
  auto model = planning({{1.0, "Question 1: Now we can answer: Make it.\nAnswer 1: The answer is 42."}}, 0.6);
  const auto result = make_engine(model)->solve(rap_request({{"depth", "1"}, {"iterations", "3"}}, &sink));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "42");
  EXPECT_EQ(result->bill.traces, 2) << "two answers that agree; an end is not expanded again";
  EXPECT_EQ(result->bill.scoring_calls, 1) << "whether the question is useful is read off the next token";
  const auto scored = events_of(sink, EventKind::step_scored);
  ASSERT_EQ(scored.size(), 1u);
  EXPECT_NEAR(scored[0].value, std::sqrt(0.6 * 1.0), 1e-6);
}

TEST(Rap, AsksForNoMoreThanItsAnswers) {
  std::vector<FakeReply> replies;
  for (int i = 10; i < 90; ++i) replies.push_back({1.0, "Question 1: Now we can answer: Make it.\nAnswer 1: The answer is " + std::to_string(i) + "."});
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    auto request = rap_request({{"depth", "1"}, {"iterations", "1"}});
    request.seed = seed;
    const auto result = make_engine(planning(replies))->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_LE(result->bill.traces, 1 + 8);
    EXPECT_GE(result->bill.traces, 1 + 2);
  }
}

TEST(Rap, TheScorerIsOneOfTheRewards) {
  auto engine = make_engine(planning(kTwoWays));
  script_scores(*engine, [](const Candidate& candidate) { return candidate.text.find("bad?") != std::string_view::npos ? 0.9 : 0.1; });
  auto request = rap_request({{"iterations", "30"}, {"heuristic", "1"}, {"self_evaluation", "0"}, {"select", "best"}});
  request.scorer = {"scripted", {}};
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "7");
  request.scorer = {};
  EXPECT_EQ(engine->solve(request).status().kind(), ErrorKind::invalid_argument);
}

TEST(Rap, ARunThatIsCutShortAnswersWithWhatIsThere) {
  auto model = planning(kTwoWays);
  auto engine = make_engine(model);
  for (std::int64_t cap = 1; cap < 400; cap += 23) {
    auto request = rap_request({});
    request.caps.generated_tokens = cap;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_LE(result->bill.generated(), cap);
    EXPECT_EQ(engine->scheduler().live_sequences(), 0);
    if (cap > 250) {
      EXPECT_FALSE(result->answer.text.empty()) << cap;
    }
  }
}

}  // namespace
}  // namespace reckon
