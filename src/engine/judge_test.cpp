#include "search/judging.h"

#include <atomic>
#include <cmath>

#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// A judge by a function of the text that it reads: the logits of its reply's first token.
using Opinion = std::function<std::map<std::string, double>(const std::string& text)>;

std::shared_ptr<FakeModel> opinionated(Opinion opinion) {
  auto vocabulary = FakeVocabulary::english();
  auto logits = [vocabulary, opinion = std::move(opinion)](std::span<const TokenId> prefix, std::span<float> row) {
    std::string text;
    for (const TokenId token : prefix) text += vocabulary.piece(token);
    std::ranges::fill(row, -1e9F);
    for (const auto& [reply, weight] : opinion(text)) {
      row[static_cast<std::size_t>(vocabulary.tokenize(reply, ControlTokens::as_text).front())] = static_cast<float>(std::log(weight));
    }
  };
  return std::make_shared<FakeModel>(FakeVocabulary::english(), std::move(logits));
}

const std::vector<JudgedResponse> kResponses{{"the bad one", ""}, {"the good one", ""}, {"the bad two", ""}};

template <typename Judge>
Result<Verdicts> verdicts_of(Judge judge, std::shared_ptr<FakeModel> model, std::span<const JudgedResponse> responses = kResponses,
                             const std::string& question = "Which?", const JudgeSettings& settings = {}) {
  auto engine = make_engine(six_times_seven());
  EXPECT_TRUE(engine->add_role("judge", std::move(model), {.slots = 4, .context = 4000, .threads = 1}).ok());
  SolveRequest request;
  request.task.question = "Which?";
  Result<Verdicts> verdicts = internal_error("not asked");
  const auto result = run_in(*engine, request, [&](Context& context) -> Result<Answer> {
    verdicts = judge(context, question, responses, settings);
    Answer answer;
    answer.traces = 1;
    return answer;
  });
  EXPECT_TRUE(result.ok());
  return verdicts;
}

TEST(JudgeEach, TheShareOfTheGoodMarkerInAllItsForms) {
  const auto verdicts = verdicts_of(judge_each, opinionated([](const std::string& text) -> std::map<std::string, double> {
    if (text.find("the good one") != std::string::npos) return {{"Y", 0.4}, {"y", 0.2}, {"N", 0.2}, {"x", 0.2}};
    if (text.find("the bad one") != std::string::npos) return {{"N", 1.0}};
    return {{"x", 1.0}};
  }));
  ASSERT_TRUE(verdicts.ok()) << verdicts.status().to_string();
  EXPECT_NEAR(*(*verdicts)[0], 0.0, 1e-6);
  EXPECT_NEAR(*(*verdicts)[1], 0.75, 1e-6);
  EXPECT_FALSE((*verdicts)[2].has_value()) << "neither word: no verdict, not a bad one";
}

TEST(JudgeEach, BracesInWhatIsPutInStayText) {
  const std::vector<JudgedResponse> responses{{"of {answer}", "12"}};
  const auto verdicts = verdicts_of(judge_each, opinionated([](const std::string& text) -> std::map<std::string, double> {
    const bool as_it_is = text.find("what is {response}?") != std::string::npos && text.find("of {answer}") != std::string::npos;
    return {{as_it_is ? "Y" : "N", 1.0}};
  }), responses, "what is {response}?");
  ASSERT_TRUE(verdicts.ok()) << verdicts.status().to_string();
  EXPECT_NEAR(*(*verdicts)[0], 1.0, 1e-6);
}

TEST(JudgePairs, AJudgeThatAlwaysSaysTheFirstPrefersNobody) {
  const auto verdicts = verdicts_of(judge_pairs, opinionated([](const std::string&) { return std::map<std::string, double>{{"A", 0.9}, {"B", 0.1}}; }));
  ASSERT_TRUE(verdicts.ok());
  for (const auto& verdict : *verdicts) EXPECT_NEAR(*verdict, 0.5, 1e-6);
}

