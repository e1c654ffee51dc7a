#include "bench/compute_optimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "bench/policy_file.h"
#include "bench/pretraining.h"
#include "bench/report.h"
#include "bench/report_compute_optimal.h"
#include "bench/saved_report.h"

namespace reckon {
namespace {

struct Player {
  std::string name;
  double flops = 0.0;
  std::function<bool(std::size_t question, std::uint64_t seed)> right;
};

struct Played {
  BenchMatrix matrix;
  std::vector<BenchResult> results;
};

std::string row_name(std::size_t question) {
  return std::string("q") + (question < 10 ? "0" : "") + std::to_string(question);
}

Played play(std::size_t questions, const std::vector<Player>& players, std::vector<std::uint64_t> seeds = {0, 1}) {
  Played played;
  played.matrix.seeds = std::move(seeds);
  for (const auto& player : players) played.matrix.configurations.push_back({player.name, "{}"});
  for (std::size_t question = 0; question < questions; ++question) {
    played.matrix.problems.rows.push_back({.id = row_name(question)});
    for (const auto& player : players) {
      for (const std::uint64_t seed : played.matrix.seeds) {
        BenchResult result;
        result.configuration = player.name;
        result.row_id = row_name(question);
        result.seed = seed;
        result.correct = player.right(question, seed);
        result.policy_flops = 0.75 * player.flops;
        result.scoring_flops = 0.25 * player.flops;
        result.tokens.sampled = 7;
        played.results.push_back(std::move(result));
      }
    }
  }
  return played;
}

ComputeOptimal choose(const Played& played, const ComputeOptimalOptions& options) {
  auto optimal = compute_optimal(played.matrix, played.results, options);
  EXPECT_TRUE(optimal.ok()) << optimal.status().to_string();
  return optimal.ok() ? *optimal : ComputeOptimal{};
}

const BudgetLevel& level_of(const ComputeOptimal& optimal, const std::string& name) {
  static const BudgetLevel none;
  for (const auto& level : optimal.levels) {
    if (level.name == name) return level;
  }
  ADD_FAILURE() << "no level " << name;
  return none;
}

// Questions 0 to 3 are easy for "steady", which is right on them; "search" is right on the others.
bool is_easy(std::size_t question) { return question < 4; }
std::vector<Player> specialists() {
  return {{"steady", 1e9, [](std::size_t q, std::uint64_t) { return is_easy(q); }},
          {"search", 4e9, [](std::size_t q, std::uint64_t) { return !is_easy(q); }}};
}

TEST(ComputeOptimal, EachBinGetsItsWinnerWithinTheBudget) {
  const auto optimal = choose(play(8, specialists()), {.bins = 2});
  ASSERT_EQ(optimal.levels.size(), 2U);
  EXPECT_EQ(optimal.unit, CostUnit::flops);
  const auto& rich = level_of(optimal, "search");
  EXPECT_EQ(rich.choices, (std::vector<std::string>{"steady", "search"}));
  EXPECT_DOUBLE_EQ(rich.policy.accuracy, 1.0);
  EXPECT_DOUBLE_EQ(rich.policy.cost, 2.5e9);
  EXPECT_DOUBLE_EQ(rich.single.accuracy, 0.5);
  EXPECT_EQ(rich.best_single, "steady");  // as many right as search, for less
  EXPECT_DOUBLE_EQ(rich.named_accuracy, 0.5);
  EXPECT_DOUBLE_EQ(rich.against_single.difference, 0.5);
  EXPECT_DOUBLE_EQ(rich.against_named.difference, 0.5);
  EXPECT_EQ(rich.against_named.rows, 8U);
  // The cheap budget affords nothing else.
  const auto& poor = level_of(optimal, "steady");
  EXPECT_EQ(poor.choices, (std::vector<std::string>{"steady", "steady"}));
  EXPECT_DOUBLE_EQ(poor.against_named.difference, 0.0);
  EXPECT_DOUBLE_EQ(optimal.difficulty_cost, 1e9);  // one of the two seeds
}

TEST(ComputeOptimal, EqualConfigurationsGainNothingAndTheCheaperIsTaken) {
  const auto right = [](std::size_t q, std::uint64_t seed) { return (q * 7 + seed * 3) % 5 < 2; };
  const std::vector<Player> players = {{"dear", 9e9, right}, {"cheap", 1e9, right}, {"as cheap", 1e9, right}};
  const auto optimal = choose(play(12, players), {.bins = 3});
  for (const auto& level : optimal.levels) {
    EXPECT_EQ(level.choices, std::vector<std::string>(3, "cheap")) << level.name;
    EXPECT_EQ(level.best_single, "cheap");
    EXPECT_EQ(level.against_single.difference, 0.0);
    EXPECT_EQ(level.against_single.interval.high, 0.0);
    EXPECT_EQ(level.against_named.difference, 0.0);
  }
}

// Luck under the seed that measured the difficulty must not come back as accuracy: "lucky" is right under seed 0 on the
// even questions and under seed 1 on none, so that its own bins are worth nothing to it.
TEST(ComputeOptimal, AnswersThatMeasuredTheDifficultyAreNotJudged) {
  const auto by_luck = [](std::size_t q, std::uint64_t seed) { return seed == 0 && q % 2 == 0; };
  const std::vector<Player> players = {{"lucky", 1e9, by_luck},
                                       {"other", 2e9, [](std::size_t q, std::uint64_t) { return q == 1; }}};
  const auto optimal = choose(play(8, players), {.bins = 2});
  EXPECT_EQ(optimal.bins[0].rows, (std::vector<std::string>{"q00", "q02", "q04", "q06"}));
  EXPECT_EQ(optimal.difficulty_seeds, 1U);
  EXPECT_EQ(optimal.judged_seeds, 1U);
  EXPECT_DOUBLE_EQ(level_of(optimal, "lucky").policy.accuracy, 0.0);
  EXPECT_DOUBLE_EQ(level_of(optimal, "other").named_accuracy, 0.125);
  const auto one_seed = play(8, players, {0});
  const auto refused = compute_optimal(one_seed.matrix, one_seed.results);
  EXPECT_NE(refused.status().message().find("at least two seeds"), std::string::npos);
}

// The two folds are the opposite of one another, so that looking at the wrong one shows in every answer.
TEST(ComputeOptimal, AFoldIsAnsweredWithoutLookingAtIt) {
  // One bin; folds alternate in the order of the rows, as all are equally easy. "a" wins on even ones, "b" on odd ones.
  const std::vector<Player> players = {{"reference", 9e9, [](std::size_t, std::uint64_t) { return true; }},
                                       {"a", 1e9, [](std::size_t q, std::uint64_t) { return q % 2 == 0; }},
                                       {"b", 2e9, [](std::size_t q, std::uint64_t) { return q % 2 == 1; }}};
  const auto optimal = choose(play(8, players), {.bins = 1});
  // Even questions are answered with what wins on odd ones, and the other way round: nothing is right. A choice that
  // looked at its own fold would be right everywhere.
  const auto& level = level_of(optimal, "b");
  EXPECT_DOUBLE_EQ(level.policy.accuracy, 0.0);
  EXPECT_DOUBLE_EQ(level.single.accuracy, 0.0);
}

TEST(ComputeOptimal, FewerQuestionsThanBins) {
  const auto optimal = choose(play(3, specialists()), {.bins = 5});
  ASSERT_EQ(optimal.bins.size(), 3U);
  // No bin can be halved: each fold is answered with the best of all bins of the other, here "steady".
  EXPECT_EQ(level_of(optimal, "search").choices, std::vector<std::string>(3, "steady"));
  EXPECT_DOUBLE_EQ(level_of(optimal, "search").policy.accuracy, 1.0);
  const auto lonely = play(1, specialists());
  EXPECT_FALSE(compute_optimal(lonely.matrix, lonely.results).ok());
}

TEST(ComputeOptimal, WhereABinShowsNothingAllBinsDecide) {
  const std::vector<Player> players = {{"weak", 1e9, [](std::size_t, std::uint64_t) { return false; }},
                                       {"strong", 2e9, [](std::size_t, std::uint64_t) { return true; }}};
  // One question a bin: the other fold has none of it.
  EXPECT_DOUBLE_EQ(level_of(choose(play(3, players), {.bins = 3}), "strong").policy.accuracy, 1.0);
  // All are hard for "weak": what easy questions would be answered with is a guess, but not the first of the list.
  const auto hard = choose(play(4, players), {.binning = DifficultyBinning::absolute});
  EXPECT_EQ(level_of(hard, "strong").choices, std::vector<std::string>(3, "strong"));
}

TEST(ComputeOptimal, AnEmptyBinIsAnsweredWithTheBestSingleOne) {
  const auto optimal = choose(play(8, specialists()), {.binning = DifficultyBinning::absolute});
  ASSERT_EQ(optimal.bins.size(), 3U);
  EXPECT_TRUE(optimal.bins[1].rows.empty());
  EXPECT_EQ(level_of(optimal, "search").choices, (std::vector<std::string>{"steady", "steady", "search"}));
}

TEST(ComputeOptimal, PredictedDifficultyLooksAtNoReference) {
  auto played = play(8, specialists(), {0});
  for (auto& result : played.results) {
    if (result.configuration == "search") result.agreement = result.correct ? 0.25 : 1.0;  // sure of the easy ones
  }
  const ComputeOptimalOptions options{.reference = "search", .source = DifficultySource::predicted, .bins = 2};
  const auto optimal = choose(played, options);
  EXPECT_EQ(optimal.bins[0].rows.front(), "q00");
  EXPECT_DOUBLE_EQ(level_of(optimal, "search").policy.accuracy, 1.0);
  auto poisoned = played;
  for (auto& result : poisoned.results) result.correct = !result.correct;
  EXPECT_EQ(choose(poisoned, options).bins[0].rows, optimal.bins[0].rows);
  const auto refused = compute_optimal(played.matrix, played.results, {.source = DifficultySource::predicted});
  EXPECT_NE(refused.status().message().find("steady, which takes no vote"), std::string::npos);
}

TEST(ComputeOptimal, AVerifiersMeanScorePredictsToo) {
  auto played = play(8, specialists(), {0});
  for (auto& result : played.results) {
    if (result.configuration != "search") continue;
    BenchTrace sure{.answer = "a"}, unsure{.answer = "b"}, silent{.answer = "c"};
    sure.score = Score{.value = result.correct ? 0.3 : 0.9};
    unsure.score = Score{.value = 0.1};
    silent.score = Score{.value = std::nan("")};
    result.pool = {sure, unsure, silent};
  }
  const ComputeOptimalOptions options{.reference = "search", .source = DifficultySource::scores, .bins = 2};
  const auto optimal = choose(played, options);
  EXPECT_EQ(optimal.bins[0].rows.front(), "q00");
  EXPECT_NEAR(optimal.bins[0].most, 0.5, 1e-12);
  EXPECT_NEAR(optimal.bins[1].least, 0.2, 1e-12);
  EXPECT_DOUBLE_EQ(level_of(optimal, "search").policy.accuracy, 1.0);
  const auto refused = compute_optimal(played.matrix, played.results, {.source = DifficultySource::scores});
  EXPECT_NE(refused.status().message().find("steady, which has no scores"), std::string::npos);
  for (auto& configuration : played.matrix.configurations) configuration.settings = "{\"name\":\"" + configuration.name + "\"}";
  EXPECT_EQ(read_policy(policy_json(choose(played, options)))->source, DifficultySource::scores);
  EXPECT_FALSE(compute_optimal(played.matrix, played.results, {.reference = "search", .source = DifficultySource::scores, .binning = DifficultyBinning::absolute}).ok());
  // A question whose scorer failed is as hard as the hardest, whatever the sign of scores.
  for (auto& result : played.results) {
    for (auto& trace : result.pool) trace.score->value -= 5.0;
    if (result.configuration == "search" && result.row_id == "q00") result.pool.clear();
  }
  const auto bins = choose(played, options).bins;
  EXPECT_EQ(bins[0].rows.front(), "q01");
  EXPECT_NEAR(bins[1].most, -4.8, 1e-12);
}

TEST(ComputeOptimal, UnfinishedQuestionsAreLeftOutAndErrorsAreWrong) {
  auto played = play(8, specialists());
  played.results.pop_back();  // of the last question
  for (auto& result : played.results) {
    if (result.row_id == "q00" && result.configuration == "steady" && result.seed == 1) result.error = "gone";
  }
  const auto optimal = choose(played, {.bins = 2});
  EXPECT_EQ(optimal.questions, 7U);
  const auto& level = level_of(optimal, "steady");
  EXPECT_NEAR(level.named_accuracy, 3.0 / 7, 1e-12);
  EXPECT_DOUBLE_EQ(level.budget, 1e9);  // the error's cost is not known
}

TEST(ComputeOptimal, TokensStandInForUnknownFlops) {
  auto played = play(8, specialists());
  played.results[5].policy_flops.reset();
  EXPECT_EQ(choose(played, {.bins = 2}).unit, CostUnit::tokens);
  EXPECT_DOUBLE_EQ(level_of(choose(played, {.bins = 2}), "steady").budget, 7.0);
  EXPECT_FALSE(compute_optimal(played.matrix, played.results, {.rivals = {{"large", 1e9, {}}}}).ok());
}

TEST(ComputeOptimal, MistakesInTheOptions) {
  const auto played = play(8, specialists());
  EXPECT_FALSE(compute_optimal(played.matrix, played.results, {.reference = "none"}).ok());
  EXPECT_FALSE(compute_optimal(played.matrix, played.results, {.bins = 0}).ok());
}

// A larger model that answers once for as many FLOPs as 5 small answers: right on the first six questions.
Rival large_model(double flops) {
  auto played = play(8, {{"single", flops, [](std::size_t q, std::uint64_t) { return q < 6; }}}, {0});
  played.matrix.model = "large";
  played.matrix.problems.digest = "abc";
  const auto report = summarise(played.matrix, {.results = played.results}, {.flops_per_token = 6e9});
  EXPECT_TRUE(report.ok());
  auto rivals = rivals_from_report(report_json(*report), "abc");
  EXPECT_TRUE(rivals.ok()) << rivals.status().to_string();
  return rivals.ok() ? rivals->at(0) : Rival{};
}

TEST(ComputeOptimal, AgainstALargerModelAtItsFlops) {
  const auto optimal = choose(play(8, specialists()), {.bins = 2, .rivals = {large_model(5e9)}, .flops_per_token = 3e9});
  ASSERT_EQ(optimal.levels.size(), 3U);
  const auto& level = level_of(optimal, "large: single");
  EXPECT_DOUBLE_EQ(level.budget, 5e9);
  EXPECT_DOUBLE_EQ(level.policy.accuracy, 1.0);
  EXPECT_DOUBLE_EQ(level.named_accuracy, 0.75);
  EXPECT_DOUBLE_EQ(level.against_named.difference, 0.25);
  EXPECT_DOUBLE_EQ(optimal.larger, 2.0);
  EXPECT_NE(compute_optimal_note(optimal).find("The other model is 2.0 times larger"), std::string::npos);
  EXPECT_EQ(compute_optimal_note(choose(play(8, specialists()), {.bins = 2})).find("larger"), std::string::npos);
  // For the FLOPs of two small answers no search is affordable.
  const auto tight = choose(play(8, specialists()), {.bins = 2, .rivals = {large_model(2e9)}});
  EXPECT_DOUBLE_EQ(level_of(tight, "large: single").against_named.difference, -0.25);
  // Cheaper than anything here: there is nothing to compare.
  EXPECT_EQ(choose(play(8, specialists()), {.bins = 2, .rivals = {large_model(1e8)}}).levels.size(), 2U);
}

TEST(RivalReport, RefusesWhatCannotBeCompared) {
  auto played = play(2, {{"single", 1.0, [](std::size_t, std::uint64_t) { return true; }}});
  played.matrix.problems.digest = "abc";
  const std::string json = report_json(*summarise(played.matrix, {.results = played.results}));
  EXPECT_NE(rivals_from_report(json, "other").status().message().find("other problems"), std::string::npos);
  played.results[0].policy_flops.reset();
  const std::string unknown = report_json(*summarise(played.matrix, {.results = played.results}));
  EXPECT_NE(rivals_from_report(unknown, "abc").status().message().find("FLOPs of single"), std::string::npos);
  for (const char* bad : {"", "{}", "[]", R"({"format":"reckon-bench-1"})"}) {
    EXPECT_FALSE(rivals_from_report(bad, "abc").ok()) << bad;
  }
}

TEST(ComputeOptimalReport, PolicyFileAndSections) {
  auto played = play(8, specialists());
  auto report = *summarise(played.matrix, {.results = played.results});
  report.compute_optimal = choose(played, {.bins = 2});
  const auto policy = nlohmann::json::parse(policy_json(*report.compute_optimal));
  EXPECT_EQ(policy["format"], "reckon-policy-1");
  EXPECT_EQ(policy["unit"], "FLOPs");
  EXPECT_EQ(policy["bins"][0]["rows"].size(), 4U);
  EXPECT_EQ(policy["budgets"][1]["choices"], (nlohmann::json{{"1", "steady"}, {"2", "search"}}));
  EXPECT_EQ(nlohmann::json::parse(report_json(report))["compute_optimal"], policy);
  const std::string text = report_markdown(report);
  EXPECT_NE(text.find("| search | 4 GFLOPs | steady | search | steady |"), std::string::npos) << text;
  EXPECT_NE(text.find("Difficulty is oracle"), std::string::npos) << text;
  EXPECT_NE(text.find("| search | 100.0 % | 2.5 GFLOPs | 3.5 GFLOPs | +50.0 ("), std::string::npos) << text;
  EXPECT_NE(report_html(report).find("<h2>Compute-optimal policy</h2>"), std::string::npos);
}

// Agreement, which is the ease, is 0.9 for the first four questions and 0.2 for the others.
Played predictable() {
  Played played = play(8, specialists());
  for (auto& configuration : played.matrix.configurations) configuration.settings = "{\"name\":\"" + configuration.name + "\"}";
  for (auto& result : played.results) result.agreement = result.row_id < row_name(4) ? 0.9 : 0.2;
  return played;
}

TEST(PolicyFile, IsReadBackAndFollowed) {
  const auto optimal = choose(predictable(), {.source = DifficultySource::predicted, .bins = 2});
  const auto policy = read_policy(policy_json(optimal));
  ASSERT_TRUE(policy.ok()) << policy.status().to_string();
  EXPECT_EQ(policy->reference, "steady");
  EXPECT_EQ(policy->unit, CostUnit::flops);
  EXPECT_EQ(policy->settings.at("search"), R"({"name":"search"})");
  ASSERT_EQ(policy->bins.size(), 2U);
  EXPECT_EQ(bin_of(*policy, 1.0), 0U);
  EXPECT_EQ(bin_of(*policy, 0.9), 0U);
  EXPECT_EQ(bin_of(*policy, 0.5), 1U);
  EXPECT_EQ(bin_of(*policy, 0.0), 1U);
  ASSERT_EQ(policy->levels.size(), 2U);
  EXPECT_EQ(policy->levels[0].name, "steady");
  EXPECT_EQ(policy->levels[1].choices, (std::vector<std::string>{"steady", "search"}));
}

TEST(PolicyFile, WhatCannotBeFollowedIsRefused) {
  const auto refuses = [](const std::string& json, const std::string& why) {
    const auto policy = read_policy(json);
    EXPECT_EQ(policy.status().kind(), ErrorKind::invalid_argument) << json;
    EXPECT_NE(policy.status().to_string().find(why), std::string::npos) << policy.status().to_string();
  };
  refuses("nonsense", "no policy");
  refuses("{}", "no policy");
  refuses(R"({"format": 1})", "no policy");
  refuses(R"({"format": "reckon-policy-1", "difficulty": 1})", "--difficulty predicted");
  refuses(policy_json(choose(predictable(), {.bins = 2})), "--difficulty predicted");
  nlohmann::json old = nlohmann::json::parse(policy_json(choose(predictable(), {.source = DifficultySource::predicted, .bins = 2})));
  old.erase("settings");
  refuses(old.dump(), "another version");
}

// 2502.06703's own figures, and 2408.03314's formula at values that are easily had by hand.
TEST(Pretraining, AsThePapersCount) {
  EXPECT_NEAR(pretraining_flops(3e9, 9e12), 1.62e23, 0.005e23);
  EXPECT_NEAR(pretraining_flops(405e9, 15e12), 3.65e25, 0.005e25);
  EXPECT_NEAR(pretraining_flops(7e9, 18e12), 7.56e23, 0.005e23);
  EXPECT_NEAR(pretraining_flops(671e9, 14.8e12), 5.96e25, 0.005e25);
  EXPECT_DOUBLE_EQ(matched_inference(1.0, 0.16), 1.0);
  EXPECT_DOUBLE_EQ(matched_inference(14.0, 3.0), 14.0 + 13.0);
  // Equal totals: 6 P D + k 2 P d = 6 M P D + 2 M P d, with D = 100, d = 50, P = 1, M = 4.
  const double k = matched_inference(4.0, 0.5);
  EXPECT_DOUBLE_EQ(pretraining_flops(1.0, 100.0) + k * 2.0 * 50.0, pretraining_flops(4.0, 100.0) + 2.0 * 4.0 * 50.0);
}

}  // namespace
}  // namespace reckon
