// Roles that an endpoint plays: asked in words, billed as it counts, stopped by the run's caps.
#include <cmath>
#include <functional>
#include <mutex>
#include <thread>

#include "base/test_support.h"
#include "engine/test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// Says what `reply` makes of a request, and keeps the requests.
class WrittenEndpoint final : public ChatEndpoint {
 public:
  using Reply = std::function<Result<EndpointReply>(const EndpointRequest&, const std::function<bool()>&)>;
  explicit WrittenEndpoint(Reply reply) : reply_(std::move(reply)) {}
  std::string name() const override { return "http://test"; }
  int parallel() const override { return 3; }
  Result<EndpointReply> complete(const EndpointRequest& request, const std::function<bool()>& stopped) const override {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    return reply_(request, stopped);
  }
  std::vector<EndpointRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  Reply reply_;
  mutable std::mutex mutex_;
  mutable std::vector<EndpointRequest> requests_;
};

std::shared_ptr<WrittenEndpoint> saying(const std::string& text, std::int64_t generated = 10) {
  return std::make_shared<WrittenEndpoint>([=](const EndpointRequest& request, const std::function<bool()>&) -> Result<EndpointReply> {
    const auto written = std::min<std::int64_t>(generated, request.max_tokens);
    return EndpointReply{.text = text, .complete = written == generated, .prompt_tokens = 100, .cached_tokens = 40, .generated_tokens = written};
  });
}

class EndpointTest : public ::testing::Test {
 protected:
  void play(const std::string& role, std::shared_ptr<const ChatEndpoint> endpoint) { EXPECT_TRUE(engine->add_role(role, std::move(endpoint)).ok()); }
  SolveRequest edits() const {
    SolveRequest request;
    request.task.question = "What is six times seven?";
    request.strategy = {"feedback_edit", {{"drafts", "1"}, {"feedbacks", "2"}, {"edits", "1"}}};
    request.scorer = {"likelihood", {}};
    request.sampling.temperature = 1.0;
    request.max_tokens = 60;
    return request;
  }
  Result<SolveResult> with_feedbacks(const std::string& feedbacks, const BudgetCaps& caps) {
    SolveRequest request = edits();
    request.strategy.options["feedbacks"] = feedbacks;
    request.caps = caps;
    return engine->solve(request);
  }
  SolveRequest judged() const {
    SolveRequest request = edits();
    request.strategy = {"best_of_n", {{"samples", "4"}, {"select", "max"}}};
    request.scorer = {"judge", {}};
    return request;
  }
  std::unique_ptr<Engine> engine = make_engine(six_times_seven());
};

TEST_F(EndpointTest, PlaysARoleAndIsBilledAsItCounts) {
  const auto feedback = saying("It is wrong. The product should be 44.", 30);
  const auto edit = saying("Six times seven. The answer is 44", 20);  // the server has taken </edited> away
  play("feedback", feedback);
  play("edit", edit);
  const auto result = engine->solve(edits());
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  ASSERT_EQ(feedback->requests().size(), 2U);
  ASSERT_FALSE(edit->requests().empty());
  EXPECT_NE(edit->requests().front().conversation.messages.back().content.find("should be 44"), std::string::npos);
  EXPECT_NE(feedback->requests()[0].seed, feedback->requests()[1].seed);
  const auto calls = static_cast<std::int64_t>(2 + edit->requests().size());
  EXPECT_EQ(result->bill.tokens.cached, 40 * calls);
  EXPECT_GE(result->bill.tokens.prefilled, 60 * calls);
  EXPECT_GE(result->bill.generated(), 2 * 30 + 20);
  const auto offered = [&](const std::string& text) { return std::ranges::any_of(result->answer.shares, [&](const auto& share) { return share.answer == text; }); };
  EXPECT_TRUE(offered("44")) << "the edit is one of the responses";
  EXPECT_EQ(result->answer.text, "42") << "likelihood says nothing about what another model wrote";
}

