// The engine over the fake model: the whole path from a request to an answer and its bill.
#include <thread>

#include "engine/test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

SolveRequest vote_request(int samples, std::uint64_t seed = 0) {
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = {"vote", {{"samples", std::to_string(samples)}}};
  request.sampling.temperature = 1.0;
  request.seed = seed;
  return request;
}

const std::vector<FakeReply> kReplies{{0.8, "Six times seven. The answer is 42"}, {0.2, "I guess. The answer is 41"}};

TEST(Engine, VoteFindsTheMajorityAndTheBillAddsUp) {
  auto model = replying(kReplies);
  auto engine = make_engine(model);
  const auto result = engine->solve(vote_request(16));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "42");
  EXPECT_EQ(result->answer.traces, 16);
  EXPECT_EQ(result->stop, StopReason::finished);
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
  EXPECT_EQ(result->bill.traces, 16);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
}

TEST(Engine, ThePromptIsComputedOnceForAllSamples) {
  auto model = replying(kReplies);
  auto engine = make_engine(model);
  const auto result = engine->solve(vote_request(8));
  ASSERT_TRUE(result.ok());
  const auto& tokens = result->bill.tokens;
  EXPECT_GT(tokens.prefilled, 10);
  EXPECT_EQ(tokens.cached, 7 * tokens.prefilled);
}

TEST(Engine, SameSeedSameAnswerWhateverTheThreadsAndSlots) {
  std::vector<std::string> traces;
  for (int threads : {1, 2, 4}) {
    for (int slots : {2, 3, 8}) {
      auto model = replying(kReplies);
      auto engine = make_engine(model, {.slots = slots, .threads = threads});
      auto result = engine->solve(vote_request(9, 5));
      ASSERT_TRUE(result.ok());
      std::string shares;
      for (const auto& share : result->answer.shares) shares += share.answer + ":" + std::to_string(share.traces) + " ";
      traces.push_back(shares + result->answer.trace);
    }
  }
  for (const auto& trace : traces) EXPECT_EQ(trace, traces.front());
}

TEST(Engine, GeneratedTokenCapsHoldToTheToken) {
  for (std::int64_t cap = 1; cap < 60; cap += 7) {
    auto model = replying(kReplies);
    auto engine = make_engine(model);
    auto request = vote_request(4);
    request.caps.generated_tokens = cap;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->bill.generated(), cap);
    EXPECT_EQ(result->stop, StopReason::budget);
    EXPECT_EQ(result->cap, Cap::generated_tokens);
    EXPECT_EQ(result->bill.computed(), model->probe().computed);
  }
}

TEST(Engine, CancellationReturnsWhatThereIs) {
  auto model = replying(kReplies);
  model->probe().delay_microseconds = 2000;
  auto engine = make_engine(model);
  std::atomic<bool> cancelled{false};
  auto request = vote_request(64);
  request.cancelled = &cancelled;
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(40));
    cancelled = true;
  });
  const auto result = engine->solve(request);
  stopper.join();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->stop, StopReason::cancelled);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
}

TEST(Engine, ABrokenBackendIsAnErrorAndTheNextRunWorks) {
  auto model = replying(kReplies);
  auto engine = make_engine(model);
  model->probe().fail_on_decode = 3;
  const auto result = engine->solve(vote_request(4));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.status().kind(), ErrorKind::model_failure);
  EXPECT_TRUE(engine->solve(vote_request(4)).ok());
}

TEST(Engine, RunsSideBySideDoNotDisturbEachOther) {
  auto model = replying(kReplies);
  auto engine = make_engine(model, {.slots = 5, .threads = 2});
  std::vector<std::string> alone;
  for (std::uint64_t seed = 0; seed < 6; ++seed) alone.push_back(engine->solve(vote_request(5, seed))->answer.trace);
  std::vector<std::string> together(6);
  std::vector<std::thread> threads;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    threads.emplace_back([&, seed] { together[seed] = engine->solve(vote_request(5, seed))->answer.trace; });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(alone, together);
}

TEST(Engine, TwoStagePromptAsksForTheAnswerInTheSameCache) {
  auto model = replying({{1.0, " Six sevens are 42."}});
  auto engine = make_engine(model);
  SolveRequest request = vote_request(1);
  request.strategy = {"single", {}};
  request.prompt = {"cot", {{"form", "two_stage"}}};
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_NE(result->answer.trace.find("Therefore, the answer (arabic numerals) is"), std::string::npos);
  EXPECT_GT(result->bill.tokens.injected, 0);
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
}

TEST(Engine, InjectedTokensCountAgainstTheCapToo) {
  for (std::int64_t cap = 1; cap < 70; cap += 3) {
    auto model = replying({{1.0, " Six sevens are 42."}});
    auto engine = make_engine(model);
    SolveRequest request = vote_request(1);
    request.strategy = {"single", {}};
    request.prompt = {"cot", {{"form", "two_stage"}}};
    request.caps.generated_tokens = cap;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok());
    EXPECT_LE(result->bill.generated(), cap);
    EXPECT_EQ(result->bill.computed(), model->probe().computed);
  }
}

