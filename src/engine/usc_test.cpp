#include <algorithm>

#include "engine/test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// Answers the task with one of `replies` and the list of responses with `verdict`.
std::shared_ptr<FakeModel> judging(const std::vector<FakeReply>& replies, const std::string& verdict) {
  auto vocabulary = FakeVocabulary::english();
  const auto task = weighted_replies(vocabulary, replies, "");
  const auto choice = weighted_replies(vocabulary, {{1.0, verdict}}, "");
  const Tokens sign = vocabulary.tokenize("Evaluate these responses.", ControlTokens::as_text);
  auto logits = [=](std::span<const TokenId> prefix, std::span<float> row) {
    (std::ranges::search(prefix, sign).empty() ? task : choice)(prefix, row);
  };
  return std::make_shared<FakeModel>(std::move(vocabulary), std::move(logits));
}

const std::vector<FakeReply> kReplies{{0.5, "Six times seven. The answer is 42"}, {0.5, "I guess. The answer is 41"}};

SolveRequest usc_request(EventSink* sink = nullptr) {
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = {"usc", {{"samples", "6"}}};
  request.sampling.temperature = 1.0;
  request.max_tokens = 80;
  request.seed = 1;
  request.sink = sink;
  return request;
}

// What the traces of one run answered, in index order.
std::vector<std::string> answers_of(const RecordingSink& sink) {
  std::map<std::uint64_t, std::string> answers;
  for (const auto& event : sink.events()) {
    if (event.kind == EventKind::trace_finished) answers[event.trace] = event.text;
  }
  std::vector<std::string> ordered;
  for (const auto& [trace, answer] : answers) ordered.push_back(answer);
  return ordered;
}

TEST(UniversalSelfConsistency, TakesTheResponseThatTheModelChooses) {
  for (std::size_t choice = 1; choice <= 6; ++choice) {
    RecordingSink sink;
    auto model = judging(kReplies, "The most consistent response is Response " + std::to_string(choice) + ".");
    auto engine = make_engine(model);
    const auto result = engine->solve(usc_request(&sink));
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.text, answers_of(sink)[choice - 1]) << "response " << choice;
    EXPECT_EQ(result->answer.traces, 6);
    EXPECT_TRUE(result->answer.warnings.empty());
    EXPECT_EQ(result->bill.traces, 7) << "the choice is a trace of its own";
    EXPECT_EQ(result->bill.computed(), model->probe().computed);
    EXPECT_EQ(engine->scheduler().live_sequences(), 0);
  }
}

TEST(UniversalSelfConsistency, AnUnusableChoiceIsTheFirstResponseAndAWarning) {
  for (const char* verdict : {"The most consistent response is Response 7.", "They are all fine."}) {
    RecordingSink sink;
    const auto result = make_engine(judging(kReplies, verdict))->solve(usc_request(&sink));
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->answer.text, answers_of(sink)[0]);
    EXPECT_EQ(result->bill.parse_failures, 1);
    EXPECT_EQ(result->bill.depth, 2);
    ASSERT_EQ(result->answer.warnings.size(), 1u);
    EXPECT_NE(result->answer.warnings[0].find("names none of the 6 responses"), std::string::npos);
  }
}

TEST(UniversalSelfConsistency, AChoiceThatTheBudgetCutIsNoFailureOfItsForm) {
  const auto model = judging(kReplies, "They are all fine.");
  auto request = usc_request();
  request.caps.generated_tokens = make_engine(model)->solve(request)->bill.generated() - 2;
  const auto result = make_engine(model)->solve(request);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->bill.parse_failures, 0);
  EXPECT_EQ(result->answer.warnings.size(), 1u);
}

TEST(UniversalSelfConsistency, LongResponsesAreShortenedUntilTheListFits) {
  const std::string talk(300, 'x');
  auto model = judging({{0.5, "A" + talk + "\n\nThe answer is 42"}, {0.5, "B" + talk + "\n\nThe answer is 41"}},
                       "The most consistent response is Response 2.");
  RecordingSink sink;
  auto request = usc_request(&sink);
  request.max_tokens = 400;
  const auto result = make_engine(model, {.slots = 8, .context = 1200, .threads = 2})->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  ASSERT_EQ(result->answer.warnings.size(), 1u);
  EXPECT_NE(result->answer.warnings[0].find("did not fit the context"), std::string::npos)
      << result->answer.warnings[0];
  EXPECT_EQ(result->answer.text, answers_of(sink)[1]);
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
}

TEST(UniversalSelfConsistency, TheListIsPaidForAndCapped) {
  auto model = judging(kReplies, "The most consistent response is Response 2.");
  const auto free_run = make_engine(model)->solve(usc_request());
  ASSERT_TRUE(free_run.ok());
  const auto& tokens = free_run->bill.tokens;
  EXPECT_GT(tokens.prefilled, 400) << "the list has at least 6 responses and the instruction";
  // Each prompt counts once, however many traces share it.
  auto request = usc_request();
  request.caps.total_tokens = tokens.prefilled + tokens.generated();
  const auto exact = make_engine(judging(kReplies, "The most consistent response is Response 2."))->solve(request);
  ASSERT_TRUE(exact.ok());
  EXPECT_TRUE(exact->answer.warnings.empty());
  request.caps.total_tokens = tokens.generated() + 300;  // enough for the samples, not for the list
  const auto capped = make_engine(judging(kReplies, "The most consistent response is Response 2."))->solve(request);
  ASSERT_TRUE(capped.ok());
  ASSERT_EQ(capped->answer.warnings.size(), 1u);
  EXPECT_NE(capped->answer.warnings[0].find("passes the budget"), std::string::npos) << capped->answer.warnings[0];
  EXPECT_LE(capped->bill.computed(), *request.caps.total_tokens);
}

}  // namespace
}  // namespace reckon
