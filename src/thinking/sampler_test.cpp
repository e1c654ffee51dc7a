#include "thinking/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "base/random.h"

namespace reckon {
namespace {

std::map<TokenId, double> frequencies(const std::vector<float>& logits, const SamplingSettings& settings, const LogitEdits& edits = {}) {
  SamplerScratch scratch;
  std::map<TokenId, double> counts;
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) {
    const SampleInput input{logits, 0, (i + 0.5) / kDraws, Record::nothing};
    counts[sample(input, settings, edits, scratch).token] += 1.0 / kDraws;
  }
  return counts;
}

const std::vector<float> kLogits{std::log(0.5F), std::log(0.3F), std::log(0.15F), std::log(0.05F)};

TEST(Sampler, DrawsFromTheSoftmax) {
  auto p = frequencies(kLogits, {.temperature = 1.0});
  EXPECT_NEAR(p[0], 0.5, 1e-3);
  EXPECT_NEAR(p[1], 0.3, 1e-3);
  EXPECT_NEAR(p[3], 0.05, 1e-3);
}

TEST(Sampler, TemperatureSharpens) {
  auto p = frequencies(kLogits, {.temperature = 0.5});
  const double total = 0.25 + 0.09 + 0.0225 + 0.0025;
  EXPECT_NEAR(p[0], 0.25 / total, 1e-3);
  EXPECT_NEAR(p[3], 0.0025 / total, 1e-3);
}

TEST(Sampler, Truncations) {
  EXPECT_EQ(frequencies(kLogits, {.temperature = 1.0, .top_k = 2}).size(), 2u);
  EXPECT_EQ(frequencies(kLogits, {.temperature = 1.0, .top_p = 0.75}).size(), 2u);
  EXPECT_EQ(frequencies(kLogits, {.temperature = 1.0, .top_p = 0.4}).size(), 1u);
  EXPECT_EQ(frequencies(kLogits, {.temperature = 1.0, .min_p = 0.2}).size(), 3u);
}

TEST(Sampler, GreedyTakesTheLowestIdOfATie) {
  SamplerScratch scratch;
  const std::vector<float> tie{1.0F, 2.0F, 2.0F};
  EXPECT_EQ(sample({tie, 0, 0.9, Record::nothing}, {.temperature = 0.0}, {}, scratch).token, 1);
}

TEST(Sampler, EditsMaskAndBias) {
  LogitEdits edits;
  edits.masked = {0};
  auto p = frequencies(kLogits, {.temperature = 1.0}, edits);
  EXPECT_EQ(p.count(0), 0u);
  EXPECT_NEAR(p[1], 0.6, 1e-3);
  edits.clear();
  edits.biased = {{3, 100.0F}};
  EXPECT_EQ(frequencies(kLogits, {.temperature = 1.0}, edits).begin()->first, 3);
  edits.clear();
  edits.masked = {0, 1, 2, 3};
  SamplerScratch scratch;
  EXPECT_EQ(sample({kLogits, 0, 0.5, Record::nothing}, {.temperature = 1.0}, edits, scratch).token, kNoToken);
}

// Sampling with edits equals sampling from a row with the edits in it.
TEST(Sampler, EditsEqualEditingTheRow) {
  Rng rng(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<float> logits(300);
    for (auto& logit : logits) logit = static_cast<float>(rng.uniform() * 60.0);
    LogitEdits edits;
    for (int i = 0; i < 5; ++i) edits.masked.push_back(static_cast<TokenId>(rng.below(300)));
    for (int i = 0; i < 5; ++i) edits.biased.emplace_back(static_cast<TokenId>(rng.below(300)), static_cast<float>(rng.uniform() * 80.0 - 40.0));
    const auto top = std::ranges::max_element(logits) - logits.begin();
    if (round % 3 == 0) edits.masked.push_back(static_cast<TokenId>(top));
    if (round % 3 == 1) edits.biased.emplace_back(static_cast<TokenId>(top), -50.0F);
    auto edited = logits;
    for (const auto& [token, bias] : edits.biased) edited[static_cast<std::size_t>(token)] += bias;
    for (TokenId token : edits.masked) edited[static_cast<std::size_t>(token)] = -std::numeric_limits<float>::infinity();
    SamplerScratch scratch;
    const SampleInput raw{logits, 0, 0.0, Record::nothing};
    const SampleInput direct{edited, 0, 0.0, Record::nothing};
    EXPECT_EQ(sample(raw, {.temperature = 0.0}, edits, scratch).token, sample(direct, {.temperature = 0.0}, {}, scratch).token);
    const SamplingSettings settings{.temperature = 1.0, .top_k = 5};
    EXPECT_EQ(sample(raw, settings, edits, scratch).token, sample(direct, settings, {}, scratch).token);
  }
}

TEST(Sampler, PaddedIdsAreNeverSampled) {
  std::vector<float> logits{0.0F, 0.0F, 50.0F};
  SamplerScratch scratch;
  for (double u : {0.0, 0.4, 0.9}) {
    EXPECT_LT(sample({logits, 2, u, Record::nothing}, {.temperature = 1.0}, {}, scratch).token, 2);
  }
}

// The reach of the candidate search must not change the distribution: compare with a direct sum.
TEST(Sampler, MatchesADirectComputationOnALargeVocabulary) {
  Rng rng(3);
  std::vector<float> logits(5000);
  for (auto& logit : logits) logit = static_cast<float>(rng.uniform() * 30.0);
  for (double temperature : {0.3, 0.7, 1.5}) {
    double total = 0;
    for (float logit : logits) total += std::exp(static_cast<double>(logit - 30.0F) / temperature);
    SamplerScratch scratch;
    for (int i = 0; i < 200; ++i) {
      const double u = rng.uniform();
      double mass = 0;
      TokenId expected = 0;
      for (; expected < 4999; ++expected) {
        mass += std::exp(static_cast<double>(logits[static_cast<std::size_t>(expected)] - 30.0F) / temperature);
        if (mass > u * total) break;
      }
      EXPECT_EQ(sample({logits, 0, u, Record::nothing}, {.temperature = temperature}, {}, scratch).token, expected);
    }
  }
}

TEST(Sampler, StatisticsMatchADirectComputation) {
  Rng rng(5);
  std::vector<float> logits(10007);
  for (auto& logit : logits) logit = static_cast<float>(rng.uniform() * 20.0 - 10.0);
  double mass = 0;
  double mean = 0;
  for (float logit : logits) mass += std::exp(static_cast<double>(logit));
  for (float logit : logits) mean += (logit - std::log(mass)) / static_cast<double>(logits.size());
  const TokenStats stats = token_stats(logits, 77);
  EXPECT_NEAR(stats.logprob, logits[77] - std::log(mass), 1e-9);
  EXPECT_NEAR(stats.self_certainty, -mean - std::log(static_cast<double>(logits.size())), 1e-9);
  const std::vector<float> flat(64, 1.0F);
  EXPECT_NEAR(token_stats(flat, 3).self_certainty, 0.0, 1e-6);
}

// 2502.18581: the mean over steps of KL(uniform || p), in whatever vocabulary and however sharp.
TEST(Sampler, SelfCertaintyIsTheDivergenceFromTheUniformDistribution) {
  for (const std::size_t size : {2u, 31u, 33u, 1024u, 30001u}) {
    double before = 0.0;
    for (const double spread : {0.01, 1.0, 20.0, 80.0}) {
      std::vector<float> logits(size);
      for (std::size_t i = 0; i < size; ++i) logits[i] = static_cast<float>(spread * std::sin(static_cast<double>(i)));
      double mass = 0.0;
      for (const float logit : logits) mass += std::exp(static_cast<double>(logit));
      const double uniform = 1.0 / static_cast<double>(size);
      double divergence = 0.0;
      for (const float logit : logits) divergence += uniform * (std::log(uniform) - (logit - std::log(mass)));
      const double certainty = token_stats(logits, 0).self_certainty;
      EXPECT_NEAR(certainty, divergence, 1e-9) << size << " tokens, spread " << spread;
      EXPECT_GT(certainty, before) << "it grows as logits are scaled up";
      before = certainty;
      for (float& logit : logits) logit += 64.0F * 0x1p-3F;
      EXPECT_NEAR(token_stats(logits, 0).self_certainty, certainty, 1e-4) << "the same but for what floats round";
    }
  }
}

// Against sorting the whole row, with the largest logits in every place that the block search treats
// differently: rising, falling and shuffled rows, ties, rows that end inside a lane or a block.
TEST(Sampler, ConfidenceMatchesASortedRow) {
  Rng rng(8);
  for (std::size_t size : {3u, 20u, 21u, 1000u, 1024u, 5003u}) {
    for (int order = 0; order < 4; ++order) {
      std::vector<float> logits(size);
      for (auto& logit : logits) logit = static_cast<float>(order == 3 ? rng.below(4) : rng.uniform() * 25.0);
      if (order == 1) std::ranges::sort(logits);
      if (order == 2) std::ranges::sort(logits, std::greater<>());
      double mass = 0.0;
      for (float logit : logits) mass += std::exp(static_cast<double>(logit));
      auto sorted = logits;
      std::ranges::sort(sorted, std::greater<>());
      const std::size_t k = std::min<std::size_t>(20, size);
      double expected = 0.0;
      for (std::size_t i = 0; i < k; ++i) expected -= (sorted[i] - std::log(mass)) / static_cast<double>(k);
      EXPECT_NEAR(token_stats(logits, 0).confidence, expected, 1e-4) << size << " logits, order " << order;
    }
  }
}

TEST(Sampler, ConfidenceIsFiniteWhenFewTokensArePossible) {
  std::vector<float> logits(64, -std::numeric_limits<float>::infinity());
  logits[5] = 1.0F;
  EXPECT_NEAR(token_stats(logits, 5).confidence, 95.0, 1e-4);  // 19 of 20 at the least probability
  std::ranges::fill(logits, -1e9F);
  logits[5] = 1.0F;
  EXPECT_NEAR(token_stats(logits, 5).confidence, 95.0, 1e-4);
  EXPECT_NEAR(token_stats(std::vector<float>(64, 1.0F), 5).confidence, std::log(64.0), 1e-5);
}

TEST(Sampler, SettingsAreValidated) {
  EXPECT_TRUE(validate({}).ok());
  EXPECT_FALSE(validate({.temperature = -1}).ok());
  EXPECT_FALSE(validate({.top_p = 0}).ok());
  EXPECT_FALSE(validate({.min_p = 2}).ok());
}

}  // namespace
}  // namespace reckon
