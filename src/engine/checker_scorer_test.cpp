#include "engine/search_test_support.h"
#include "scoring/number_game.h"

namespace reckon {
namespace {

using namespace testing_support;

SolveRequest game_of_24(const std::string& strategy, std::map<std::string, std::string> options) {
  SolveRequest request;
  request.task.question = "Make 24 from 4 9 10 13.";
  request.task.answer_style = AnswerStyle::free_text();
  request.task.checker = std::make_shared<NumberGameChecker>(NumberGame{.numbers = {4, 9, 10, 13}, .target = 24});
  request.strategy = {strategy, std::move(options)};
  request.scorer = {"checker", {}};
  request.sampling.temperature = 1.0;
  request.max_tokens = 200;
  return request;
}

std::shared_ptr<FakeModel> rarely_right() {
  return replying({{0.90, "13 + 9 = 22\n22 - 10 = 12\n12 + 4 = 16\n\\boxed{13 + 9 - 10 + 4}"},
                   {0.05, "13 - 9 = 4\n4 + 4 = 8\n10 + 8 = 18\n\\boxed{13 - 9 + 10 + 4}"},
                   {0.05, "13 - 9 = 4\n10 - 4 = 6\n4 * 6 = 24\n\\boxed{(13 - 9) * (10 - 4)}"}});
}

// Whatever the strategy scores, steps, answers or revisions.
TEST(CheckerScorer, EveryStrategyThatScoresHandsItOver) {
  for (const char* strategy : {"best_of_n", "beam", "lookahead", "dvts", "rebase", "particle", "tot", "mcts_coat", "ab_mcts", "rap", "revise", "tpo", "feedback_edit"}) {
    int scored = 0;
    auto engine = make_engine(rarely_right());
    script_scores(*engine, [&](const Candidate& candidate) {
      ++scored;
      EXPECT_NE(candidate.checker, nullptr) << strategy;
      EXPECT_NE(candidate.tests, nullptr) << strategy;
      return 0.5;
    });
    auto request = game_of_24(strategy, {});
    request.task.tests.emplace();
    request.scorer = {"scripted", {}};
    if (std::string_view(strategy) == "tot") request.strategy.options = {{"evaluate", "scorer"}};
    if (std::string_view(strategy) == "rap") request.strategy.options = {{"heuristic", "1"}};
    request.caps.generated_tokens = 4000;
    ASSERT_TRUE(engine->solve(request).ok()) << strategy;
    EXPECT_GT(scored, 0) << strategy;
  }
}

TEST(CheckerScorer, IsRefusedForATaskWithoutAChecker) {
  auto request = game_of_24("best_of_n", {});
  request.task.checker = nullptr;
  auto engine = make_engine(rarely_right());
  EXPECT_EQ(engine->check(request).kind(), ErrorKind::unsupported);
  EXPECT_EQ(engine->solve(request).status().kind(), ErrorKind::unsupported);
}

TEST(CheckerScorer, LetsBestOfNFindTheOneRightAnswer) {
  auto request = game_of_24("best_of_n", {{"samples", "64"}});
  const auto result = make_engine(rarely_right())->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "(13 - 9) * (10 - 4)");
}

// Nine in ten first steps are dead ends: a search that sees that gives them no second step.
TEST(CheckerScorer, SteersASearchAwayFromDeadEnds) {
  RecordingSink sink;
  auto request = game_of_24("beam", {{"beams", "32"}, {"width", "4"}, {"step", "newline"}});
  request.sink = &sink;
  const auto result = make_engine(rarely_right())->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "(13 - 9) * (10 - 4)");
  for (const auto& event : events_of(sink, EventKind::step_scored)) {
    EXPECT_TRUE(event.value == 0.0 || event.value == 1.0) << event.value;
    if (event.count == 4) {
      EXPECT_EQ(event.value, 1.0) << "a dead end was grown";
    }
  }
}

}  // namespace
}  // namespace reckon
