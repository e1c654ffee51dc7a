#include <cmath>

#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

std::unique_ptr<Engine> scored_engine(std::shared_ptr<FakeModel> model, ScoreFunction scores) {
  auto engine = make_engine(std::move(model));
  script_scores(*engine, std::move(scores));
  return engine;
}

std::string best_leaf(std::uint64_t table) {
  const auto leaves = all_leaves();
  return *std::ranges::max_element(leaves, {}, [&](const std::string& leaf) { return hashed_value(table, leaf); });
}

TEST(Beam, WithAPerfectScorerFindsTheBestOfAllTexts) {
  for (std::uint64_t table = 0; table < 20; ++table) {
    auto engine = scored_engine(letter_model(table, 1.0F), [=](const Candidate& candidate) {
      return best_below(table, std::string(candidate.text));
    });
    for (const char* form : {"snell", "search_and_learn"}) {
      auto request = letter_request("beam", {{"beams", "96"}, {"width", "32"}, {"select", "max"}, {"form", form}});
      const auto result = engine->solve(request);
      ASSERT_TRUE(result.ok()) << result.status().to_string();
      EXPECT_EQ(result->answer.trace, best_leaf(table)) << form << ", table " << table;
    }
  }
}

// Nothing is pruned: by enumeration of all leaves, whatever the scores on the way say.
TEST(Beam, AtFullWidthEqualsBruteForce) {
  for (std::uint64_t table = 0; table < 5; ++table) {
    auto engine = scored_engine(letter_model(table, 0.5F), [=](const Candidate& candidate) {
      return hashed_value(table, candidate.text);
    });
    const auto result =
        engine->solve(letter_request("beam", {{"beams", "1000"}, {"width", "1"}, {"select", "max"}}));
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.trace, best_leaf(table)) << "table " << table;
  }
}

TEST(Beam, OfWidthOneSamplesTheTracesOfAVote) {
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.sampling.temperature = 1.0;
  request.max_tokens = 60;
  auto shares = [&](const std::string& strategy, std::map<std::string, std::string> options) {
    request.strategy = {strategy, std::move(options)};
    const auto result = make_engine(six_times_seven())->solve(request);
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    std::string text = result->answer.trace + "|" + std::to_string(result->bill.generated());
    for (const auto& share : result->answer.shares) text += "|" + share.answer + ":" + std::to_string(share.traces);
    return text;
  };
  for (request.seed = 0; request.seed < 5; ++request.seed) {
    EXPECT_EQ(shares("beam", {{"beams", "9"}, {"width", "1"}, {"select", "vote"}, {"step", "tokens"}, {"step_tokens", "3"}}),
              shares("vote", {{"samples", "9"}}));
  }
}

TEST(Beam, HasNPathsInEachRoundAndKeepsOneInM) {
  RecordingSink sink;
  auto engine = scored_engine(letter_model(3, 1.0F), [](const Candidate& candidate) {
    return hashed_value(3, candidate.text);
  });
  auto request = letter_request("beam", {{"beams", "12"}, {"width", "4"}});
  request.sink = &sink;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok());
  std::map<std::int64_t, int> paths;
  for (const auto& event : events_of(sink, EventKind::step_scored)) ++paths[event.count];
  EXPECT_EQ(paths, (std::map<std::int64_t, int>{{1, 12}, {2, 12}, {3, 12}, {4, 12}}));
  EXPECT_EQ(events_of(sink, EventKind::pruned).size(), 3u * 9u);
  EXPECT_EQ(result->bill.generated(), 48);
  EXPECT_EQ(result->answer.traces, 12);
}

// Twelve first steps of at most three different letters: one in three may stay, and equal ones count once or not.
TEST(Beam, OnlyTheFormOfSearchAndLearnDropsDuplicates) {
  for (const auto& [form, kept] : std::map<std::string, std::ptrdiff_t>{{"snell", 4}, {"search_and_learn", 3}}) {
    RecordingSink sink;
    auto engine = scored_engine(letter_model(3, 0.5F), [](const Candidate& candidate) { return hashed_value(3, candidate.text); });
    auto request = letter_request("beam", {{"beams", "12"}, {"width", "3"}, {"form", form}});
    request.sink = &sink;
    ASSERT_TRUE(engine->solve(request).ok());
    const auto events = sink.events();
    const auto second = std::ranges::find_if(events, [](const Event& event) { return event.kind == EventKind::step_scored && event.count == 2; });
    const auto pruned = std::count_if(events.begin(), second, [](const Event& event) { return event.kind == EventKind::pruned; });
    EXPECT_EQ(12 - pruned, kept) << form;
    EXPECT_EQ(std::ranges::count_if(events, [](const Event& event) { return event.kind == EventKind::step_scored && event.count == 2; }), 12) << form;
  }
}

