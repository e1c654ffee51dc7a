#include <gtest/gtest.h>

#include <cmath>

#include "search/registry.h"

namespace reckon {
namespace {

std::vector<double> values(const std::map<std::string, std::string>& given,
                           const std::vector<std::vector<float>>& traces) {
  Registry registry;
  register_all_plugins(registry);
  const auto* entry = registry.scorers.find("confidence").value();
  const auto scorer = entry->create(parse_options(entry->spec, given).value()).value();
  std::vector<Candidate> candidates;
  for (const auto& trace : traces) {
    Candidate candidate;
    for (float confidence : trace) candidate.stats.add({.confidence = confidence});
    candidates.push_back(std::move(candidate));
  }
  std::vector<double> result;
  const auto scores = scorer->score(candidates);
  for (const auto& score : scores.value()) result.push_back(score.value);
  return result;
}

const std::vector<float> kTrace{4, 2, 6, 1, 3, 8};

TEST(ConfidenceScorer, EveryScore) {
  EXPECT_EQ(values({{"score", "mean"}}, {kTrace}), std::vector<double>{4.0});
  EXPECT_EQ(values({{"score", "lowest_group"}, {"window", "2"}}, {kTrace}), std::vector<double>{2.0});
  EXPECT_EQ(values({{"score", "bottom_10"}, {"window", "2"}}, {kTrace}), std::vector<double>{2.0});
  EXPECT_EQ(values({{"score", "tail"}, {"window", "3"}}, {kTrace}), std::vector<double>{4.0});
}

TEST(ConfidenceScorer, TheWindowFollowsTheMedianLength) {
  // Lengths 40, 200, 200: window 40, so that the dip of 20 tokens is averaged with 20 others.
  std::vector<float> dip(200, 10.0F);
  for (std::size_t i = 100; i < 120; ++i) dip[i] = 4.0F;
  EXPECT_EQ(values({}, {std::vector<float>(40, 3.0F), dip, std::vector<float>(200, 5.0F)}),
            (std::vector<double>{3.0, 7.0, 5.0}));
  EXPECT_EQ(values({{"window", "20"}}, {dip}), std::vector<double>{4.0});
}

TEST(ConfidenceScorer, WhatTheModelDidNotWriteHasNoScore) {
  EXPECT_TRUE(std::isnan(values({}, {{}}).at(0)));
}

}  // namespace
}  // namespace reckon
