// What the solver tells the runner about a row, on fake models that say the same every time.
#include "apps/cli/bench_solver.h"

#include <gtest/gtest.h>

#include "engine/test_support.h"

namespace reckon::cli {
namespace {

Result<Outcome> outcome_of(std::shared_ptr<FakeModel> model, const std::string& item) {
  const auto engine = testing_support::make_engine(std::move(model));
  const auto items = make_bench_items({{item}, {}, {}}, {}, {4096, false});
  if (!items.ok()) return items.status();
  const std::atomic<bool> cancelled = false;
  BenchSolver solver(*engine, *items, cancelled);
  const Row row{.id = "1", .line = 1, .question = "What is 2 + 2?", .reference = "4"};
  return solver.solve(row, items->front().configuration, 0);
}

// One greedy trace or a vote of three, all with this text.
Result<Outcome> outcome_of(const std::string& text, const std::string& item = "single:temperature=0") {
  return outcome_of(testing_support::replying({{1.0, text}}), item);
}

TEST(BenchSolver, AnyCorrectIsPartOfTheOutcome) {
  EXPECT_EQ(outcome_of("The answer is 4")->any_correct, true);
  EXPECT_EQ(outcome_of("The answer is 5")->any_correct, false);
  EXPECT_EQ(outcome_of("The answer is 4", "vote:samples=3")->any_correct, true);
}

TEST(BenchSolver, UnderthinkingIsWhatFollowsTheFirstRightThought) {
  const std::string right = "So it is 4.";
  const std::string rest = " Alternatively, it is 5. The answer is 5";
  const auto outcome = outcome_of(right + rest);
  ASSERT_TRUE(outcome.ok()) << outcome.status().to_string();
  EXPECT_EQ(outcome->answer, "5");
  const auto vocabulary = FakeVocabulary::english();
  const auto tokens = [&](const std::string& text) { return static_cast<double>(vocabulary.tokenize(text, ControlTokens::as_text).size()); };
  EXPECT_DOUBLE_EQ(outcome->underthinking.value(), 1.0 - tokens(right) / tokens(right + rest));
}

TEST(BenchSolver, UnderthinkingIsZeroWithoutARightThoughtAndForRightAnswers) {
  EXPECT_EQ(outcome_of("So it is 6. Alternatively, it is 5. The answer is 5")->underthinking, 0.0);
  EXPECT_EQ(outcome_of("So it is 4. Alternatively, count. The answer is 4")->underthinking, 0.0);
}

TEST(BenchSolver, ThoughtsInsideAThinkBlockAreJudgedToo) {
  // In this vocabulary think tags are ordinary text, as in some families: they are part of the trace.
  std::vector<std::string> bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.emplace_back(1, static_cast<char>(byte));
  FakeVocabulary vocabulary({"<eos>", "<user>", "<assistant>", "<system>"}, bytes);
  auto logits = weighted_replies(vocabulary, {{1.0, "<think>So it is 4. Alternatively, it is 5.</think> The answer is 5"}}, "");
  const auto outcome = outcome_of(std::make_shared<FakeModel>(std::move(vocabulary), std::move(logits)), "single:temperature=0");
  ASSERT_TRUE(outcome.ok()) << outcome.status().to_string();
  EXPECT_GT(outcome->underthinking.value(), 0.5);
}

TEST(BenchSolver, SeveralTracesHaveNoUnderthinking) {
  const auto outcome = outcome_of("So it is 4. Alternatively, it is 5. The answer is 5", "vote:samples=3");
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->underthinking.has_value());
  EXPECT_EQ(outcome->agreement, 1.0);
}

class EvenLengths final : public Checker {
 public:
  explicit EvenLengths(std::string fails_on) : fails_on_(std::move(fails_on)) {}
  Result<Grade> grade(std::string_view answer) const override {
    if (answer == fails_on_) return io_error("injected");
    return Grade{answer.size() % 2 == 0 ? 1.0 : 0.5, ""};
  }

 private:
  std::string fails_on_;
};

TEST(BenchSolver, ACheckerDecidesWhereTheRowHasOne) {
  const auto solve = [](const std::string& text, const std::string& fails_on) {
    const auto engine = testing_support::make_engine(testing_support::replying({{1.0, text}}));
    const auto items = make_bench_items({{"single:temperature=0"}, {}, {}}, {}, {4096, false}).value();
    const std::atomic<bool> cancelled = false;
    BenchSolver solver(*engine, items, cancelled);
    const Row row{.id = "1", .question = "What?", .reference = "100", .answer_style = AnswerStyle::number(),
                  .checker = std::make_shared<EvenLengths>(fails_on)};
    return solver.solve(row, items.front().configuration, 0);
  };
  EXPECT_EQ(solve("The answer is 42", "")->correct, true);
  EXPECT_EQ(solve("The answer is 100", "")->correct, false) << "only a whole point is right";
  EXPECT_EQ(solve("The answer is 100", "")->any_correct, false);
  EXPECT_EQ(solve("The answer is 42", "42").status().kind(), ErrorKind::io);
  EXPECT_FALSE(outcome_of("The answer is 4")->correct.has_value());
}

}  // namespace
}  // namespace reckon::cli