TEST(Beam, PathsThatEndGiveUpTheirPlace) {
  const std::vector<FakeReply> replies{{0.5, "The answer is 42"}, {0.5, "Let me see. It is so that the answer is 41"}};
  for (const auto& [form, more] : std::map<std::string, bool>{{"snell", false}, {"search_and_learn", true}}) {
    auto engine = scored_engine(replying(replies), [](const Candidate&) { return 0.5; });
    RecordingSink sink;
    SolveRequest request = letter_request(
        "beam", {{"beams", "8"}, {"width", "2"}, {"step_tokens", "8"}, {"select", "vote"}, {"form", form}});
    request.task.answer_style = {};
    request.max_tokens = 60;
    request.sink = &sink;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.traces, 8) << form;
    std::map<std::int64_t, int> paths;
    for (const auto& event : events_of(sink, EventKind::step_scored)) ++paths[event.count];
    EXPECT_EQ(paths[1], 8);
    ASSERT_GT(paths[2], 0) << "some go on";
    EXPECT_EQ(paths.rbegin()->second == 8, more) << form;
  }
}

// The reply ends right after a delimiter: the last step has no text.
TEST(Beam, AnEmptyLastStepEndsItsPath) {
  for (const char* strategy : {"beam", "dvts"}) {
    auto engine = scored_engine(replying({{1.0, "Six.\nThe answer is 42\n"}}), [](const Candidate&) { return 0.5; });
    SolveRequest request = letter_request(strategy, {{"beams", "4"}, {"width", "2"}, {"step", "newline"}, {"step_tokens", "60"}});
    request.task.answer_style = {};
    request.max_tokens = 60;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.text, "42") << strategy;
    EXPECT_EQ(result->answer.trace, "Six.\nThe answer is 42\n") << strategy;
    EXPECT_EQ(engine->scheduler().live_sequences(), 0);
  }
}

// Models that never end: the last of so many rounds goes on to the end of the trace.
TEST(Beam, RoundsAreBounded) {
  for (const char* strategy : {"beam", "dvts", "particle", "rebase"}) {
    RecordingSink sink;
    auto engine = scored_engine(letter_model(3, 1.0F), [](const Candidate& candidate) { return hashed_value(3, candidate.text); });
    const bool by_width = std::string(strategy) == "rebase" || std::string(strategy) == "particle";
    auto request = letter_request(strategy, {{"rounds", "2"}});
    if (!by_width) request.strategy.options.insert({{"beams", "8"}, {"width", "2"}});
    request.max_tokens = 12;
    request.sink = &sink;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << strategy << result.status().to_string();
    std::int64_t deepest = 0;
    for (const auto& event : events_of(sink, EventKind::step_scored)) deepest = std::max(deepest, event.count);
    EXPECT_EQ(deepest, 2) << strategy;
    EXPECT_EQ(result->answer.trace.size(), 12u) << strategy;
  }
}

TEST(Beam, AScorerThatFailsHalfWayLeavesAVoteOverThePathsAlive) {
  auto engine = make_engine(six_times_seven());
  fail_scores_after(*engine, 2);
  SolveRequest request = letter_request("beam", {{"beams", "8"}, {"width", "2"}, {"step_tokens", "4"}});
  request.task.answer_style = {};
  request.max_tokens = 60;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_TRUE(result->answer.text == "42" || result->answer.text == "41");
  EXPECT_EQ(result->answer.traces, 8);
  EXPECT_EQ(result->answer.warnings.size(), 1u);
}

TEST(Beam, ScoresThatAreNoNumbersCountForNothing) {
  auto engine = scored_engine(letter_model(5, 1.0F), [](const Candidate& candidate) {
    return candidate.text.starts_with("a") ? 0.1 : std::nan("");
  });
  for (const char* select : {"max", "weighted"}) {
    const auto result = engine->solve(letter_request("beam", {{"beams", "32"}, {"select", select}}));
    ASSERT_TRUE(result.ok());
    EXPECT_TRUE(result->answer.trace.starts_with("a")) << result->answer.trace;
  }
}

TEST(Beam, AtTemperatureZeroDoesNotBranch) {
  auto engine = scored_engine(letter_model(5, 1.0F), [](const Candidate&) { return 0.5; });
  auto request = letter_request("beam", {});
  request.sampling.temperature = 0.0;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->answer.traces, 1);
  EXPECT_EQ(result->answer.warnings.size(), 1u);
}

}  // namespace
}  // namespace reckon
