#include <gtest/gtest.h>

#include "base/random.h"
#include "base/test_support.h"
#include "base/text.h"
#include "engine/think_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

TEST(ThinkBudget, WithoutLimitsTheTextIsTheModels) {
  const OneTrace run = think_once(Thinker{.steps = 4}, {});
  EXPECT_EQ(run.text(), "abcdThe answer is 42");
  EXPECT_EQ(run.streamed, run.text());
  EXPECT_EQ(run.think().tokens, 4);
  EXPECT_EQ(run.think().close_reason, "natural");
  EXPECT_EQ(run.result.bill.tokens.forced + run.result.bill.tokens.injected + run.result.bill.tokens.withheld, 0);
  EXPECT_EQ(run.result.answer.text, "42");
}

TEST(ThinkBudget, PutsTheEndOffExactlyAsOftenAsAsked) {
  for (int waits : {1, 2, 5}) {
    const OneTrace run = think_once(Thinker{.steps = 4}, {{"wait", std::to_string(waits)}});
    std::string expected = "abcd";
    for (int i = 0; i < waits; ++i) expected += "Waitabcd";
    EXPECT_EQ(run.text(), expected + "The answer is 42");
    EXPECT_EQ(run.streamed, run.text()) << "a suppressed end reaches nobody";
    EXPECT_EQ(run.think().waits, waits);
    EXPECT_EQ(run.think().tokens, 4 + 5 * waits);
    EXPECT_EQ(run.think().injected, waits);
    EXPECT_EQ(run.result.bill.tokens.withheld, waits);
    EXPECT_EQ(run.result.bill.computed(), run.computed);
  }
}

TEST(ThinkBudget, UsesItsContinuationsInTurnOrNone) {
  const OneTrace turns = think_once(Thinker{.steps = 2}, {{"wait", "3"}, {"continue_with", "Wait,Hmm"}});
  EXPECT_NE(turns.text().find("abWaitabHmm"), std::string::npos) << turns.text();
  const OneTrace comma = think_once(Thinker{.steps = 2}, {{"wait", "1"}, {"continue_with", "Wait\\,a"}});
  EXPECT_NE(comma.text().find("abWait,a"), std::string::npos) << comma.text();
  const OneTrace none = think_once(Thinker{.steps = 3}, {{"wait", "1"}, {"continue_with", "none"}});
  EXPECT_EQ(none.think().injected, 0);
  EXPECT_EQ(none.think().waits, 1);
  EXPECT_EQ(none.result.answer.text, "42");
}

TEST(ThinkBudget, CapsToTheToken) {
  for (int cap : {1, 2, 5, 17, 100}) {
    const OneTrace run = think_once(Thinker{.steps = -1}, {{"cap", std::to_string(cap)}, {"soft", "none"}});
    EXPECT_EQ(run.think().tokens, cap);
    EXPECT_EQ(run.think().close_reason, "budget");
    EXPECT_EQ(run.result.bill.tokens.thinking, cap);
    EXPECT_EQ(run.text().substr(static_cast<std::size_t>(cap)), "\n\n\n**Final Answer:** The answer is 42");
    EXPECT_EQ(run.result.answer.text, "42");
  }
}

TEST(ThinkBudget, ACapOfZeroAnswersAtOnce) {
  const OneTrace run = think_once(Thinker{.steps = -1}, {{"cap", "0"}});
  EXPECT_EQ(run.think().tokens, 0);
  EXPECT_TRUE(run.text().starts_with("\n\n\n**Final Answer:**")) << run.text();
}

TEST(ThinkBudget, OffWritesTheSectionEmpty) {
  SolveRequest request;
  request.chat.thinking = ChatTemplateOptions::Thinking::off;
  const OneTrace run = think_once(Thinker{.steps = -1}, {}, request);
  EXPECT_EQ(run.text(), "The answer is 42");
  EXPECT_EQ(run.result.bill.tokens.thinking, 0);
  EXPECT_EQ(run.think().close_reason, "off");
}