// The responses are numbers, and the judge prefers the larger one by the odds of a Bradley-Terry model.
TEST(JudgePairs, FewerPairsGiveTheSameOrder) {
  const std::vector<std::string> numbers{"3", "9", "1", "7", "2", "8", "4"};
  std::vector<JudgedResponse> responses;
  for (const auto& number : numbers) responses.push_back({number, ""});
  for (const auto& [opponents, questions] : std::vector<std::pair<int, int>>{{0, 42}, {1, 14}, {2, 14}, {4, 28}, {6, 42}, {100, 42}}) {
    std::atomic<int> asked = 0;
    const auto judge = opinionated([&asked](const std::string& text) -> std::map<std::string, double> {
      ++asked;
      const auto number = [&text](const std::string& letter) { return std::exp(text[text.find("Response " + letter + ":\n===\n") + 16] - '0'); };
      return {{"A", 2.0 * number("A")}, {"B", number("B")}};  // and what it reads first
    });
    const auto verdicts = verdicts_of(judge_pairs, judge, responses, "Which?", {.opponents = opponents});
    ASSERT_TRUE(verdicts.ok()) << verdicts.status().to_string();
    EXPECT_EQ(asked, questions);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      for (std::size_t j = 0; j < numbers.size(); ++j) {
        if (numbers[i][0] <= numbers[j][0]) continue;
        EXPECT_GT(*(*verdicts)[i], *(*verdicts)[j]) << opponents << ": " << numbers[i] << " and " << numbers[j];
      }
    }
  }
}

// A strong verdict is hardly drawn towards the middle.
TEST(JudgePairs, OfTwoEachHasWhatTheJudgeSays) {
  const std::vector<JudgedResponse> two{{"bad", ""}, {"good", ""}};
  const auto verdicts = verdicts_of(judge_pairs, opinionated([](const std::string& text) -> std::map<std::string, double> {
    const bool first = text.find("good") < text.find("Response B");
    return {{first ? "A" : "B", 0.99}, {first ? "B" : "A", 0.01}};
  }), two);
  ASSERT_TRUE(verdicts.ok()) << verdicts.status().to_string();
  EXPECT_NEAR(*(*verdicts)[1], 0.99, 0.005);
}

TEST(JudgeList, RotationTakesThePositionOut) {
  const auto first = verdicts_of(judge_list, opinionated([](const std::string&) { return std::map<std::string, double>{{"A", 0.8}, {"B", 0.1}, {"C", 0.1}}; }));
  ASSERT_TRUE(first.ok());
  for (const auto& verdict : *first) EXPECT_NEAR(*verdict, 1.0 / 3.0, 1e-6);
  const auto knowing = verdicts_of(judge_list, opinionated([](const std::string& text) {
    const auto good = text.find("the good one");
    const std::string letter(1, "ABC"[(text.find("Response C") < good) + (text.find("Response B") < good)]);
    std::map<std::string, double> weights{{"A", 0.01}, {"B", 0.01}, {"C", 0.01}};
    weights[letter] = 0.98;
    return weights;
  }));
  ASSERT_TRUE(knowing.ok());
  EXPECT_GT(*(*knowing)[1], 0.9);
}

TEST(JudgeList, MoreResponsesThanLettersAreShownInSeveralLists) {
  std::vector<JudgedResponse> responses(30, JudgedResponse{"bad", ""});
  responses[17].text = "the good one";
  const auto judge = opinionated([](const std::string& text) {
    std::map<std::string, double> weights;
    for (char letter = 'A'; letter < 'A' + 15; ++letter) weights[std::string(1, letter)] = 0.01;
    EXPECT_EQ(text.find("Response P"), std::string::npos) << "two lists of fifteen";
    const auto good = text.find("the good one");
    if (good != std::string::npos) weights[text.substr(text.rfind("Response ", good) + 9, 1)] = 0.86;
    return weights;
  });
  const auto verdicts = verdicts_of(judge_list, judge, responses);
  ASSERT_TRUE(verdicts.ok()) << verdicts.status().to_string();
  double sum = 0.0;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    ASSERT_TRUE((*verdicts)[i].has_value()) << i;
    sum += *(*verdicts)[i];
    if (i != 17) {
      EXPECT_LT(*(*verdicts)[i], 0.05);
    }
  }
  EXPECT_NEAR(*(*verdicts)[17], 0.43, 1e-6) << "half of what it gets in its list of half";
  EXPECT_NEAR(sum, 1.0, 0.2);
}

