#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/test_support.h"
#include "engine/search_test_support.h"
#include "search/tree.h"

namespace reckon {
namespace {

using namespace testing_support;

SolveRequest coat_request(std::map<std::string, std::string> options, EventSink* sink = nullptr) {
  SolveRequest request = scripted_request("mcts_coat", std::move(options));
  request.task.question = "Which number opens the lock?";
  request.sink = sink;
  return request;
}

// Knows the answer only when its prompt says it; rates good notes with 9, others with 1.
std::shared_ptr<FakeModel> forgetful() {
  auto vocabulary = FakeVocabulary::english();
  const auto says = [&](const char* text) { return weighted_replies(vocabulary, {{1.0, text}}, ""); };
  const std::vector<std::pair<Tokens, LogitFunction>> cases{
      {vocabulary.tokenize("Note: Good", ControlTokens::as_text), says("9")},
      {vocabulary.tokenize("How useful is the note", ControlTokens::as_text), says("1")},
      {vocabulary.tokenize("What else should", ControlTokens::as_text), says("Locks are opened with keys.")},
      {vocabulary.tokenize("lock opens with 42", ControlTokens::as_text), says("The answer is 42")}};
  const auto otherwise = says("The answer is 0");
  return std::make_shared<FakeModel>(std::move(vocabulary), [=](std::span<const TokenId> prefix, std::span<float> row) {
    for (const auto& [sign, reply] : cases) {
      if (!std::ranges::search(prefix, sign).empty()) return reply(prefix, row);
    }
    otherwise(prefix, row);
  });
}

// A step's own score goes into the path's once, whatever the aggregate.
TEST(Coat, AStepIsWorthItsOwnScoreAndAPathTheirProduct) {
  auto engine = make_engine(replying({{1.0, "Six.\nSeven.\nThe answer is 42"}}));
  script_scores(*engine, [](const Candidate&) { return 0.5; });
  RecordingSink sink;
  const auto result = engine->solve(coat_request({{"association", "none"}, {"aggregate", "prod"}, {"children", "1"}}, &sink));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "42");
  for (const auto& event : events_of(sink, EventKind::step_scored)) EXPECT_EQ(event.value, 0.5);
}

std::unique_ptr<Engine> forgetful_engine() {
  auto engine = make_engine(forgetful());
  script_scores(*engine, [](const Candidate&) { return 0.5; });
  return engine;
}

TEST(Coat, AFactThatOnlyTheFolderHasDecides) {
  const TemporaryFolder folder;
  folder.write("facts.txt", "The lock opens with 42.\n\nBananas are yellow.");
  for (const auto& [options, answer] : std::vector<std::pair<std::map<std::string, std::string>, std::string>>{
           {{{"association", "none"}}, "0"}, {{{"association", "model"}}, "0"}, {{{"memory", folder.path().string()}}, "42"},
           {{{"memory", folder.path().string()}, {"association", "none"}}, "0"}}) {
    const auto result = forgetful_engine()->solve(coat_request(options));
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.text, answer);
  }
}

// The root's memory is the paragraph that fits the question, so the first step gets the other one.
TEST(Coat, APoisonedFolderLowersWhatANodeIsWorth) {
  const auto worth = [](const std::string& text) {
    const TemporaryFolder folder;
    folder.write("facts.txt", "Which number opens the lock is secret.\n\n" + text);
    RecordingSink sink;
    const auto result = forgetful_engine()->solve(coat_request({{"memory", folder.path().string()}, {"beta", "0.5"}, {"step", "tokens"},
                                                                {"step_tokens", "3"}, {"iterations", "1"}, {"memory_tokens", "10"}}, &sink));
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    double value = 0.0;
    for (const auto& event : events_of(sink, EventKind::step_scored)) value = event.count == 1 ? event.value : value;
    return value;
  };
  EXPECT_NEAR(worth("Good number answer."), (0.5 + 0.5 * 0.9) / 1.5, 1e-9);
  EXPECT_NEAR(worth("Bad number answer."), (0.5 + 0.5 * 0.1) / 1.5, 1e-9);
}

TEST(Coat, WithoutAssociationIsPlainSearchWhateverBetaIs) {
  const auto fingerprint = [](const char* beta) {
    auto engine = make_engine(letter_model(4, 1.0F));
    script_scores(*engine, [](const Candidate& candidate) { return hashed_value(4, candidate.text); });
    const auto result = engine->solve(letter_request("mcts_coat", {{"association", "none"}, {"beta", beta}, {"enough", "1"}}));
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    return result->answer.trace + std::to_string(result->bill.generated()) + "/" + std::to_string(result->bill.traces);
  };
  EXPECT_EQ(fingerprint("0"), fingerprint("5"));
}

