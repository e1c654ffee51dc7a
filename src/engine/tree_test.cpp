// Steps and the tree over a whole engine: boundaries, forks, texts and the bill.
#include "search/tree.h"

#include <limits>
#include <set>

#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

SolveRequest plain_request(std::uint64_t seed = 1) {
  SolveRequest request = scripted_request("function", {});
  request.seed = seed;
  return request;
}

StepRule rule_of(std::string_view kind, int most_tokens, std::string_view delimiter = "") {
  return *make_step_rule({.kind = kind, .delimiter = delimiter, .most_tokens = most_tokens});
}

// Grows one path to its end, a step at a time.
std::vector<NodeId> grow_path(SearchTree& tree) {
  std::vector<NodeId> path{tree.add_roots(1).value().front()};
  while (tree[path.back()].state == NodeState::open) {
    const Growth growth{path.back(), 1, true};
    const auto children = tree.grow(std::span(&growth, 1));
    if (children.size() != 1) break;
    path.push_back(children.front());
  }
  path.erase(path.begin());
  return path;
}

std::vector<std::string> steps_of(std::shared_ptr<FakeModel> model, const StepRule& rule, std::string* whole = nullptr) {
  auto engine = make_engine(std::move(model));
  std::vector<std::string> steps;
  const auto result = run_in(*engine, plain_request(), [&](Context& context) -> Result<Answer> {
    SearchTree tree(context, {rule});
    const auto path = grow_path(tree);
    for (const NodeId id : path) steps.push_back(tree[id].step);
    if (whole != nullptr) *whole = tree.trace_of(path.back()).full_text;
    return Answer{.traces = 1};
  });
  EXPECT_TRUE(result.ok()) << result.status().to_string();
  return steps;
}

using Steps = std::vector<std::string>;

TEST(Steps, DelimitersAreFoundWhereTheyStraddleTokens) {
  // "even" is written byte by byte; "\n\n" is one token of this vocabulary, "\n" and "\n" are two.
  const auto model = [] { return replying({{1.0, "Seven.\n\nEleven\nThe answer is 42"}}); };
  EXPECT_EQ(steps_of(model(), rule_of("custom", 0, "even")), (Steps{"Seven", ".\n\nEleven", "\nThe answer is 42"}));
  EXPECT_EQ(steps_of(model(), rule_of("paragraph", 0)), (Steps{"Seven.\n\n", "Eleven\nThe answer is 42"}));
  EXPECT_EQ(steps_of(model(), rule_of("newline", 0)), (Steps{"Seven.\n\n", "Eleven\n", "The answer is 42"}));
  EXPECT_EQ(steps_of(model(), rule_of("custom", 0, ".\\n\\nEl")), (Steps{"Seven.\n\nEl", "even\nThe answer is 42"}));
}

TEST(Steps, ADelimiterWithNothingBeforeItEndsNoStep) {
  const auto model = [] { return replying({{1.0, "\n\n\nSix.\n\n\n\n\nThe answer is 42"}}); };
  EXPECT_EQ(steps_of(model(), rule_of("newline", 0)), (Steps{"\n\n\nSix.\n\n", "\n\n\nThe answer is 42"}));
}

TEST(Steps, HeadingsOpenTheStepThatTheyName) {
  auto model = replying({{1.0, "Step 1: six\n\n## Step 2: seven\nStep 3: The answer is 42"}});
  EXPECT_EQ(steps_of(model, rule_of("heading", 0)),
            (Steps{"Step 1: six\n\n", "## Step 2: seven\n", "Step 3: The answer is 42"}));
}

TEST(Steps, PutTogetherAreTheTraceThatAVoteWouldSample) {
  std::string expected;
  auto engine = make_engine(scattering());
  SolveRequest request = plain_request();
  request.scorer = {};
  request.strategy = {"single", {}};
  expected = engine->solve(request)->answer.trace;
  for (const StepRule& rule : {rule_of("tokens", 1), rule_of("tokens", 7), rule_of("custom", 0, "e"),
                               rule_of("newline", 9), rule_of("heading", 5)}) {
    std::string whole;
    const Steps steps = steps_of(scattering(), rule, &whole);
    EXPECT_GT(steps.size(), 1u);
    EXPECT_EQ(whole, expected);
  }
}