TEST_F(EndpointTest, JudgesByItsFirstTokens) {
  // Sure that 41 is right.
  const auto judge = std::make_shared<WrittenEndpoint>([](const EndpointRequest& request, const std::function<bool()>&) -> Result<EndpointReply> {
    const bool likes = request.conversation.messages.back().content.find("41") != std::string::npos;
    EXPECT_EQ(request.max_tokens, 1);
    EXPECT_EQ(request.first_tokens, 20);
    return EndpointReply{.text = "?", .prompt_tokens = 50, .generated_tokens = 1, .first_tokens = {{"Yes", std::log(likes ? 0.8 : 0.1)}, {" yes", std::log(0.05)}, {"No", std::log(likes ? 0.1 : 0.8)}, {"", -9.0}}};
  });
  play("judge", judge);
  bool chose_41 = false;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    SolveRequest request = judged();
    request.seed = seed;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    const bool offered = std::ranges::any_of(result->answer.shares, [](const auto& share) { return share.answer == "41"; });
    EXPECT_EQ(result->answer.text, offered ? "41" : "42");
    chose_41 |= offered;
    EXPECT_EQ(result->bill.scored, 51 * result->bill.scoring_calls);
    EXPECT_GT(result->bill.scoring_calls, 0);
  }
  EXPECT_TRUE(chose_41);
}

// Knows what is polite, and likes 41 in an answer; `shaped` is what its server makes of the number.
std::shared_ptr<WrittenEndpoint> rewarding(std::function<double(double)> shaped = [](double reward) { return reward; }) {
  return std::make_shared<WrittenEndpoint>([shaped = std::move(shaped)](const EndpointRequest& request, const std::function<bool()>&) -> Result<EndpointReply> {
    EXPECT_TRUE(request.reward);
    EXPECT_EQ(request.conversation.messages.size(), 2U);
    const std::string& text = request.conversation.messages.back().content;
    double reward = -2.0;
    for (const char* liked : {"41", "7 + 5 = 12", "is Paris", "Thank you"}) reward = contains(text, liked) ? 3.5 : reward;
    return EndpointReply{.prompt_tokens = 50, .reward = shaped(reward)};
  });
}

// Best of four by reward, for some seeds: 41 where it is among them, six examples asked about first, and so many warnings.
void expect_41_by_reward(Engine& engine, SolveRequest request, std::size_t warnings) {
  request.scorer = {"reward", {}};
  bool chose_41 = false;
  for (request.seed = 0; request.seed < 4; ++request.seed) {
    const auto result = engine.solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    const bool offered = std::ranges::any_of(result->answer.shares, [](const auto& share) { return share.answer == "41"; });
    EXPECT_EQ(result->answer.text, offered ? "41" : "42");
    chose_41 |= offered;
    EXPECT_EQ(result->bill.scored, 50 * result->bill.scoring_calls);
    EXPECT_EQ(result->bill.scoring_calls, 6 + 4);
    EXPECT_EQ(result->answer.warnings.size(), warnings);
    for (const auto& warning : result->answer.warnings) EXPECT_TRUE(contains(warning, "activation")) << warning;
  }
  EXPECT_TRUE(chose_41);
}

TEST_F(EndpointTest, GivesARewardToWholeResponses) {
  const auto model = rewarding();
  play("reward", model);
  expect_41_by_reward(*engine, judged(), 0);
  const auto asked = model->requests();
  EXPECT_TRUE(std::ranges::any_of(asked, [](const auto& request) { return request.conversation.messages.front().content == "What is six times seven?"; }));
}

TEST_F(EndpointTest, AnActivationIsSeenAndChangesNoChoice) {
  play("reward", rewarding([](double reward) { return 1.0 / (1.0 + std::exp(-reward)); }));
  expect_41_by_reward(*engine, judged(), 1);
}

// Noise of a model without a head; a model that thinks the other way round; one whose activation is saturated.
TEST_F(EndpointTest, WhatIsNoRewardModelIsNotFollowed) {
  const std::vector<std::function<double(double)>> servers{[](double reward) { return reward * 1e-20; }, [](double reward) { return -reward; },
                                                           [](double reward) { return reward > 0 ? 1.0F / (1.0F + std::exp(-25.0F)) : 1.0F / (1.0F + std::exp(-20.0F)); }};
  for (const auto& shaped : servers) {
    engine = make_engine(six_times_seven());
    play("reward", rewarding(shaped));
    SolveRequest request = judged();
    request.scorer = {"reward", {}};
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_TRUE(std::ranges::any_of(result->answer.warnings, [](const std::string& warning) { return contains(warning, "no reward model"); }));
  }
}

TEST_F(EndpointTest, ARewardNeedsAServer) {
  SolveRequest request = judged();
  request.scorer = {"reward", {}};
  const auto result = engine->solve(request);
  EXPECT_EQ(result.status().kind(), ErrorKind::invalid_argument);
  EXPECT_NE(result.status().to_string().find("--role reward=http"), std::string::npos) << result.status().to_string();
}

