#include "search/select.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/random.h"

namespace reckon {
namespace {

std::vector<SampledTrace> traces_of(const std::vector<std::string>& answers) {
  std::vector<SampledTrace> traces;
  for (const std::string& answer : answers) {
    SampledTrace sampled{traces.size(), {}, answer};
    sampled.trace.full_text = "trace " + std::to_string(traces.size());
    sampled.trace.finish = FinishReason::end_of_text;
    traces.push_back(std::move(sampled));
  }
  return traces;
}

// Answer, then the trace that it is shown with.
std::string chosen(const Answer& answer) {
  return answer.text + " from " + answer.trace;
}

TEST(SelectAnswer, MajorityAndTies) {
  EXPECT_EQ(chosen(select_answer(traces_of({"1", "2", "2.0", "1", "2"}), {}, Selection::vote)), "2 from trace 1");
  EXPECT_EQ(chosen(select_answer(traces_of({"7", "5", "5", "7"}), {}, Selection::vote)), "7 from trace 0");
  const Answer answer = select_answer(traces_of({"", "4", "", "4"}), {}, Selection::vote);
  EXPECT_EQ(chosen(answer), "4 from trace 1");
  EXPECT_DOUBLE_EQ(answer.agreement, 0.5);
  EXPECT_EQ(answer.traces, 4);
}

TEST(SelectAnswer, AllUnparsableASingleOneAndNone) {
  const std::vector<double> weights{0.1, 0.9};
  for (const Selection selection : {Selection::vote, Selection::weighted, Selection::max, Selection::shortest}) {
    const Answer none = select_answer(traces_of({"", ""}), weights, selection);
    EXPECT_EQ(chosen(none), selection == Selection::max ? " from trace 1" : " from trace 0");
    EXPECT_EQ(none.agreement, 0.0);
    EXPECT_EQ(none.traces, 2);
    const Answer single = select_answer(traces_of({"3"}), std::vector<double>{0.5}, selection);
    EXPECT_EQ(chosen(single), "3 from trace 0");
    EXPECT_EQ(single.agreement, 1.0);
    EXPECT_EQ(select_answer({}, {}, selection).traces, 0);
  }
}

TEST(SelectAnswer, WeightsSumOverEqualAnswers) {
  const auto traces = traces_of({"1", "2", "1", "3"});
  const std::vector<double> weights{0.3, 0.5, 0.3, 0.1};
  EXPECT_EQ(chosen(select_answer(traces, weights, Selection::weighted)), "1 from trace 0");
  EXPECT_EQ(chosen(select_answer(traces, weights, Selection::max)), "2 from trace 1");
  EXPECT_EQ(chosen(select_answer(traces, std::vector<double>{0.2, 0.5, 0.4, 0.1}, Selection::weighted)),
            "1 from trace 2")
      << "shown with its heaviest trace";
  EXPECT_EQ(chosen(select_answer(traces, std::vector<double>{1, 2, 1, 2}, Selection::weighted)), "1 from trace 0")
      << "a tie";
}

TEST(SelectAnswer, EqualWeightsAreAVote) {
  Rng rng(5);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> answers;
    for (std::uint64_t i = 0, n = 1 + rng.below(9); i < n; ++i) answers.push_back(rng.below(6) == 0 ? "" : std::to_string(rng.below(4)));
    const auto traces = traces_of(answers);
    const std::vector<double> ones(answers.size(), 1.0);
    EXPECT_EQ(chosen(select_answer(traces, ones, Selection::weighted)), chosen(select_answer(traces, {}, Selection::vote)));
  }
}

TEST(SelectAnswer, WeightsThatAreNoNumbersAreNobodysVote) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(chosen(select_answer(traces_of({"1", "2", "2"}), std::vector<double>{nan, nan, nan}, Selection::weighted)), "2 from trace 1");
  EXPECT_EQ(chosen(select_answer(traces_of({"1", "2", "2"}), std::vector<double>{0.1, nan, 0.3}, Selection::weighted)), "2 from trace 2");
}

TEST(SelectAnswer, MaxLeavesOutTracesWithoutAnAnswerAndScoresThatAreNoNumbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(chosen(select_answer(traces_of({"1", "", "2"}), std::vector<double>{0.1, 0.9, 0.2}, Selection::max)),
            "2 from trace 2");
  EXPECT_EQ(chosen(select_answer(traces_of({"1", "2"}), std::vector<double>{nan, -5.0}, Selection::max)),
            "2 from trace 1");
}

TEST(SelectAnswer, ShortestCompletedTrace) {
  auto traces = traces_of({"1", "2", "3", "", "4"});
  const std::int64_t tokens[] = {30, 10, 20, 1, 20};
  for (std::size_t i = 0; i < traces.size(); ++i) traces[i].trace.counts.sampled = tokens[i];
  EXPECT_EQ(chosen(select_answer(traces, {}, Selection::shortest)), "2 from trace 1");
  traces[1].trace.finish = FinishReason::length;  // cut off: not completed
  EXPECT_EQ(chosen(select_answer(traces, {}, Selection::shortest)), "3 from trace 2") << "first of a tie";
  for (auto& trace : traces) trace.trace.finish = FinishReason::length;
  EXPECT_EQ(chosen(select_answer(traces, {}, Selection::shortest)), "2 from trace 1") << "none completed";
}

