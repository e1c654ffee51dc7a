#include <algorithm>
#include <filesystem>

#include "apps/prm/evaluate.h"
#include "apps/prm/sample_steps.h"
#include "base/test_support.h"
#include "engine/test_support.h"

namespace reckon::prm {
namespace {

using namespace testing_support;

// Half of the traces are right; the state says which half from their first letter on.
std::shared_ptr<FakeModel> knowing() {
  auto model = replying({{0.5, "Six times seven.\nThe answer is 42"}, {0.5, "I guess.\nThe answer is 41"}});
  const Tokens six = model->fake_vocabulary().tokenize("Six", ControlTokens::as_text);
  model->give_hidden_states(1, [six](std::span<const TokenId> prefix, std::span<float> state) {
    state[0] = std::ranges::search(prefix, six).empty() ? -1.0F : 1.0F;
  });
  return model;
}

// Of different lengths, because positions key the random numbers.
std::vector<Row> rows(int n) {
  std::vector<Row> all;
  for (int i = 0; i < n; ++i) all.push_back({.id = std::to_string(i), .question = "What is 6 times 7" + std::string(static_cast<std::size_t>(i), '?'), .reference = "42"});
  return all;
}

SamplingPlan plan_of(Labels labels) {
  SamplingPlan plan;
  plan.request.prompt = {"direct", {}};
  plan.request.sampling.temperature = 1.0;
  plan.request.max_tokens = 60;
  plan.traces = 4;
  plan.labels = labels;
  plan.rollouts = 4;
  plan.questions_at_once = 3;
  return plan;
}

std::vector<LabelledQuestion> sampled(const SamplingPlan& plan, int n) {
  auto engine = make_engine(knowing());
  std::vector<LabelledQuestion> questions;
  const Status status = sample_steps(*engine, plan, rows(n), [&](LabelledQuestion question) {
    questions.push_back(std::move(question));
    return ok_status();
  });
  EXPECT_TRUE(status.ok()) << status.to_string();
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
  return questions;
}

TEST(SampleSteps, EveryStepHasItsStateAndLabel) {
  for (const Labels labels : {Labels::outcome, Labels::rollouts}) {
    const auto questions = sampled(plan_of(labels), 8);
    ASSERT_EQ(questions.size(), 8u);
    int right = 0;
    for (const auto& question : questions) {
      ASSERT_EQ(question.traces.size(), 4u);
      for (const auto& trace : question.traces) {
        right += trace.right ? 1 : 0;
        EXPECT_EQ(trace.right, trace.answer == "42");
        ASSERT_EQ(trace.steps.size(), 2u);
        EXPECT_EQ(trace.whole[0], trace.steps[1].features[0]);
        EXPECT_EQ(trace.whole.size(), 4u);
        for (const auto& step : trace.steps) {
          ASSERT_EQ(step.features.size(), 4u);
          EXPECT_EQ(step.features[0], trace.right ? 1.0F : -1.0F);
          EXPECT_EQ(step.label, trace.right ? 1.0 : 0.0) << "the first step decides, so rollouts agree with the outcome";
        }
      }
    }
    EXPECT_GT(right, 8);
    EXPECT_LT(right, 24);
  }
}

TEST(EvaluateProbe, AKnowingProbeFindsTheRightTrace) {
  const auto questions = sampled(plan_of(Labels::outcome), 24);
  const auto fitted = fit_probe(fit_examples(questions), "fake", {.learning_rate = 0.05});
  ASSERT_TRUE(fitted.ok()) << fitted.status().to_string();
  const auto report = evaluate_probe(fitted->probe, questions);
  ASSERT_TRUE(report.ok());
  EXPECT_GT(report->steps.auroc, 0.99);
  EXPECT_EQ(report->questions, 24u);
  EXPECT_GT(report->wholes.auroc, 0.99);
  for (const auto* choice : {&report->best_by_last, &report->best_by_whole, &report->weighted_by_last, &report->weighted_by_whole}) {
    EXPECT_GT(choice->accuracy, report->random);
    EXPECT_GE(choice->accuracy, report->vote);
    EXPECT_NEAR(choice->to_random.difference, choice->accuracy - report->random, 1e-9);
  }
  EXPECT_EQ(report->best_by_whole.accuracy, report->any);
}

TEST(StepSamples, TracesWithoutAnAnswerAreNotFittedOn) {
  LabelledQuestion question{.id = "1", .reference = "42"};
  question.traces = {{"42", true, {{{1.0F}, 1.0}, {{2.0F}, 1.0}}, {1.5F}}, {"", false, {{{3.0F}, 0.0}}, {3.0F}}};
  EXPECT_EQ(step_examples({question}).size(), 3u);
  const auto examples = fit_examples({question});
  ASSERT_EQ(examples.size(), 3u);
  EXPECT_EQ(examples.back().features, Features{1.5F});
  EXPECT_EQ(examples.back().label, 1.0);
}

TEST(SamplesFile, GoesOnWhereItWasCutOff) {
  const TemporaryFolder folder;
  const std::string path = folder.file("steps.bin");
  const auto questions = sampled(plan_of(Labels::outcome), 3);
  {
    auto file = SamplesFile::open(path, "a plan");
    ASSERT_TRUE(file.ok());
    for (const auto& question : questions) ASSERT_TRUE(file->append(question).ok());
  }
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 5);
  auto again = SamplesFile::open(path, "a plan");
  ASSERT_TRUE(again.ok()) << again.status().to_string();
  ASSERT_EQ(again->questions().size(), 2u);
  EXPECT_TRUE(again->has(questions[1].id));
  EXPECT_FALSE(again->has(questions[2].id));
  EXPECT_EQ(again->questions()[1].traces[3].steps[1].features, questions[1].traces[3].steps[1].features);
  EXPECT_EQ(again->questions()[1].traces[3].whole, questions[1].traces[3].whole);
  ASSERT_TRUE(again->append(questions[2]).ok());
  EXPECT_EQ(SamplesFile::open(path, "a plan")->questions().size(), 3u);
  EXPECT_FALSE(SamplesFile::open(path, "another plan").ok());
  folder.write("steps.bin", "something else");
  EXPECT_FALSE(SamplesFile::open(path, "a plan").ok());
}

}  // namespace
}  // namespace reckon::prm