TEST_F(EndpointTest, AFailureIsSaidAndCostsTheRoleOnly) {
  play("judge", std::make_shared<WrittenEndpoint>([](const EndpointRequest&, const std::function<bool()>&) -> Result<EndpointReply> { return io_error("connection refused"); }));
  const auto result = engine->solve(judged());
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->answer.text, "42");
  ASSERT_FALSE(result->answer.warnings.empty());
  EXPECT_NE(result->answer.warnings.front().find("connection refused"), std::string::npos);
  EXPECT_NE(result->answer.warnings.front().find("asking http://test"), std::string::npos);
}

TEST_F(EndpointTest, ACapIsNeverPassed) {
  play("feedback", saying("Wrong.", 1000));
  play("edit", saying("The answer is 44", 1000));
  for (std::int64_t cap = 1; cap < 120; cap += 7) {
    SolveRequest request = edits();
    request.caps.generated_tokens = cap;
    const auto result = engine->solve(request);
    if (!result.ok()) continue;
    EXPECT_LE(result->bill.generated(), cap);
  }
}

TEST_F(EndpointTest, PromptsCountOnceTheyAreKnown) {
  const auto feedback = saying("Wrong.", 5);
  play("feedback", feedback);
  const auto result = with_feedbacks("9", {.total_tokens = 250});
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  // Three at once may pass the cap together; nothing is asked after that.
  EXPECT_LE(feedback->requests().size(), 5U);
  EXPECT_EQ(result->stop, StopReason::budget);
  EXPECT_EQ(result->cap, Cap::total_tokens);
}

TEST_F(EndpointTest, AReservationThatWasTooLargeIsWaitedFor) {
  // Each asks for 60 and writes 10: one after the other, all of six fit into 100 besides the draft.
  const auto feedback = saying("Wrong.", 10);
  play("feedback", feedback);
  const auto result = with_feedbacks("6", {.generated_tokens = 150});
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(feedback->requests().size(), 6U);
  EXPECT_LE(result->bill.generated(), 150);
}

TEST_F(EndpointTest, ScoringGoesOnWhenNothingMoreMayBeGenerated) {
  const auto judge = std::make_shared<WrittenEndpoint>([](const EndpointRequest&, const std::function<bool()>&) -> Result<EndpointReply> {
    return EndpointReply{.text = "Yes", .prompt_tokens = 50, .generated_tokens = 1, .first_tokens = {{"Yes", -0.1}}};
  });
  play("judge", judge);
  SolveRequest request = judged();
  request.caps.generated_tokens = 20;
  ASSERT_TRUE(engine->solve(request).ok());
  EXPECT_FALSE(judge->requests().empty());
}

TEST_F(EndpointTest, ADeadlineIsCalledSo) {
  play("feedback", std::make_shared<WrittenEndpoint>([&](const EndpointRequest&, const std::function<bool()>& stopped) -> Result<EndpointReply> {
    while (!stopped()) std::this_thread::yield();
    return Status(ErrorKind::cancelled, "stopped");
  }));
  SolveRequest request = edits();
  request.caps.milliseconds = 300.0;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->stop, StopReason::deadline);
}

TEST_F(EndpointTest, InLockstepToo) {
  engine = make_engine(six_times_seven(), {.slots = 8, .threads = 1, .deterministic = true});
  play("edit", saying("The answer is 44", 10));
  EXPECT_TRUE(engine->solve(edits()).ok());
}

TEST_F(EndpointTest, WhatIsUnderWayIsStopped) {
  std::atomic<bool> cancelled{false};
  play("feedback", std::make_shared<WrittenEndpoint>([&](const EndpointRequest&, const std::function<bool()>& stopped) -> Result<EndpointReply> {
    cancelled = true;
    while (!stopped()) std::this_thread::yield();
    return Status(ErrorKind::cancelled, "stopped");
  }));
  SolveRequest request = edits();
  request.cancelled = &cancelled;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->stop, StopReason::cancelled);
  EXPECT_EQ(result->answer.text, "42");
}

TEST_F(EndpointTest, WhatAnEndpointCannotDoIsRefused) {
  play("reward", saying("?"));
  SolveRequest request = judged();
  const TemporaryFolder folder;
  request.scorer = {"prm", {{"contract", folder.write("contract.json", R"({"prompt": "Problem: {question} ", "after_step": " ки", "after_read": "\n"})")}}};
  EXPECT_EQ(engine->solve(request).status().kind(), ErrorKind::unsupported);
  EXPECT_EQ(engine->add_role("", saying("?")).kind(), ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace reckon