TEST(ThinkBudget, ASoftSwitchInTheQuestionCountsWhereNobodySaidOtherwise) {
  using Thinking = ChatTemplateOptions::Thinking;
  const auto close_reason = [](const std::string& family, const std::string& question, Thinking thinking) {
    SolveRequest request;
    request.think_family = family;
    request.task.question = question;
    request.chat.thinking = thinking;
    return std::string(think_once(Thinker{.steps = 3}, {}, request).think().close_reason);
  };
  EXPECT_EQ(close_reason("qwen3", "What is six times seven? /no_think", Thinking::template_default), "off");
  EXPECT_EQ(close_reason("qwen3", "/no_think What is six times seven? /think", Thinking::template_default), "natural");
  EXPECT_EQ(close_reason("qwen3", "What does 'a/no_think' mean?", Thinking::template_default), "natural");
  EXPECT_EQ(close_reason("qwen3", "What is six times seven? /no_think", Thinking::on), "natural");
  EXPECT_EQ(close_reason("deepseek", "What is six times seven? /no_think", Thinking::template_default), "natural");
}

TEST(ThinkBudget, TheCapHoldsOverAllRounds) {
  const OneTrace run = think_once(Thinker{.steps = 10}, {{"cap", "25"}, {"wait", "9"}, {"soft", "none"}});
  EXPECT_EQ(run.think().tokens, 25) << "injected text counts";
  EXPECT_EQ(run.think().waits, 2);
}

TEST(ThinkBudget, AContinuationThatDoesNotFitIsNotBegun) {
  const OneTrace run = think_once(Thinker{.steps = 10}, {{"cap", "11"}, {"wait", "9"}, {"soft", "none"}});
  EXPECT_EQ(run.think().waits, 0);
  EXPECT_EQ(run.think().close_reason, "natural");
}

TEST(ThinkBudget, KeepsCharactersWhole) {
  for (int cap = 1; cap < 12; ++cap) {
    const OneTrace run = think_once(Thinker{.steps = -1, .thought = "\xE2\x82\xAC"}, {{"cap", std::to_string(cap)}, {"soft", "none"}});
    EXPECT_LE(run.think().tokens, cap);
    EXPECT_GT(run.think().tokens, cap - 3);
    EXPECT_EQ(run.think().tokens % 3, 0);
    EXPECT_EQ(sanitize_utf8(run.streamed), run.streamed);
  }
}

TEST(ThinkBudget, TheMinimumMasksEveryEnd) {
  const OneTrace run = think_once(Thinker{.steps = 3}, {{"minimum", "20"}, {"cap", "40"}});
  EXPECT_GE(run.think().tokens, 20);
  const OneTrace eos = think_once(Thinker{.steps = 3, .end = ""}, {{"minimum", "20"}, {"cap", "40"}});
  EXPECT_GE(eos.think().tokens, 20);
}

TEST(ThinkBudget, AnEndOfTurnInsideTheThinkingStillGivesAnAnswer) {
  const OneTrace run = think_once(Thinker{.steps = 5, .end = ""}, {});
  EXPECT_EQ(run.think().close_reason, "eos");
  EXPECT_EQ(run.text(), "abcde\n\n\nThe answer is 42");
  const OneTrace waited = think_once(Thinker{.steps = 5, .end = ""}, {{"wait", "2"}});
  EXPECT_EQ(waited.think().waits, 2);
  EXPECT_EQ(waited.text(), "abcdeWaitabcdeWaitabcde\n\n\nThe answer is 42");
}

// "Final Answer" is several tokens and no control token; only reckon's own section looks for it.
TEST(ThinkBudget, MarkersOfSeveralTokensAreTakenBackWhole) {
  SolveRequest request;
  request.think_family = "instruct";
  const Thinker thinker{.steps = 4, .end = "Final Answer", .reply = ": 42"};
  const OneTrace free = think_once(thinker, {}, request);
  EXPECT_EQ(free.text(), "abcdFinal Answer: 42");
  EXPECT_EQ(free.think().tokens, 4);
  const OneTrace run = think_once(thinker, {{"wait", "2"}}, request);
  EXPECT_EQ(run.text(), "abcdWaitabcdWaitabcdFinal Answer: 42");
  EXPECT_EQ(run.streamed, run.text());
  EXPECT_EQ(run.result.bill.tokens.withheld, 4);
  EXPECT_EQ(run.result.bill.computed(), run.computed);
  EXPECT_EQ(run.result.answer.text, "42");
}

