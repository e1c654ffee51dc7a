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

struct Probed {
  SolveResult result;
  std::vector<double> scores;
};

Probed probe_with(PluginChoice strategy, const std::string& probes) {
  auto model = sure_of_six();
  auto engine = make_engine(model);
  RecordingSink sink;
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = std::move(strategy);
  request.prompt = {"direct", {}};
  request.scorer = {"answer_probe", {{"probes", probes}, {"temperature", "1"}}};
  request.sampling.temperature = 1.0;
  request.max_tokens = 40;
  request.sink = &sink;
  auto result = engine->solve(request);
  EXPECT_TRUE(result.ok()) << result.status().to_string();
  Probed probed;
  if (!result.ok()) return probed;
  probed.result = std::move(result).value();
  for (const auto& event : events_of(sink, EventKind::step_scored)) probed.scores.push_back(event.value);
  EXPECT_TRUE(probed.result.answer.warnings.empty());
  EXPECT_EQ(probed.result.bill.computed(), model->probe().computed);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
  for (const double score : probed.scores) EXPECT_GT(score, 0.0);
  return probed;
}

TEST(AnswerProbe, AgreementOfForcedAnswers) {
  const Probed probed = probe_with({"best_of_n", {{"samples", "6"}, {"select", "max"}}}, "8");
  const auto sure = std::ranges::count(probed.scores, 1.0);
  EXPECT_GT(sure, 0);
  EXPECT_LT(sure, std::ssize(probed.scores));
  EXPECT_EQ(probed.result.bill.scoring_calls, 6 * 8);
}

// A revised answer has no branch to fork: its text is read again below the task's prompt.
TEST(AnswerProbe, ReadsTextsThatHaveNoBranch) {
  EXPECT_GE(probe_with({"revise", {{"chains", "2"}, {"revisions", "1"}}}, "4").scores.size(), 2u) << "a chain of which it is sure ends";
}

}  // namespace
}  // namespace reckon