// Upper confidence bounds written out: the same nodes are evaluated, in the same order.
TEST(Coat, WithoutAssociationItIsTheTextbooksSearch) {
  constexpr int kIterations = 30;
  std::vector<std::string> by_coat;
  auto engine = make_engine(letter_model(4, 1.0F));
  script_scores(*engine, [&](const Candidate& candidate) {
    by_coat.emplace_back(candidate.text);
    return hashed_value(4, candidate.text);
  });
  ASSERT_TRUE(engine->solve(letter_request("mcts_coat", {{"association", "none"}, {"beta", "0"}, {"enough", "1"}, {"iterations", std::to_string(kIterations)}})).ok());

  struct Known {
    double visits = 0.0;
    double sum = 0.0;
    std::vector<NodeId> children;
  };
  std::vector<std::string> by_textbook;
  auto other = make_engine(letter_model(4, 1.0F));
  const auto result = run_in(*other, letter_request("", {}), [&](Context& context) -> Result<Answer> {
    SearchTree tree(context, {.rule = make_step_rule({.kind = "tokens", .most_tokens = 1}).value()});
    std::map<NodeId, Known> known;
    const NodeId root = tree.add_roots(1).value().front();
    for (int iteration = 0; iteration < kIterations; ++iteration) {
      std::vector<NodeId> path{root};
      const auto worth = [&](NodeId child) {
        const Known& it = known[child];
        return it.visits == 0.0 ? std::numeric_limits<double>::infinity() : it.sum / it.visits + std::sqrt(std::log(known[path.back()].visits) / it.visits);
      };
      while (!known[path.back()].children.empty()) path.push_back(*std::ranges::max_element(known[path.back()].children, {}, worth));
      const auto add = [&](double value, NodeId id) {
        known[id].visits += 1.0;
        known[id].sum += value;
      };
      const NodeId leaf = path.back();
      if (tree[leaf].state != NodeState::open) {
        for (const NodeId id : path) add(hashed_value(4, tree[leaf].trace.full_text), id);
        continue;
      }
      std::set<std::string> steps;
      const Growth growth{leaf, 3};
      for (const NodeId child : tree.grow(std::span(&growth, 1))) {
        if (!steps.insert(tree[child].step).second) continue;
        const std::string text = tree[child].trace.full_text;
        by_textbook.push_back(text);
        known[leaf].children.push_back(child);
        for (const NodeId id : path) add(hashed_value(4, text), id);
        add(hashed_value(4, text), child);
      }
    }
    return Answer{.traces = 1};
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_GT(by_coat.size(), 20U);
  EXPECT_EQ(by_coat, by_textbook);
}

// Every iteration expands one node into all its letters: with a judge of leaves alone, all 81 are seen.
TEST(Coat, PlainSearchFindsTheBestOfAllTexts) {
  for (std::uint64_t table = 0; table < 10; ++table) {
    const std::string parallel = table % 2 == 0 ? "1" : "5";
    auto engine = make_engine(letter_model(table, 0.5F));
    script_scores(*engine, [=](const Candidate& candidate) {
      return candidate.text.size() == kTreeDepth ? 0.98 * hashed_value(table, candidate.text) : 0.5;
    });
    auto request = letter_request("mcts_coat", {{"association", "none"}, {"children", "24"}, {"iterations", "2000"}, {"parallel", parallel}, {"exploration", "3"}, {"enough", "1"}});
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    const auto leaves = all_leaves();
    EXPECT_EQ(result->answer.trace, *std::ranges::max_element(leaves, {}, [&](const auto& leaf) { return hashed_value(table, leaf); })) << table;
  }
}

TEST(Coat, StopsWhenAnEndIsWorthEnough) {
  for (const auto& [enough, traces] : std::map<std::string, int>{{"0.4", 3}, {"1", 3}}) {
    const auto result = forgetful_engine()->solve(coat_request({{"association", "none"}, {"enough", enough}}));
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->bill.traces, traces) << "equal steps are one node, and an end is not expanded";
  }
}

TEST(Coat, StaysWithinItsDepthAndFinishesAPathWhenNoneHasEnded) {
  RecordingSink sink;
  auto engine = make_engine(six_times_seven());
  script_scores(*engine, [](const Candidate&) { return 0.5; });
  auto request = coat_request({{"association", "none"}, {"step", "tokens"}, {"step_tokens", "2"}, {"rounds", "3"}, {"iterations", "1"}}, &sink);
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_FALSE(result->answer.text.empty());
  for (const auto& event : events_of(sink, EventKind::step_scored)) EXPECT_LE(event.count, 3);
}

TEST(Coat, ManyIterationsReachItsDepthAndNoFurther) {
  RecordingSink sink;
  auto engine = make_engine(letter_model(4, 1.0F));
  script_scores(*engine, [](const Candidate& candidate) { return 0.9 * hashed_value(4, candidate.text); });
  auto request = letter_request("mcts_coat", {{"association", "none"}, {"rounds", "3"}, {"iterations", "100"}, {"enough", "1"}});
  request.max_tokens = 12;
  request.sink = &sink;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  std::int64_t deepest = 0;
  for (const auto& event : events_of(sink, EventKind::step_scored)) deepest = std::max(deepest, event.count);
  EXPECT_EQ(deepest, 3);
}

TEST(Coat, AMemoryFolderIsOpenedBeforeATokenIsSpent) {
  EXPECT_EQ(forgetful_engine()->solve(coat_request({{"memory", "/nowhere"}})).status().kind(), ErrorKind::not_found);
  EXPECT_EQ(forgetful_engine()->solve(coat_request({{"association", "folder"}})).status().kind(), ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace reckon