// Such as the channel's name that follows the marker in gpt-oss.
TEST(ThinkBudget, AHeaderThatTheModelWritesAfterItsMarkerIsNoAnswer) {
  const TemporaryFolder folder;
  SolveRequest request;
  request.think_markers = folder.write("families.json", R"({"families": [{"name": "channels", "open": "<think>", "close": "</think>final:", "ends": ["</think>"]}]})");
  request.think_family = "channels";
  for (const auto& [reply, header] : {std::pair("final:The answer is 42", "final:"), std::pair("The answer is 42", "")}) {
    const OneTrace run = think_once(Thinker{.steps = 4, .reply = reply}, {}, request);
    const auto tokens = FakeVocabulary::english().tokenize(header, ControlTokens::as_text).size();
    EXPECT_EQ(run.think().tokens, 4);
    EXPECT_EQ(run.think().answer_begins, 4 + 1 + static_cast<std::int64_t>(tokens)) << reply;
    EXPECT_EQ(run.result.answer.text, "42");
  }
}

TEST(ThinkBudget, AFalseStartOfAMarkerIsKept) {
  SolveRequest request;
  request.think_family = "instruct";
  const OneTrace run = think_once(Thinker{.steps = 6, .end = "Final Answer", .reply = ": 42", .thought = "aFinalb"}, {}, request);
  EXPECT_EQ(run.text(), "aFinalbaFinalbFinal Answer: 42");
  EXPECT_EQ(run.streamed, run.text());
}

TEST(ThinkBudget, ASoftEndStaysWithinTheCapAndAvoidsTheMiddleOfALine) {
  const OneTrace line = think_once(Thinker{.steps = -1, .thought = "abcdefg\nhij"}, {{"cap", "200"}});
  EXPECT_LE(line.think().tokens, 200);
  EXPECT_GE(line.think().tokens, 180);
  EXPECT_TRUE(line.text().substr(0, static_cast<std::size_t>(line.think().tokens)).ends_with("\n"));
  const OneTrace sentence = think_once(Thinker{.steps = -1, .thought = "ab 3.14 cd. "}, {{"cap", "200"}});
  EXPECT_TRUE(sentence.text().substr(0, static_cast<std::size_t>(sentence.think().tokens)).ends_with("cd."));
  EXPECT_GE(sentence.think().tokens, 180);
}

// The marker's logit is second best throughout: a soft end by rank takes it as soon as it may.
TEST(ThinkBudget, ASoftEndByRankTakesALikelyMarker) {
  auto vocabulary = FakeVocabulary::english();
  const auto inner = thinking_logits(vocabulary, {.steps = -1});
  const TokenId close = vocabulary.id("</think>");
  const auto logits = [inner, close](std::span<const TokenId> prefix, std::span<float> row) {
    inner(prefix, row);
    if (row[static_cast<std::size_t>(close)] < 0.0F) row[static_cast<std::size_t>(close)] = 10.0F;
  };
  auto model = std::make_shared<FakeModel>(std::move(vocabulary), logits);
  const OneTrace run = think_once(model, {{"cap", "100"}, {"soft", "rank"}, {"rank", "2"}});
  EXPECT_EQ(run.think().tokens, 70);
  EXPECT_EQ(run.think().close_reason, "natural");
  EXPECT_EQ(think_once(model, {{"cap", "100"}, {"soft", "rank"}, {"rank", "1"}}).think().tokens, 100);
}

TEST(ThinkBudget, AnswersNowWhenTheUserAsks) {
  const std::atomic<bool> now{true};
  SolveRequest request;
  request.answer_now = &now;
  const OneTrace run = think_once(Thinker{.steps = -1}, {}, request);
  EXPECT_EQ(run.think().tokens, 1);
  EXPECT_EQ(run.think().close_reason, "user");
  EXPECT_EQ(run.result.answer.text, "42");
}

TEST(ThinkBudget, ALoopClosesTheThinkingAndTheAnswerFollows) {
  SolveRequest request;
  request.controllers = {{"loop_guard", {{"start", "64"}, {"nudges", "0"}}}};
  const OneTrace run = think_once(Thinker{.steps = -1, .thought = "abcdefg"}, {}, request);
  EXPECT_EQ(run.think().close_reason, "loop");
  EXPECT_LT(run.think().tokens, 100);
  EXPECT_EQ(run.result.answer.text, "42");
}

// The answer is not judged by what the thinking repeated.
TEST(ThinkBudget, AnAnswerAfterALoopIsWrittenToItsEnd) {
  SolveRequest request;
  request.controllers = {{"loop_guard", {{"start", "128"}, {"nudges", "0"}}}};
  const std::string reply = "Six groups of seven things make two more than forty things, so the answer is 42";
  const OneTrace run = think_once(Thinker{.steps = -1, .reply = reply, .thought = "we see it again\n"}, {}, request);
  EXPECT_EQ(run.think().close_reason, "loop");
  EXPECT_TRUE(run.text().ends_with(reply)) << run.text();
  EXPECT_EQ(run.result.answer.finish, FinishReason::end_of_text);
}