TEST(SelectAnswer, AnswerOfATraceKeepsTheSharesOfAll) {
  const Answer answer = answer_of(traces_of({"1", "2", "2"}), 0);
  EXPECT_EQ(chosen(answer), "1 from trace 0");
  EXPECT_NEAR(answer.agreement, 1.0 / 3, 1e-12);
  ASSERT_EQ(answer.shares.size(), 2u);
  EXPECT_EQ(answer.shares[0].answer, "2");
  EXPECT_EQ(answer.shares[0].traces, 2);
}

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-12) << "weight " << i;
}

TEST(SoftmaxWeights, AreNormalisedOverTracesWithAnAnswer) {
  const auto traces = traces_of({"1", "2", "", "3"});
  const std::vector<double> scores{std::log(1.0), std::log(2.0), 100.0, std::log(5.0)};
  expect_near(softmax_weights(traces, scores, 1.0), {1.0 / 8, 2.0 / 8, 0.0, 5.0 / 8});
  expect_near(softmax_weights(traces, scores, 0.5), {1.0 / 30, 4.0 / 30, 0.0, 25.0 / 30});
  expect_near(softmax_weights(traces_of({""}), std::vector<double>{3.0}, 1.0), {0.0});
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  expect_near(softmax_weights(traces_of({"1", "2", "3", "4"}), std::vector<double>{nothing, 2.0, 2.0, infinite}, 1.0), {0.0, 0.5, 0.5, 0.0});
  expect_near(softmax_weights(traces_of({"1", "2"}), std::vector<double>{nothing, -infinite}, 1.0), {0.0, 0.0});
}

TEST(BordaWeights, ByRankAmongTracesWithAnAnswer) {
  const auto traces = traces_of({"1", "2", "", "3"});
  const std::vector<double> scores{-7.0, 2.0, 9.0, 1.5};
  expect_near(borda_weights(traces, scores, 1.0), {1.0, 3.0, 0.0, 2.0});
  expect_near(borda_weights(traces, scores, 2.0), {1.0, 9.0, 0.0, 4.0});
  expect_near(borda_weights(traces, scores, 0.0), {1.0, 1.0, 0.0, 1.0});
  expect_near(borda_weights(traces_of({"1"}), std::vector<double>{0.3}, 3.0), {1.0});
}

TEST(BordaWeights, EqualScoresShareTheirRanks) {
  const auto traces = traces_of({"1", "2", "3", "4"});
  expect_near(borda_weights(traces, std::vector<double>{5.0, 8.0, 5.0, 1.0}, 1.0), {2.5, 4.0, 2.5, 1.0});
  expect_near(borda_weights(traces, std::vector<double>{5.0, 8.0, 5.0, 1.0}, 2.0), {6.5, 16.0, 6.5, 1.0});
  expect_near(borda_weights(traces, std::vector<double>(4, 0.0), 1.0), std::vector<double>(4, 2.5));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  expect_near(borda_weights(traces, std::vector<double>{nan, 1.0, 2.0, nan}, 1.0), {0.0, 3.0, 4.0, 0.0});
}

// The vote can change with the power: three weak traces against one strong one.
TEST(BordaWeights, PowerMovesTheWinner) {
  const auto traces = traces_of({"1", "1", "1", "9"});
  const std::vector<double> scores{0.1, 0.2, 0.3, 0.9};
  const auto winner = [&](double power) {
    return select_answer(traces, borda_weights(traces, scores, power), Selection::weighted).text;
  };
  EXPECT_EQ(winner(0.0), "1");
  EXPECT_EQ(winner(1.0), "1");  // 1 + 2 + 3 against 4
  EXPECT_EQ(winner(2.0), "9");  // 1 + 4 + 9 against 16
}

TEST(BordaWeights, AHighPowerIsTheBestOne) {
  Rng rng(6);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> answers;
    std::vector<double> scores;
    for (std::uint64_t i = 0, n = 1 + rng.below(9); i < n; ++i) {
      answers.push_back(std::to_string(rng.below(4)));
      scores.push_back(rng.uniform());
    }
    const auto traces = traces_of(answers);
    EXPECT_EQ(select_answer(traces, borda_weights(traces, scores, 100.0), Selection::weighted).text, select_answer(traces, scores, Selection::max).text);
  }
}

TEST(OnlyTop, KeepsTheBestShareRoundedUp) {
  const auto traces = traces_of({"1", "2", "", "3", "4"});
  const std::vector<double> scores{0.4, 0.1, 0.9, 0.3, 0.2};
  const std::vector<double> ones(5, 1.0);
  expect_near(only_top(traces, scores, ones, 100.0), {1.0, 1.0, 0.0, 1.0, 1.0});
  expect_near(only_top(traces, scores, ones, 50.0), {1.0, 0.0, 0.0, 1.0, 0.0});
  expect_near(only_top(traces, scores, ones, 51.0), {1.0, 0.0, 0.0, 1.0, 1.0});
  expect_near(only_top(traces, scores, ones, 10.0), {1.0, 0.0, 0.0, 0.0, 0.0});
  expect_near(only_top(traces, scores, scores, 50.0), {0.4, 0.0, 0.0, 0.3, 0.0});
  expect_near(only_top(traces_of({"", ""}), std::vector<double>{1, 2}, {1, 1}, 50.0), {0.0, 0.0});
}

}  // namespace
}  // namespace reckon