// Branches that have come to the same tokens share their computation, though each pays for its own.
TEST(Engine, EqualBranchesAreComputedOnce) {
  auto model = replying({{1.0, "The answer is 42"}});
  auto engine = make_engine(model);
  const auto result = engine->solve(vote_request(8));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->bill.generated() % 8, 0);
  EXPECT_EQ(result->bill.computed(), result->bill.tokens.prefilled + result->bill.generated() / 8 - 1);
}

TEST(Engine, EvictedBranchesAreChargedForWhatIsComputedAgain) {
  auto model = scattering();
  auto engine = make_engine(model, {.slots = 8, .cells = 200, .context = 160, .threads = 2});
  auto request = vote_request(8);
  request.max_tokens = 60;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_GT(engine->scheduler().decoder_stats().evictions, 0);
  EXPECT_GT(result->bill.tokens.recomputed, 0);
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
}

TEST(Engine, BadRequestsAreRefusedBeforeAnyTokenIsSpent) {
  auto model = replying(kReplies);
  auto engine = make_engine(model);
  auto request = vote_request(4);
  request.task.question = "  \n";
  EXPECT_EQ(engine->solve(request).status().kind(), ErrorKind::invalid_argument);
  request = vote_request(4);
  request.strategy.name = "voet";
  EXPECT_EQ(engine->solve(request).status().message(), "there is no strategy \"voet\"; did you mean \"vote\"?");
  request = vote_request(4);
  request.task.question = std::string(5000, 'x');
  EXPECT_EQ(engine->solve(request).status().kind(), ErrorKind::invalid_argument);
  request = vote_request(4);
  request.sampling.top_p = 0;
  EXPECT_FALSE(engine->solve(request).ok());
  EXPECT_EQ(model->probe().computed, 0);
}

TEST(Engine, BestOfNFollowsTheScorer) {
  auto model = replying({{0.1, "Rare. The answer is 7"}, {0.9, "The answer is 8"}});
  auto engine = make_engine(model);
  auto request = vote_request(16);
  request.strategy = {"best_of_n", {{"samples", "16"}, {"select", "max"}}};
  request.scorer = {"likelihood", {{"reduce", "sum"}}};
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "8");
}

TEST(Engine, AdaptiveVoteStartsNoMoreTracesThanItMay) {
  auto engine = make_engine(replying(kReplies));
  auto request = vote_request(1);
  request.strategy = {"adaptive_vote", {{"samples", "2"}, {"window", "6"}, {"rule", "none"}}};
  const auto two = engine->solve(request);
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(two->bill.traces, 2);
  request.strategy.options["samples"] = "9";
  request.sampling.temperature = 0.0;
  const auto greedy = engine->solve(request);
  ASSERT_TRUE(greedy.ok());
  EXPECT_EQ(greedy->bill.traces, 1);
  EXPECT_EQ(greedy->answer.warnings.size(), 1u) << "all samples would be equal";
}

// Confidence as a score: the sure trace wins over a more frequent one that is torn between words.
TEST(Engine, BestOfNCanFollowConfidence) {
  auto vocabulary = FakeVocabulary::english();
  const auto sure = weighted_replies(vocabulary, {{0.3, "I am sure. The answer is 7"}, {0.7, "Maybe so. The answer is 8"}}, "");
  const TokenId maybe = vocabulary.tokenize("M", ControlTokens::as_text)[0];
  const TokenId assistant = vocabulary.id("<assistant>");
  auto logits = [=](std::span<const TokenId> prefix, std::span<float> row) {
    sure(prefix, row);
    const auto start = std::find(prefix.rbegin(), prefix.rend(), assistant).base();
    if (start == prefix.end() || *start != maybe) return;
    for (float& logit : row) logit = std::max(logit, -20.0F);  // others are conceivable
  };
  auto engine = make_engine(std::make_shared<FakeModel>(std::move(vocabulary), std::move(logits)));
  auto request = vote_request(16);
  for (const auto& [select, expected] : std::map<std::string, std::string>{{"vote", "8"}, {"max", "7"}}) {
    request.strategy = {"best_of_n", {{"samples", "16"}, {"select", select}}};
    request.scorer = {"confidence", {}};
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.text, expected) << select;
  }
  // Only the best quarter of the traces has a vote.
  request.strategy.options = {{"samples", "16"}, {"select", "sum"}, {"top_share", "25"}};
  EXPECT_EQ(engine->solve(request)->answer.text, "7");
}

TEST(Engine, ASumOfNegativeScoresIsASoftmaxWithAWarning) {
  auto engine = make_engine(replying(kReplies));
  auto request = vote_request(8);
  request.strategy = {"best_of_n", {{"select", "sum"}}};
  request.scorer = {"likelihood", {}};
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->answer.text, "42");
  EXPECT_EQ(result->answer.warnings.size(), 1u);
}

}  // namespace
}  // namespace reckon