// The order of authority (user, cap, loop, minimum and "Wait", early exit).
TEST(ThinkBudget, TheUserGoesBeforeWaitingAndALoopBeforeTheMinimum) {
  const std::atomic<bool> now{true};
  SolveRequest request;
  request.answer_now = &now;
  const OneTrace user = think_once(Thinker{.steps = 0}, {{"wait", "3"}}, request);
  EXPECT_EQ(user.think().waits, 0);
  EXPECT_EQ(user.result.answer.text, "42");
  SolveRequest guarded;
  guarded.controllers = {{"loop_guard", {{"start", "64"}, {"nudges", "0"}}}};
  const OneTrace loop = think_once(Thinker{.steps = -1}, {{"minimum", "300"}, {"cap", "400"}}, guarded);
  EXPECT_EQ(loop.think().close_reason, "loop");
  EXPECT_LT(loop.think().tokens, 100);
}

TEST(ThinkBudget, IsRefusedWithASecondStage) {
  auto engine = make_engine(six_times_seven());
  SolveRequest request;
  request.task.question = "?";
  request.prompt = {"cot", {{"form", "two_stage"}}};
  request.controllers = {{"think_budget", {}}};
  EXPECT_EQ(engine->solve(request).status().kind(), ErrorKind::invalid_argument);
}

// Ten thousand runs over noise that likes markers and ends: whatever happens, the cap and the floor hold to
// the token, the section is closed once, and the books balance.
TEST(ThinkBudget, HoldsInTenThousandRandomRuns) {
  auto vocabulary = FakeVocabulary::english();
  const TokenId close = vocabulary.id("</think>"), open = vocabulary.id("<think>"), eos = vocabulary.eos();
  const auto noise = hashed_logits(5, 6.0F);
  auto logits = [=](std::span<const TokenId> prefix, std::span<float> row) {
    noise(prefix, row);
    row[static_cast<std::size_t>(close)] += 2.0F;
    row[static_cast<std::size_t>(open)] += 1.0F;
    row[static_cast<std::size_t>(eos)] += 1.0F;
  };
  auto model = std::make_shared<FakeModel>(std::move(vocabulary), logits);
  auto engine = make_engine(model, {.slots = 2, .threads = 1});
  Rng rng(11);
  std::int64_t computed = 0;
  for (int round = 0; round < 10000; ++round) {
    SolveRequest request;
    request.task.question = "x";
    request.strategy = {"single", {}};
    request.prompt = {"direct", {}};
    request.sampling.temperature = 1.0;
    request.seed = static_cast<std::uint64_t>(round);
    request.max_tokens = 60 + static_cast<int>(rng.below(40));  // room for the whole cap and the marker
    const auto cap = static_cast<std::int64_t>(rng.below(24));
    const auto minimum = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(cap + 1)));
    const char* soft[] = {"none", "boundary", "rank"};
    const char* more[] = {"Wait", "none", "Wait,Hmm", "Alternatively", "a longer text"};
    request.controllers = {{"think_budget",
                            {{"cap", std::to_string(cap)},
                             {"wait", std::to_string(rng.below(4))},
                             {"minimum", std::to_string(minimum)},
                             {"soft", soft[rng.below(3)]},
                             {"answer_reserve", "1"},
                             {"continue_with", more[rng.below(5)]}}}};
    if (rng.below(2) == 0) request.controllers.push_back({"switch_penalty", {}});
    if (rng.below(2) == 0) request.controllers.push_back({"loop_guard", {{"start", "4"}, {"every", "1"}}});
    if (rng.below(4) == 0) request.think_family = "instruct";
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    const Bill& bill = result->bill;
    const ThinkReport& think = result->answer.think.value();
    ASSERT_LE(think.tokens, cap) << "round " << round;
    ASSERT_LE(bill.generated(), request.max_tokens + 40);
    if (!think.close_reason.empty()) { ASSERT_GE(think.tokens, std::min(minimum, cap - 3)) << "round " << round; }
    ASSERT_EQ(bill.tokens.thinking, think.tokens);
    ASSERT_LE(bill.tokens.withheld, bill.tokens.sampled);
    computed += bill.computed();
    ASSERT_EQ(computed, model->probe().computed) << "round " << round;
    ASSERT_EQ(engine->scheduler().live_sequences(), 0);
  }
}

}  // namespace
}  // namespace reckon
