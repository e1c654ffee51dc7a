#include "scoring/running_vote.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "scoring/vote_rules.h"

namespace reckon {
namespace {

// What a whole vote says: the most frequent answer, first seen on ties; empty ones do not vote.
std::string majority(const std::vector<std::string>& answers) {
  std::string best;
  for (const auto& answer : answers) {
    if (answer.empty()) continue;
    if (best.empty() || std::ranges::count(answers, answer) > std::ranges::count(answers, best)) best = answer;
  }
  return best;
}

// Scripts of random lengths, numbers of answers and skews, with missing answers among them.
TEST(RunningVote, ConsensusNeverChangesTheMajorityOf10000Scripts) {
  Rng rng(17);
  int stopped_early = 0;
  for (int script = 0; script < 10000; ++script) {
    const std::size_t length = 1 + rng.below(24);
    const std::uint64_t kinds = 1 + rng.below(4);
    std::vector<std::string> answers;
    for (std::size_t i = 0; i < length; ++i) {
      const std::uint64_t kind = std::min(rng.below(kinds + 1), rng.below(kinds + 1));
      answers.push_back(kind == kinds ? "" : std::to_string(kind));
    }
    RunningVote vote({.kind = StopRule::Kind::none, .samples = length});
    for (std::size_t i = 0; i < length && !vote.stopped(); ++i) vote.add(answers[i]);
    const std::string expected = majority(answers);
    for (std::size_t i = 0; i < vote.seen(); ++i) {
      ASSERT_EQ(vote.is_for_winner(i), !expected.empty() && answers[i] == expected) << "script " << script;
    }
    if (vote.stopped()) {
      EXPECT_EQ(vote.reason(), "consensus");
      ++stopped_early;
    }
  }
  EXPECT_GT(stopped_early, 4000);
}

TEST(RunningVote, BetaStopsAtTheLeaderCountsOfTheTable) {
  for (const auto& [second, leader] : std::vector<std::pair<int, std::size_t>>{{0, 4}, {1, 6}, {3, 9}}) {
    RunningVote vote({.kind = StopRule::Kind::beta, .samples = 1000, .threshold = 0.95});
    for (int i = 0; i < second; ++i) ASSERT_FALSE(vote.add("8"));
    std::size_t votes = 0;
    do ++votes;
    while (!vote.add("7"));
    EXPECT_EQ(votes, leader) << "against " << second;
    EXPECT_EQ(vote.reason(), "confidence");
  }
}

TEST(RunningVote, AWindowThatAgreesWinsEvenIfEarlierOnesLeanedElsewhere) {
  RunningVote vote({.kind = StopRule::Kind::esc, .samples = 40, .window = 4});
  for (const char* answer : {"1", "1", "1", "2", "1", "1", "3", "1", "2", "2", "2"}) ASSERT_FALSE(vote.add(answer));
  ASSERT_TRUE(vote.add("2.0"));
  EXPECT_EQ(vote.reason(), "window");
  EXPECT_TRUE(vote.is_for_winner(11));
  EXPECT_TRUE(vote.is_for_winner(3));
  EXPECT_FALSE(vote.is_for_winner(0)) << "the majority so far";
}

TEST(RunningVote, ScatteredAnswersEndItAtHalfForFutility) {
  const StopRule rule{.kind = StopRule::Kind::beta, .samples = 8, .futility = 0.5};
  RunningVote scattered(rule);
  for (const char* answer : {"1", "2", "3"}) ASSERT_FALSE(scattered.add(answer));
  EXPECT_TRUE(scattered.add(""));
  EXPECT_EQ(scattered.reason(), "futility");
  EXPECT_TRUE(scattered.is_for_winner(0)) << "the leader all the same";
  RunningVote hopeful(rule);
  for (const char* answer : {"1", "2", "", "2"}) EXPECT_FALSE(hopeful.add(answer)) << "half of the votes are enough";
  EXPECT_FALSE(hopeful.add("3")) << "it is looked at once, at half";
}

TEST(RunningVote, MissingAnswersDecideNothing) {
  RunningVote vote({.kind = StopRule::Kind::esc, .samples = 8, .window = 2});
  for (int i = 0; i < 8; ++i) EXPECT_FALSE(vote.add(""));
  EXPECT_FALSE(vote.is_for_winner(0));
}

TEST(WindowAgrees, OnlyAtTheEndOfAFullWindow) {
  using Members = std::vector<std::optional<std::size_t>>;
  EXPECT_FALSE(window_agrees(Members{0, 1, 1}, 3));
  EXPECT_TRUE(window_agrees(Members{1, 1, 1}, 3));
  EXPECT_FALSE(window_agrees(Members{0, 1, 1, 1}, 3)) << "straddles two windows";
  EXPECT_TRUE(window_agrees(Members{0, 1, 0, 1, 1, 1}, 3));
  EXPECT_FALSE(window_agrees(Members{std::nullopt, std::nullopt}, 2));
  EXPECT_FALSE(window_agrees(Members{}, 2));
}

// Mean number of samples that early-stopping self-consistency draws, against its closed form's values
// for a window of 5 and at most 40 samples (2401.10480).
TEST(WindowAgrees, ExpectedSamplesOfEarlyStopping) {
  const std::vector<std::pair<std::vector<double>, double>> cases{
      {{1.0}, 5.0}, {{0.9, 0.1}, 8.461}, {{0.6, 0.4}, 29.626}, {{0.5, 0.3, 0.2}, 35.550}};
  Rng rng(5);
  for (const auto& [p, expected] : cases) {
    constexpr int kRuns = 20000;
    std::size_t samples = 0;
    for (int run = 0; run < kRuns; ++run) {
      std::vector<std::optional<std::size_t>> members;
      do {
        double left = rng.uniform();
        std::size_t answer = 0;
        while (answer + 1 < p.size() && left >= p[answer]) left -= p[answer++];
        members.push_back(answer);
      } while (members.size() < 40 && !window_agrees(members, 5));
      samples += members.size();
    }
    EXPECT_NEAR(static_cast<double>(samples) / kRuns, expected, 0.01 * expected) << "leading probability " << p[0];
  }
}

}  // namespace
}  // namespace reckon
