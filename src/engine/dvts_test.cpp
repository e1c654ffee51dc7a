#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

std::map<std::string, int> texts(const std::map<std::string, std::string>& options, const ScoreFunction& scores,
                                 const std::string& strategy = "dvts") {
  auto engine = make_engine(letter_model(4, 1.0F));
  script_scores(*engine, scores);
  auto request = letter_request(strategy, options);
  const auto result = engine->solve(request);
  EXPECT_TRUE(result.ok()) << result.status().to_string();
  std::map<std::string, int> counts;
  for (const auto& share : result->answer.shares) counts[share.answer] += share.traces;
  return counts;
}

double by_text(const Candidate& candidate) { return hashed_value(9, candidate.text); }

TEST(Dvts, RefusesPathsThatMakeNoSubtrees) {
  const auto result = make_engine(six_times_seven())->solve(letter_request("dvts", {{"beams", "10"}, {"width", "4"}}));
  EXPECT_EQ(result.status().kind(), ErrorKind::invalid_argument);
}

TEST(Dvts, OfWidthOneIsAVote) {
  auto engine = make_engine(letter_model(4, 1.0F));
  auto request = letter_request("vote", {});
  request.strategy.options = {{"samples", "12"}};
  request.scorer = {};
  std::map<std::string, int> vote;
  const auto sampled = engine->solve(request);
  for (const auto& share : sampled->answer.shares) vote[share.answer] += share.traces;
  EXPECT_EQ(texts({{"beams", "12"}, {"width", "1"}, {"select", "vote"}}, by_text), vote);
}

TEST(Dvts, WithOneSubtreeIsGreedyStepByStep) {
  const auto found = texts({{"beams", "64"}, {"width", "64"}, {"select", "vote"}}, by_text);
  std::string greedy;
  for (int depth = 1; depth < kTreeDepth; ++depth) {
    std::string best;
    for (char c = 'a'; c < 'a' + kLetters; ++c) {
      if (best.empty() || hashed_value(9, greedy + c) > hashed_value(9, best)) best = greedy + c;
    }
    greedy = best;
  }
  int all = 0;
  for (const auto& [text, count] : found) {
    EXPECT_TRUE(text.starts_with(greedy)) << text;
    all += count;
  }
  EXPECT_EQ(all, 64) << "all candidates of the last round";
  EXPECT_EQ(found.size(), 3u);
}

// "42}" comes three tokens after the box opens, in another step: the answer is whole.
TEST(Dvts, ASubtreeEndsWithAWholeBox) {
  auto engine = make_engine(replying({{1.0, "So it is \\boxed{42} and then I ramble on and on"}}));
  script_scores(*engine, [](const Candidate&) { return 0.5; });
  for (const char* tokens : {"1", "3", "60"}) {
    auto request = scripted_request("dvts", {{"beams", "2"}, {"width", "1"}, {"step", "tokens"}, {"step_tokens", tokens}});
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.text, "42");
    EXPECT_EQ(result->answer.trace.find("ramble") == std::string::npos, std::string(tokens) != "60") << result->answer.trace;
  }
}

TEST(Dvts, SubtreesDoNotSeeEachOther) {
  const auto two = texts({{"beams", "8"}, {"width", "4"}, {"select", "vote"}}, by_text);
  auto five = texts({{"beams", "20"}, {"width", "4"}, {"select", "vote"}}, by_text);
  int all = 0;
  for (const auto& [text, count] : two) {
    EXPECT_GE(five[text], count) << text;
    all += count;
  }
  EXPECT_EQ(all, 8);
}

TEST(Dvts, ItsPoolIsGroupedBySubtree) {
  const auto pool = [](const char* beams) {
    auto engine = make_engine(letter_model(4, 1.0F));
    script_scores(*engine, by_text);
    const auto result = engine->solve(letter_request("dvts", {{"beams", beams}, {"width", "4"}, {"select", "vote"}}));
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    std::vector<std::string> answers;
    for (const auto& trace : result->answer.pool) answers.push_back(trace.answer);
    return answers;
  };
  const auto two = pool("8");
  const auto five = pool("20");
  ASSERT_EQ(two.size(), 8u);
  ASSERT_EQ(five.size(), 20u);
  EXPECT_TRUE(std::ranges::equal(two, std::span(five).first(8)));
  for (std::size_t i = 0; i < five.size(); ++i) EXPECT_EQ(five[i].substr(0, kTreeDepth - 1), five[i - i % 4].substr(0, kTreeDepth - 1)) << "one subtree";
}

}  // namespace
}  // namespace reckon
