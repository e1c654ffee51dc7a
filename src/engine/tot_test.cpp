#include <set>

#include "base/test_support.h"
#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// What the model says to the task and to each kind of question, by texts in the prompt.
struct Script {
  std::string task = "The answer is 1";
  std::vector<std::pair<std::string, std::string>> replies;  // after a prompt that has the first, the second
};

std::shared_ptr<FakeModel> scripted(const Script& script) {
  auto vocabulary = FakeVocabulary::english();
  std::vector<std::pair<Tokens, LogitFunction>> cases;
  for (const auto& [sign, reply] : script.replies) {
    cases.emplace_back(vocabulary.tokenize(sign, ControlTokens::as_text), weighted_replies(vocabulary, {{1.0, reply}}, ""));
  }
  const auto task = weighted_replies(vocabulary, {{1.0, script.task}}, "");
  return std::make_shared<FakeModel>(std::move(vocabulary), [=](std::span<const TokenId> prefix, std::span<float> row) {
    for (const auto& [sign, reply] : cases) {
      if (!std::ranges::search(prefix, sign).empty()) return reply(prefix, row);
    }
    task(prefix, row);
  });
}

SolveRequest propose_request(std::map<std::string, std::string> options, EventSink* sink = nullptr) {
  SolveRequest request;
  request.task.question = "Make 24.";
  options.insert({{"generate", "propose"}, {"rounds", "3"}});
  request.strategy = {"tot", std::move(options)};
  request.sampling.temperature = 1.0;
  request.max_tokens = 80;
  request.sink = sink;
  return request;
}

// Two steps, of which one is judged well in each round, and a conclusion.
Script two_steps() {
  return {.replies = {{"left: b b)\n\nUse", "So the answer is 24"},
                      {"left: b b)\n\nAre these", "sure"},
                      {"left: b a)\n\nAre these", "likely"},
                      {"left: b)\n\nAre these", "sure"},
                      {"left: a)\n\nAre these", "impossible"},
                      {"left: b)\n\nList", "1. y (left: b a)\n2. z (left: b b)\n2. z (left: b b)"},
                      {"(none)\n\nList", "1. x (left: a)\n2. y (left: b)"},
                      {"Are these", "likely"}}};
}

TEST(Tot, ProposesJudgesAndConcludes) {
  RecordingSink sink;
  const auto result = make_engine(scripted(two_steps()))->solve(propose_request({{"breadth", "1"}}, &sink));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "24");
  EXPECT_EQ(result->answer.trace, "y (left: b)\nz (left: b b)\nSo the answer is 24");
  std::map<std::int64_t, std::vector<double>> values;
  for (const auto& event : events_of(sink, EventKind::step_scored)) values[event.count].push_back(event.value);
  EXPECT_EQ(values[1], (std::vector<double>{0.001, 20.0}));
  EXPECT_EQ(values[2], (std::vector<double>{1.0, 20.0}));
  // Propose twice, judge 2 + 2 + 1 states three times each, conclude once.
  EXPECT_EQ(result->bill.traces, 2 + 5 * 3 + 1);
}

TEST(Tot, TheConclusionIsAskedByATemplateOfOnesOwn) {
  const TemporaryFolder folder;
  Script script = two_steps();
  script.replies.front() = {"left: b b) MINE", "So the answer is 7"};
  const auto result = make_engine(scripted(script))->solve(propose_request({{"breadth", "1"}, {"conclude_template", folder.write("conclude.txt", "{question}: {steps} MINE")}}));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "7");
}

TEST(Tot, KeepsNoMoreThanBStates) {
  for (const int breadth : {1, 2}) {
    const auto result = make_engine(scripted(two_steps()))->solve(propose_request({{"breadth", std::to_string(breadth)}, {"evaluations", "1"}}));
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->answer.traces, breadth);
  }
}

TEST(Tot, AValueIsAskedForOncePerState) {
  // Both first steps lead to the same text further down only if the line is repeated: it is proposed once.
  const Script script{.replies = {{"(none)\n\nList", "The answer is 24\nThe answer is 24\nThe answer is 24"}, {"Are these", "sure"}}};
  const auto result = make_engine(scripted(script))->solve(propose_request({}));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->answer.text, "24");
  EXPECT_EQ(result->answer.traces, 1);
  EXPECT_EQ(result->bill.traces, 1 + 3) << "a line that states the answer ends its path";
}

// Samples repeat each other: of equal texts the first is asked about, the others are worth nothing.
TEST(Tot, EqualSamplesAreJudgedOnceAndCountOnce) {
  RecordingSink sink;
  auto request = propose_request({{"generate", "sample"}, {"candidates", "4"}}, &sink);
  const auto result = make_engine(scripted({.task = "The answer is 24", .replies = {{"Are these", "sure"}}}))->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->bill.traces, 4 + 3);
  std::vector<double> values;
  for (const auto& event : events_of(sink, EventKind::step_scored)) values.push_back(event.value);
  EXPECT_EQ(values, (std::vector<double>{20.0, 0.0, 0.0, 0.0}));
}

// Depth first, below the second of two equal steps: what is found there was judged below the first.
TEST(Tot, AStateThatWasJudgedOnAnotherPathIsNotAskedAboutAgain) {
  auto request = propose_request({{"search", "dfs"}, {"generate", "sample"}, {"step", "newline"}, {"candidates", "2"},
                                  {"evaluations", "1"}, {"threshold", "-1"}, {"answers", "4"}});
  const auto result = make_engine(scripted({.task = "6 * 4 = 24\nThe answer is 24", .replies = {{"Are these", "sure"}}}))->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.traces, 4);
  EXPECT_EQ(result->bill.traces, 3 * 2 + 2) << "two samples below each of three states, two texts to judge";
}

