#include "scoring/probe.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "base/test_support.h"

namespace reckon {
namespace {

double noise(std::uint64_t key) { return static_cast<double>(mix64(key + 7) >> 11U) * 0x1.0p-53 * 2.0 - 1.0; }

// 3 features; `truth` says the probability of a right answer.
template <typename Truth>
std::vector<ProbeExample> examples_of(int questions, std::uint64_t seed, Truth truth) {
  std::vector<ProbeExample> examples;
  for (int q = 0; q < questions; ++q) {
    for (int s = 0; s < 4; ++s) {
      const auto key = mix64(seed) ^ static_cast<std::uint64_t>(q * 100 + s * 10);
      ProbeExample example;
      example.question = q;
      for (std::uint64_t i = 0; i < 3; ++i) example.features.push_back(static_cast<float>(5.0 + 2.0 * noise(key + i)));
      const double p = truth(example.features);
      example.label = (noise(key + 5) + 1.0) / 2.0 < p ? 1.0 : 0.0;
      examples.push_back(std::move(example));
    }
  }
  return examples;
}

double steep(const Features& x) { return 1.0 / (1.0 + std::exp(-6.0 * (x[0] - 5.0) + 3.0 * (x[1] - 5.0))); }
double either(const Features& x) { return (x[0] > 5.0F) != (x[1] > 5.0F) ? 0.95 : 0.05; }

TEST(AreaUnderRoc, ByHand) {
  EXPECT_DOUBLE_EQ(area_under_roc(std::vector<double>{1, 2, 3, 4}, std::vector<double>{0, 0, 1, 1}), 1.0);
  EXPECT_DOUBLE_EQ(area_under_roc(std::vector<double>{1, 2, 3, 4}, std::vector<double>{1, 0, 0, 1}), 0.5);
  EXPECT_DOUBLE_EQ(area_under_roc(std::vector<double>{1, 1, 1}, std::vector<double>{1, 0, 0}), 0.5);
  EXPECT_DOUBLE_EQ(area_under_roc(std::vector<double>{1, 2}, std::vector<double>{1, 1}), 0.5);
}

TEST(FitProbe, FindsALinearTruthAndIsCalibrated) {
  const auto fitted = fit_probe(examples_of(400, 1, steep), "d", {.learning_rate = 0.01});
  ASSERT_TRUE(fitted.ok()) << fitted.status().to_string();
  const auto fresh = examples_of(400, 2, steep);
  const ProbeQuality quality = probe_quality(fitted->probe, fresh);
  EXPECT_GT(quality.auroc, 0.95);
  double bias = 0.0;
  double best = 0.0;
  for (const auto& example : fresh) {
    bias += fitted->probe.probability(example.features) - example.label;
    best += std::pow(steep(example.features) - example.label, 2);
  }
  EXPECT_NEAR(bias / static_cast<double>(fresh.size()), 0.0, 0.02);
  EXPECT_LT(quality.brier, best / static_cast<double>(fresh.size()) + 0.01) << "little worse than the truth itself";
}

TEST(FitProbe, AHiddenLayerLearnsWhatALogisticUnitCannot) {
  const auto examples = examples_of(400, 1, either);
  const auto fresh = examples_of(200, 2, either);
  const auto linear = fit_probe(examples, "d", {.learning_rate = 0.01});
  const auto layered = fit_probe(examples, "d", {.hidden_units = 16, .epochs = 80, .learning_rate = 0.01});
  ASSERT_TRUE(linear.ok() && layered.ok());
  EXPECT_LT(probe_quality(linear->probe, fresh).auroc, 0.65);
  EXPECT_GT(probe_quality(layered->probe, fresh).auroc, 0.85);
}

TEST(FitProbe, QuestionsAreOnOneSideOnly) {
  const auto fitted = fit_probe(examples_of(10, 1, steep), "d", {.epochs = 1, .held_out = 0.3});
  ASSERT_TRUE(fitted.ok());
  EXPECT_EQ(fitted->held_out.examples, 12u);
  EXPECT_EQ(fitted->training.examples, 28u);
}

TEST(FitProbe, IsNotCalibratedOnOneKindOnly) {
  // One question of ten is right, and it is not among the held-out ones under every seed.
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    auto examples = examples_of(10, 1, [](const Features&) { return -1.0; });
    for (auto& example : examples) example.label = example.question == 0 ? 1.0 : 0.0;
    const auto fitted = fit_probe(examples, "d", {.epochs = 1, .seed = seed});
    ASSERT_TRUE(fitted.ok());
    for (const auto& example : examples) EXPECT_GT(fitted->probe.probability(example.features), 0.01) << "seed " << seed;
  }
}

TEST(FitProbe, RefusesWhatTeachesNothing) {
  EXPECT_FALSE(fit_probe({}, "d", {}).ok());
  EXPECT_FALSE(fit_probe(examples_of(1, 1, steep), "d", {}).ok());
  EXPECT_FALSE(fit_probe(examples_of(10, 1, [](const Features&) { return 1.1; }), "d", {}).ok());
}

TEST(StateProbe, SavedAndLoadedIsTheSame) {
  const auto examples = examples_of(20, 1, steep);
  const auto fitted = fit_probe(examples, "the model", {.hidden_units = 3});
  ASSERT_TRUE(fitted.ok());
  const testing_support::TemporaryFolder folder;
  const std::string path = folder.file("probe.json");
  ASSERT_TRUE(fitted->probe.save(path).ok());
  const auto loaded = StateProbe::load(path);
  ASSERT_TRUE(loaded.ok()) << loaded.status().to_string();
  EXPECT_EQ(loaded->model_digest(), "the model");
  for (const auto& example : examples) {
    EXPECT_DOUBLE_EQ(loaded->probability(example.features), fitted->probe.probability(example.features));
  }
  folder.write("probe.json", R"({"format":"reckon-probe-1","means":[1]})");
  EXPECT_FALSE(StateProbe::load(path).ok());
  folder.write("probe.json", R"({"format":"reckon-probe-1","model_digest":"d","hidden_units":-1,"slope":1,"offset":0,"means":[0],"scales":[1],"weights":[1,0]})");
  EXPECT_FALSE(StateProbe::load(path).ok());
  folder.write("probe.json", "[]");
  EXPECT_FALSE(StateProbe::load(path).ok());
  EXPECT_EQ(StateProbe::load(folder.file("none")).status().kind(), ErrorKind::not_found);
}

TEST(ProbeFeatures, LastMeanAndStatistics) {
  TraceStats step;
  EXPECT_TRUE(probe_features(step).empty());
  step.hidden.add(std::vector<float>{1.0F, 2.0F});
  step.hidden.add(std::vector<float>{3.0F, 6.0F});
  step.add(TokenStats{.logprob = -1.0, .self_certainty = 4.0});
  EXPECT_EQ(probe_features(step), (Features{3.0F, 6.0F, 2.0F, 4.0F, -1.0F, 4.0F}));
}

}  // namespace
}  // namespace reckon
