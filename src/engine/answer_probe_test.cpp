#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// Forced to answer, the model says 42 after a trace that begins with S, and anything else after one with I.
std::shared_ptr<FakeModel> sure_of_six() {
  auto vocabulary = FakeVocabulary::english();
  const auto task = weighted_replies(vocabulary, {{0.5, "Six times seven."}, {0.5, "I guess."}}, "");
  const Tokens trigger = vocabulary.tokenize(" the final answer is", ControlTokens::as_text);
  const Tokens six = vocabulary.tokenize("Six times", ControlTokens::as_text);
  const TokenId eos = vocabulary.eos();
  auto logits = [=, digit = vocabulary.id("4"), newline = vocabulary.id("\n"), space = vocabulary.id(" ")](std::span<const TokenId> prefix,
                                                                                                       std::span<float> row) {
    const auto forced = std::ranges::search(prefix, trigger);
    if (forced.empty()) return task(prefix, row);
    std::ranges::fill(row, -1e9F);
    const auto said = prefix.end() - forced.end();
    if (said == 0) row[static_cast<std::size_t>(space)] = 0.0F;
    else if (said > 1) row[static_cast<std::size_t>(said == 2 ? newline : eos)] = 0.0F;
    else if (!std::ranges::search(prefix, six).empty()) row[static_cast<std::size_t>(digit)] = 0.0F;
    else for (int i = 0; i < 6; ++i) row[static_cast<std::size_t>(digit + i)] = 0.0F;
  };
  return std::make_shared<FakeModel>(std::move(vocabulary), std::move(logits));
}

TEST(AnswerProbe, AgreementOfForcedAnswers) {
  auto model = sure_of_six();
  auto engine = make_engine(model);
  RecordingSink sink;
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = {"best_of_n", {{"samples", "6"}, {"select", "max"}}};
  request.prompt = {"direct", {}};
  request.scorer = {"answer_probe", {{"probes", "8"}, {"temperature", "1"}}};
  request.sampling.temperature = 1.0;
  request.max_tokens = 40;
  request.sink = &sink;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_TRUE(result->answer.warnings.empty());
  std::size_t sure = 0;
  const auto scored = events_of(sink, EventKind::step_scored);
  for (const auto& event : scored) {
    sure += event.value == 1.0 ? 1 : 0;
    EXPECT_GT(event.value, 0.0);
  }
  EXPECT_GT(sure, 0u);
  EXPECT_LT(sure, scored.size());
  EXPECT_EQ(result->bill.scoring_calls, 6 * 8);
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
}

// A revised answer has no branch to fork: its text is read again below the task's prompt.
TEST(AnswerProbe, ReadsTextsThatHaveNoBranch) {
  auto model = sure_of_six();
  auto engine = make_engine(model);
  RecordingSink sink;
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = {"revise", {{"chains", "2"}, {"revisions", "1"}}};
  request.prompt = {"direct", {}};
  request.scorer = {"answer_probe", {{"probes", "4"}, {"temperature", "1"}}};
  request.sampling.temperature = 1.0;
  request.max_tokens = 40;
  request.sink = &sink;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_TRUE(result->answer.warnings.empty());
  const auto scored = events_of(sink, EventKind::step_scored);
  EXPECT_GE(scored.size(), 2u) << "a chain of which it is sure ends";
  for (const auto& event : scored) EXPECT_GT(event.value, 0.0);
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
}

}  // namespace
}  // namespace reckon