TEST(JudgeList, AJudgeWithoutAnyVerdictIsAnError) {
  const auto verdicts = verdicts_of(judge_list, opinionated([](const std::string&) { return std::map<std::string, double>{{"x", 1.0}}; }));
  EXPECT_EQ(verdicts.status().kind(), ErrorKind::model_failure);
}

SolveRequest best_of_twelve() {
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = {"best_of_n", {{"samples", "12"}, {"select", "max"}}};
  request.prompt = {"direct", {}};
  request.scorer = {"judge", {}};
  request.sampling.temperature = 1.0;
  return request;
}

TEST(JudgeScorer, ChoosesInABestOfNAndIsBilled) {
  auto policy = six_times_seven();
  auto judge = opinionated([](const std::string& text) {
    const bool guess = text.find("I guess") != std::string::npos;
    return std::map<std::string, double>{{"Y", guess ? 0.9 : 0.1}, {"N", guess ? 0.1 : 0.9}};
  });
  auto engine = make_engine(policy);
  ASSERT_TRUE(engine->add_role("judge", judge, {.slots = 4, .threads = 1}).ok());
  const auto result = engine->solve(best_of_twelve());
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "41");
  EXPECT_EQ(result->bill.scoring_calls, 12);
  EXPECT_EQ(result->bill.scored, judge->probe().computed);
  EXPECT_EQ(result->bill.computed(), policy->probe().computed + judge->probe().computed);
}

// Half a point would beat what the judge says of the others.
TEST(JudgeScorer, SilenceIsNoVote) {
  const auto judge = opinionated([](const std::string& text) -> std::map<std::string, double> {
    if (text.find("I guess") != std::string::npos) return {{"x", 1.0}};
    return {{"Y", 0.4}, {"N", 0.6}};
  });
  auto engine = make_engine(six_times_seven());
  ASSERT_TRUE(engine->add_role("judge", judge, {.slots = 4, .threads = 1}).ok());
  const auto result = engine->solve(best_of_twelve());
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_TRUE(std::ranges::any_of(result->answer.shares, [](const auto& share) { return share.answer == "41"; }));
  EXPECT_EQ(result->answer.text, "42");
  EXPECT_GT(result->bill.abstentions, 0);
  EXPECT_LT(result->bill.abstentions, result->bill.scoring_calls);
  EXPECT_EQ(result->bill.depth, 1) << "judging is not writing";
  EXPECT_FALSE(result->answer.warnings.empty());
}

TEST(JudgeScorer, SilenceOnAllIsAVote) {
  auto engine = make_engine(six_times_seven());
  ASSERT_TRUE(engine->add_role("judge", opinionated([](const std::string& text) -> std::map<std::string, double> {
    return {{text.find("I guess") == std::string::npos ? "x" : "y", 1.0}};
  }), {.slots = 4, .threads = 1}).ok());
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    SolveRequest request = best_of_twelve();
    request.strategy = {"vote", {{"samples", "9"}}};
    request.scorer = {};
    request.seed = seed;
    const auto vote = engine->solve(request);
    request.strategy = {"best_of_n", {{"samples", "9"}, {"select", "weighted"}}};
    request.scorer = {"judge", {{"good", "Zz"}, {"bad", "Qq"}}};
    const auto silent = engine->solve(request);
    ASSERT_TRUE(vote.ok() && silent.ok());
    EXPECT_EQ(silent->answer.text, vote->answer.text);
  }
}

// Pairs and lists only rank what is judged together: a search that compares rounds is refused before it costs anything.
TEST(Judge, FormsThatRankAreRefusedWhereScoresOfSeveralCallsAreCompared) {
  for (const char* form : {"pairwise", "listwise"}) {
    SolveRequest request = scripted_request("beam", {});
    request.scorer = {"judge", {{"form", form}}};
    EXPECT_EQ(make_engine(six_times_seven())->solve(request).status().kind(), ErrorKind::invalid_argument);
    request.strategy = {"best_of_n", {{"samples", "2"}}};
    EXPECT_TRUE(make_engine(six_times_seven())->solve(request).ok());
  }
}

}  // namespace
}  // namespace reckon