TEST(Steps, AStopStringIsFoundWhereItStraddlesSteps) {
  auto engine = make_engine(replying({{1.0, "The answer is 42, I say"}}));
  const auto result = run_in(*engine, plain_request(), [&](Context& context) -> Result<Answer> {
    RECKON_ASSIGN_OR_RETURN(TraceRequest request, context.open_trace(0));
    const auto generation = context.generate();
    std::optional<Trace> trace;
    do {
      if (trace) request = {.branch = std::move(trace->branch)};
      request.stop_strings = {"42, I"};
      request.boundary.tokens = 1;
      generation->add(std::move(request));
      trace = generation->next();
    } while (trace->finish == FinishReason::boundary);
    EXPECT_EQ(trace->finish, FinishReason::stop_string);
    EXPECT_EQ(trace->full_text, "The answer is ");
    return Answer{.traces = 1};
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
}

TEST(Tree, ChildrenGoOnFromTheirParentWithoutLosingOrDoublingTokens) {
  auto engine = make_engine(scattering());
  const auto result = run_in(*engine, plain_request(), [&](Context& context) -> Result<Answer> {
    SearchTree tree(context, {rule_of("tokens", 5)});
    std::vector<Growth> growths;
    RECKON_ASSIGN_OR_RETURN(const auto roots, tree.add_roots(2));
    for (const NodeId root : roots) growths.push_back({root, 3, true});
    for (int round = 0; round < 3; ++round) {
      std::vector<Tokens> before;
      for (const auto& growth : growths) before.push_back(tree[growth.node].trace.branch.sequence.tokens());
      const auto children = tree.grow(growths);
      EXPECT_EQ(children.size(), 3 * growths.size());
      for (std::size_t i = 0; i < children.size(); ++i) {
        const Node& child = tree[children[i]];
        EXPECT_EQ(child.parent, growths[i / 3].node) << "children come in the order asked for";
        const Tokens tokens = child.trace.branch.sequence.tokens();
        EXPECT_EQ(tokens.size(), before[i / 3].size() + 5);
        EXPECT_TRUE(std::ranges::equal(before[i / 3], std::span(tokens).first(before[i / 3].size())));
        EXPECT_EQ(tree[child.parent].trace.branch.sequence.tokens(), before[i / 3]) << "the parent is as it was";
      }
      EXPECT_NE(tree[children[0]].step, tree[children[1]].step);
      growths = {{children[0], 3, true}, {children.back(), 3, true}};
    }
    return Answer{.traces = 1};
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
}

// Nodes that share a stream of random numbers must not hand it on twice.
TEST(Tree, CousinsDrawDifferentTokens) {
  auto engine = make_engine(letter_model(1, 0.0F));
  const auto result = run_in(*engine, letter_request("", {}), [&](Context& context) -> Result<Answer> {
    SearchTree tree(context, {rule_of("tokens", 1)});
    RECKON_ASSIGN_OR_RETURN(const auto roots, tree.add_roots(1));
    std::vector<NodeId> level = roots;
    while (!level.empty()) {
      std::vector<Growth> growths;
      for (const NodeId id : level) growths.push_back({id, 3, true});
      std::set<std::uint64_t> of_level;
      level = tree.grow(growths);
      std::erase_if(level, [&](NodeId id) { return tree[id].state != NodeState::open; });
      for (const NodeId id : level) {
        EXPECT_TRUE(of_level.insert(tree[id].trace.branch.path.value).second) << "two of a level share a stream";
      }
    }
    return Answer{.traces = 1};
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
}

TEST(Tree, AStepCostsOnlyItsOwnTokensAndThePromptIsComputedOnce) {
  auto model = scattering();
  auto engine = make_engine(model, {.slots = 16, .threads = 1});
  std::int64_t prompt = 0;
  std::int64_t grown = 0;
  const auto result = run_in(*engine, plain_request(), [&](Context& context) -> Result<Answer> {
    SearchTree tree(context, {rule_of("tokens", 6)});
    RECKON_ASSIGN_OR_RETURN(const auto roots, tree.add_roots(2));
    prompt = tree[roots[0]].trace.branch.prompt_tokens;
    std::vector<Growth> growths{{roots[0], 2}, {roots[1], 2}};
    while (!growths.empty()) {
      std::vector<Growth> next;
      for (const NodeId id : tree.grow(growths)) {
        grown += tree[id].trace.counts.generated();
        if (tree[id].state == NodeState::open && next.size() < 2) next.push_back({id, 2});
      }
      growths = std::move(next);
    }
    return Answer{.traces = 1};
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  const auto& bill = result->bill;
  EXPECT_EQ(bill.tokens.prefilled, prompt);
  EXPECT_EQ(bill.tokens.recomputed, 0);
  EXPECT_EQ(bill.generated(), grown);
  EXPECT_EQ(bill.computed(), model->probe().computed);
  EXPECT_LE(model->probe().computed, prompt + grown);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
}

TEST(Tree, EachStepIsJudgedOnceWithItsOwnStatistics) {
  auto engine = make_engine(replying({{1.0, "Six.\nSeven.\nThe answer is 42"}}));
  std::vector<std::pair<std::string, std::int64_t>> judged;
  script_scores(*engine, [&](const Candidate& candidate) {
    EXPECT_TRUE(candidate.text.ends_with(candidate.step->text));
    EXPECT_NE(candidate.step->node, candidate.step->parent);
    judged.emplace_back(candidate.step->text, candidate.stats.tokens);
    return 0.5;
  });
  const auto result = run_in(*engine, plain_request(), [&](Context& context) -> Result<Answer> {
    SearchTree tree(context, {rule_of("newline", 0)});
    const auto path = grow_path(tree);
    EXPECT_TRUE(tree.score(path));
    EXPECT_TRUE(tree.score(path)) << "nothing is left to be judged";
    EXPECT_EQ(tree[path.back()].scores.count(), 3);
    return Answer{.traces = 1};
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  ASSERT_EQ(judged.size(), 3u);
  EXPECT_EQ(judged[0].first, "Six.\n");
  EXPECT_EQ(judged[2].first, "The answer is 42");
}

TEST(Tree, LikelihoodAndSelfCertaintyJudgeStepByStep) {
  for (const char* scorer : {"likelihood", "self_certainty"}) {
    auto engine = make_engine(scattering());
    SolveRequest request = plain_request();
    request.scorer = {scorer, {}};
    const auto result = run_in(*engine, request, [&](Context& context) -> Result<Answer> {
      SearchTree tree(context, {rule_of("tokens", 10)});
      const auto path = grow_path(tree);
      std::vector<double> means;
      for (const NodeId id : path) {
        const TraceStats& stats = tree[id].trace.stats;
        EXPECT_EQ(stats.tokens, tree[id].trace.counts.sampled);
        means.push_back(std::string(scorer) == "likelihood" ? stats.mean_logprob() : stats.mean_self_certainty());
      }
      EXPECT_TRUE(tree.score(path));
      for (std::size_t i = 0; i < path.size(); ++i) EXPECT_DOUBLE_EQ(tree[path[i]].scores.last(), means[i]);
      return Answer{.traces = 1};
    });
    ASSERT_TRUE(result.ok()) << result.status().to_string();
  }
}

TEST(StepScores, Aggregate) {
  StepScores scores;
  EXPECT_EQ(scores.value(Aggregate::min), 0.0);
  for (const double score : {0.5, 0.2, 0.8}) scores.add(score);
  EXPECT_DOUBLE_EQ(scores.value(Aggregate::last), 0.8);
  EXPECT_DOUBLE_EQ(scores.value(Aggregate::min), 0.2);
  EXPECT_DOUBLE_EQ(scores.value(Aggregate::prod), 0.08);
  EXPECT_DOUBLE_EQ(scores.value(Aggregate::mean), 0.5);
}

TEST(StepScores, WhatIsNoNumberIsTheWorstAndAProductOfNegativesTheLeast) {
  StepScores negative;
  for (const double score : {-3.0, -2.0}) negative.add(score);
  EXPECT_EQ(negative.value(Aggregate::prod), -3.0) << "not 6";
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    StepScores scores;
    for (const double score : {0.0, bad, 0.5}) scores.add(score);
    for (const auto aggregate : {Aggregate::min, Aggregate::prod, Aggregate::mean}) {
      EXPECT_EQ(scores.value(aggregate), -std::numeric_limits<double>::infinity());
    }
    EXPECT_EQ(scores.value(Aggregate::last), 0.5);
  }
}

// After a look ahead a scorer is told of the steps in between, and from which scored text they go on.
TEST(Tree, ALookAheadNamesTheStepsThatWereNotScored) {
  auto engine = make_engine(replying({{1.0, "Six.\nSeven.\nEight.\nThe answer is 42"}}));
  std::vector<StepRef> judged;
  std::vector<std::string> texts;
  script_scores(*engine, [&](const Candidate& candidate) {
    judged.push_back(*candidate.step);
    std::string text;
    for (const auto& between : candidate.step->between) text += std::string(between.text) + "|";
    texts.push_back(text + std::string(candidate.step->text));
    return 0.5;
  });
  const auto result = run_in(*engine, plain_request(), [&](Context& context) -> Result<Answer> {
    SearchTree tree(context, {rule_of("newline", 0)});
    const auto path = grow_path(tree);
    EXPECT_TRUE(tree.score(std::span(path).first(1)));
    EXPECT_TRUE(tree.score(std::span(path).subspan(3)));
    EXPECT_EQ(judged[0].parent, static_cast<std::uint64_t>(kNoNode));
    EXPECT_EQ(judged[1].parent, static_cast<std::uint64_t>(path[0]));
    return Answer{.traces = 1};
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(texts, (std::vector<std::string>{"Six.\n", "Seven.\n|Eight.\n|The answer is 42"}));
}

// The run ends while the scorer works: that is no broken scorer, and what was said before stands.
TEST(Tree, ARunThatEndsInsideTheScorerKeepsItsScores) {
  std::atomic<bool> cancelled = false;
  struct Interrupted final : Scorer {
    std::atomic<bool>& cancelled;
    int calls = 0;
    explicit Interrupted(std::atomic<bool>& flag) : cancelled(flag) {}
    Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
      if (calls++ == 0) return std::vector<Score>(candidates.size(), {.value = 0.25});
      cancelled = true;
      return model_failure("the run was cancelled");
    }
  };
  auto engine = make_engine(replying({{1.0, "Six.\nSeven.\nThe answer is 42"}}));
  engine->mutable_registry().scorers.add({.name = "scripted", .summary = "cancels"}, [&](const Options&) -> Result<std::unique_ptr<Scorer>> {
    return std::unique_ptr<Scorer>(std::make_unique<Interrupted>(cancelled));
  });
  SolveRequest request = plain_request();
  request.cancelled = &cancelled;
  bool lost = true;
  std::vector<double> scores;
  const auto result = run_in(*engine, request, [&](Context& context) -> Result<Answer> {
    SearchTree tree(context, {rule_of("newline", 0)});
    const auto path = grow_path(tree);
    for (const NodeId id : path) {
      EXPECT_TRUE(tree.score(std::span(&id, 1)));
      scores.push_back(tree[id].scores.value(Aggregate::last));
    }
    lost = tree.scores_lost();
    return Answer{.traces = 1};
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_FALSE(lost);
  EXPECT_EQ(scores, (std::vector<double>{0.25, 0.25, 0.25}));
  EXPECT_TRUE(result->answer.warnings.empty());
}

}  // namespace
}  // namespace reckon