TEST(Tot, ATemplateOfTheUsersMayBeAConversation) {
  const TemporaryFolder folder;
  const std::string path = folder.write("value.txt", "[system]\nBe strict.\n[user]\n{question} {steps}\n[assistant]\nMy verdict:\n");
  auto request = propose_request({{"generate", "sample"}, {"candidates", "1"}, {"value_template", path}});
  RecordingSink sink;
  request.sink = &sink;
  const auto engine = make_engine(scripted({.task = "The answer is 24", .replies = {{"My verdict:", "My verdict: sure"}}}));
  ASSERT_TRUE(engine->solve(request).ok());
  EXPECT_EQ(events_of(sink, EventKind::step_scored).at(0).value, 20.0);
  folder.write("value.txt", "{question} {stpes}");
  EXPECT_EQ(engine->solve(request).status().kind(), ErrorKind::invalid_argument);
}

TEST(Tot, AnEndWithoutAnAnswerIsWorthNothingUnasked) {
  auto request = propose_request({{"generate", "sample"}, {"candidates", "2"}});
  const auto result = make_engine(scripted({.task = "", .replies = {{"Are these", "sure"}}}))->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->bill.traces, 2);
}

TEST(Tot, VotesCompareTheCandidates) {
  for (const int choice : {1, 2}) {
    Script script{.replies = {{"(none)\n\nList", "The answer is 23\nThe answer is 24"},
                              {"Compare them", "Both look fine. The best choice is " + std::to_string(choice) + "."}}};
    const auto result = make_engine(scripted(script))->solve(propose_request({{"evaluate", "vote"}, {"evaluations", "5"}}));
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.text, choice == 1 ? "23" : "24");
    EXPECT_EQ(result->bill.traces, 1 + 5);
  }
}

TEST(Tot, DepthFirstGoesBackFromStatesBelowTheThreshold) {
  Script script = two_steps();
  // The better looking first step leads nowhere.
  script.replies.insert(script.replies.begin(), {{"left: b a)\n\nAre these", "impossible"},
                                                 {"left: b b)\n\nAre these", "impossible"},
                                                 {"left: a)\n\nAre these", "likely"},
                                                 {"left: a)\n\nList", "The answer is 25"}});
  RecordingSink sink;
  const auto result = make_engine(scripted(script))->solve(propose_request({{"search", "dfs"}}, &sink));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "25");
  std::vector<std::string> why;
  for (const auto& event : events_of(sink, EventKind::pruned)) why.push_back(event.label);
  EXPECT_EQ(why, (std::vector<std::string>{"below the threshold", "below the threshold"}));
}

TEST(Tot, DepthFirstTakesAtMostItsSteps) {
  const auto result = make_engine(scripted(two_steps()))->solve(propose_request({{"search", "dfs"}, {"most_steps", "1"}}));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->bill.traces, 1 + 2 * 3 + 1) << "one list, two judgements, and the best path is concluded";
}

std::unique_ptr<Engine> perfect_engine(std::uint64_t table) {
  auto engine = make_engine(letter_model(table, 0.5F));
  script_scores(*engine, [=](const Candidate& candidate) { return best_below(table, std::string(candidate.text)); });
  return engine;
}

// With a perfect judge and all letters among the candidates, one state is enough for the best of all texts.
TEST(Tot, WithAPerfectScorerFindsTheBestOfAllTexts) {
  for (std::uint64_t table = 0; table < 20; ++table) {
    const auto leaves = all_leaves();
    const auto best = *std::ranges::max_element(leaves, {}, [&](const auto& leaf) { return hashed_value(table, leaf); });
    for (const char* search : {"bfs", "dfs"}) {
      const auto result = perfect_engine(table)->solve(letter_request(
          "tot", {{"search", search}, {"breadth", "1"}, {"candidates", "32"}, {"evaluate", "scorer"}, {"threshold", "0"}}));
      ASSERT_TRUE(result.ok()) << result.status().to_string();
      EXPECT_EQ(result->answer.trace, best) << search << ", table " << table;
    }
  }
}

TEST(Tot, DrawnStatesAreReproducibleAndNotAlwaysTheBest) {
  std::set<std::string> found;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    auto request = letter_request("tot", {{"breadth", "2"}, {"candidates", "8"}, {"evaluate", "scorer"}, {"keep", "drawn"}});
    request.seed = seed;
    const auto once = perfect_engine(3)->solve(request);
    const auto again = perfect_engine(3)->solve(request);
    ASSERT_TRUE(once.ok() && again.ok());
    EXPECT_EQ(once->answer.trace, again->answer.trace);
    found.insert(once->answer.trace);
  }
  EXPECT_GT(found.size(), 1u);
}

// Lines of a list of proposals were written by no trace of their own; they are judged all the same.
TEST(Tot, AScorerJudgesProposalsToo) {
  auto engine = make_engine(scripted(two_steps()));
  std::set<std::string> judged;
  script_scores(*engine, [&](const Candidate& candidate) {
    judged.insert(std::string(candidate.text));
    return candidate.text.find("a)") == std::string_view::npos ? 0.9 : 0.1;
  });
  auto request = propose_request({{"breadth", "1"}, {"evaluate", "scorer"}});
  request.scorer = {"scripted", {}};
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "24");
  EXPECT_TRUE(judged.contains("x (left: a)\n") && judged.contains("y (left: b)\nz (left: b b)\n"));
}

TEST(Tot, AScorerIsAskedForBeforeATokenIsSpent) {
  const auto result = make_engine(six_times_seven())->solve(propose_request({{"evaluate", "scorer"}}));
  EXPECT_EQ(result.status().kind(), ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace reckon
