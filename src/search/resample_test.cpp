#include "search/resample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace reckon {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

TEST(NormalisedWeights, SumUpToOneWhateverTheSize) {
  const auto weights = normalised_weights(std::vector<double>{1000.0, 1000.0 + std::log(3.0), kNever});
  EXPECT_NEAR(weights[0], 0.25, 1e-12);
  EXPECT_NEAR(weights[1], 0.75, 1e-12);
  EXPECT_EQ(weights[2], 0.0);
  EXPECT_EQ(normalised_weights(std::vector<double>{kNever, kNever}), (std::vector<double>{0.5, 0.5}));
  EXPECT_TRUE(normalised_weights({}).empty());
}

using Scheme = std::vector<int> (*)(std::span<const double>, int, Rng&);

TEST(Resampling, EqualWeightsAreDrawnEvenly) {
  const std::vector<double> weights(5, 0.2);
  Rng rng(1);
  std::vector<double> drawn(5, 0.0);
  constexpr int kRuns = 4000;
  for (int run = 0; run < kRuns; ++run) {
    const auto copies = resample_multinomial(weights, 1, rng);
    for (std::size_t i = 0; i < 5; ++i) drawn[i] += copies[i];
  }
  double chi_square = 0.0;
  for (const double count : drawn) chi_square += (count - kRuns / 5.0) * (count - kRuns / 5.0) / (kRuns / 5.0);
  EXPECT_LT(chi_square, 18.5) << "4 degrees of freedom: passed by 99.9 % of right ones";
}

TEST(Resampling, BothSchemesHaveTheRightMeans) {
  const std::vector<double> weights{0.05, 0.0, 0.6, 0.35};
  for (const Scheme scheme : {Scheme{resample_multinomial}, Scheme{resample_systematic}}) {
    Rng rng(2);
    std::vector<double> sum(4, 0.0);
    for (int run = 0; run < 2000; ++run) {
      const auto copies = scheme(weights, 6, rng);
      EXPECT_EQ(std::accumulate(copies.begin(), copies.end(), 0), 6);
      for (std::size_t i = 0; i < 4; ++i) sum[i] += copies[i];
    }
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(sum[i] / 2000, 6 * weights[i], 0.12) << i;
    EXPECT_EQ(sum[1], 0.0) << "weight 0 is never drawn";
  }
}

TEST(Resampling, SystematicRoundsUpOrDown) {
  const std::vector<double> weights{0.21, 0.33, 0.46};
  Rng rng(3);
  for (int run = 0; run < 200; ++run) {
    const auto copies = resample_systematic(weights, 10, rng);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_GE(copies[i], std::floor(10 * weights[i]));
      EXPECT_LE(copies[i], std::ceil(10 * weights[i]));
    }
  }
}

TEST(Resampling, OneDominantWeightTakesAll) {
  const auto weights = normalised_weights(std::vector<double>{0.0, 80.0, 0.0});
  Rng rng(4);
  EXPECT_EQ(resample_multinomial(weights, 7, rng), (std::vector<int>{0, 7, 0}));
  EXPECT_EQ(resample_systematic(weights, 7, rng), (std::vector<int>{0, 7, 0}));
}

}  // namespace
}  // namespace reckon
