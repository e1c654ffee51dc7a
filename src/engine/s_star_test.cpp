#include <algorithm>
#include <set>

#include "engine/test_support.h"
#include "programs/program_runner.h"

namespace reckon {
namespace {

using namespace testing_support;

std::string block(const std::string& code) { return "```python\n" + code + "\n```"; }

const std::string kRight = "a, b = map(int, input().split())\nprint(a + b)";
const std::string kTwice = "a, b = map(int, input().split())\nprint(a + a + 1)";         // right on the public test 3 4
const std::string kAbsolute = "a, b = map(int, input().split())\nprint(abs(a) + b)";     // right where a >= 0
const std::string kWrong = "a, b = map(int, input().split())\nprint(a * b)";
const std::string kBroken = "print(sum)(";

// What a model says by what its prompt holds; the first rule that fits. A rule without a sign is for drafts.
struct Rule {
  std::string sign;
  std::vector<FakeReply> replies;
};

LogitFunction scripted_logits(const std::vector<Rule>& rules) {
  const auto vocabulary = FakeVocabulary::english();
  std::vector<std::pair<Tokens, LogitFunction>> parts;
  for (const auto& rule : rules) {
    parts.emplace_back(vocabulary.tokenize(rule.sign, ControlTokens::as_text), weighted_replies(vocabulary, rule.replies, ""));
  }
  return [parts](std::span<const TokenId> prefix, std::span<float> row) {
    for (const auto& [sign, reply] : parts) {
      if (sign.empty() || !std::ranges::search(prefix, sign).empty()) return reply(prefix, row);
    }
  };
}

std::shared_ptr<FakeModel> scripted(const std::vector<Rule>& rules) { return std::make_shared<FakeModel>(FakeVocabulary::english(), scripted_logits(rules)); }

constexpr const char* kDebugSign = "I ran your program";
constexpr const char* kInputsSign = "Do not solve it.";
constexpr const char* kPairSign = "Write 3 inputs";
constexpr const char* kJudgeSign = "End with one line";

const std::vector<FakeReply> kInputs = {{1.0, "Input:\n```\n-2 5\n```\nOutput: 99\nInput:\n```\n1 1\n```\nOutput: 98\n"}};

// Hidden tests may not be looked at by a strategy.
class Untouchable final : public Checker {
 public:
  Result<Grade> grade(std::string_view) const override {
    ADD_FAILURE() << "a strategy asked the grader";
    return Grade{};
  }
};

SolveRequest sum_request(std::map<std::string, std::string> options, EventSink* sink = nullptr) {
  SolveRequest request;
  request.task.question = "Print the sum of two integers.";
  request.task.tests = ProgramTests{.tests = {{"3 4\n", "7\n"}}};
  request.task.checker = std::make_shared<Untouchable>();
  request.strategy = {"s_star", std::move(options)};
  request.prompt = {"code", {}};
  request.sampling.temperature = 1.0;
  request.max_tokens = 400;
  request.seed = 1;
  request.sink = sink;
  return request;
}

class SStarTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto runner = ProgramRunner::shared(); !runner.ok()) GTEST_SKIP() << runner.status().to_string();
  }
  // Runs and looks after the books.
  SolveResult solve(const std::shared_ptr<FakeModel>& model, const SolveRequest& request) {
    auto engine = make_engine(model, {.slots = 8, .context = 4096, .threads = 2});
    auto result = engine->solve(request);
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    if (!result.ok()) return {};
    EXPECT_EQ(result->bill.computed(), model->probe().computed);
    EXPECT_EQ(engine->scheduler().live_sequences(), 0);
    return *result;
  }
};

TEST_F(SStarTest, OneSampleWithoutRoundsIsPlainGeneration) {
  const auto draft = std::vector<Rule>{{"", {{0.5, block(kWrong)}, {0.5, block(kRight)}}}};
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    auto request = sum_request({{"samples", "1"}, {"rounds", "0"}});
    request.seed = seed;
    const auto result = solve(scripted(draft), request);
    request.strategy = {"single", {}};
    const auto plain = solve(scripted(draft), request);
    EXPECT_EQ(result.answer.text, plain.answer.text);
    EXPECT_EQ(result.bill.generated(), plain.bill.generated());
  }
}

TEST_F(SStarTest, DebuggingSeesEveryRoundAndStopsWhenTheTestsPass) {
  const auto model = scripted({{"Test 1: error", {{1.0, "I see.\n" + block(kRight)}}},
                               {"Test 1: wrong answer", {{1.0, block(kBroken)}}},
                               {"", {{1.0, block(kWrong)}}}});
  RecordingSink sink;
  const auto result = solve(model, sum_request({{"samples", "1"}, {"rounds", "5"}}, &sink));
  EXPECT_EQ(result.answer.text, kRight + "\n");
  EXPECT_EQ(result.bill.traces, 3) << "passed at round 2: three generations";
  std::vector<std::pair<std::uint64_t, std::uint64_t>> branches;
  std::vector<double> shares;
  for (const auto& event : sink.events()) {
    if (event.kind == EventKind::branch_opened) branches.emplace_back(event.trace, event.parent);
    if (event.kind == EventKind::step_scored) shares.push_back(event.value);
  }
  EXPECT_EQ(branches, (std::vector<std::pair<std::uint64_t, std::uint64_t>>{{1, 0}, {2, 1}, {3, 2}})) << "a chain in the tree";
  EXPECT_EQ(shares, (std::vector<double>{0.0, 0.0, 1.0}));
}

TEST_F(SStarTest, ARoundIsShownAllEarlierProgramsAndWhatTheyDidInOrder) {
  auto longest = std::make_shared<std::string>();
  const auto vocabulary = FakeVocabulary::english();
  const auto model = std::make_shared<FakeModel>(vocabulary, [=, rules = scripted_logits({{kBroken, {{1.0, block(kRight)}}}, {kDebugSign, {{1.0, block(kBroken)}}}, {"", {{1.0, block(kWrong)}}}})](std::span<const TokenId> prefix, std::span<float> row) {
    std::string text;
    for (const TokenId token : prefix) text += vocabulary.piece(token);
    if (text.size() > longest->size()) *longest = text;
    rules(prefix, row);
  });
  EXPECT_EQ(solve(model, sum_request({{"samples", "1"}, {"rounds", "3"}})).answer.text, kRight + "\n");
  std::size_t at = 0;
  for (const std::string& part : {kWrong, std::string("Test 1: wrong answer"), kBroken, std::string("Test 1: error"), kRight}) {
    at = longest->find(part, at);
    ASSERT_NE(at, std::string::npos) << part << "\n" << *longest;
  }
}

TEST_F(SStarTest, RoundsAreBoundedAndCanBeSwitchedOff) {
  const std::vector<Rule> rules = {{kDebugSign, {{1.0, block(kBroken)}}}, {"Go through your program", {{1.0, block(kRight)}}}, {"", {{1.0, block(kWrong)}}}};
  EXPECT_EQ(solve(scripted(rules), sum_request({{"samples", "2"}, {"rounds", "2"}})).bill.traces, 6);
  EXPECT_EQ(solve(scripted(rules), sum_request({{"samples", "2"}, {"debug", "none"}})).bill.traces, 2);
  const auto blind = solve(scripted(rules), sum_request({{"samples", "2"}, {"rounds", "2"}, {"debug", "self"}}));
  EXPECT_EQ(blind.bill.traces, 6) << "nobody ran it, so all rounds are taken";
  EXPECT_EQ(blind.answer.text, kRight + "\n");
}

TEST_F(SStarTest, TheLastRoundOrTheBestIsKept) {
  const std::vector<Rule> rules = {{kDebugSign, {{1.0, block(kBroken)}}}, {"", {{1.0, block(kTwice)}}}};
  auto request = sum_request({{"samples", "1"}, {"rounds", "1"}});
  request.task.tests->tests.push_back({"3 5\n", "8\n"});
  EXPECT_EQ(solve(scripted(rules), request).answer.text, kBroken + "\n");
  request.strategy.options["keep"] = "best";
  EXPECT_EQ(solve(scripted(rules), request).answer.text, kTwice + "\n");
}

// Programs that all pass the public test and are told apart by -2 5.
std::vector<Rule> selection_rules(std::vector<Rule> judge, std::vector<FakeReply> drafts) {
  std::vector<Rule> rules = {{kPairSign, {{1.0, "Input:\n```\n-7 7\n```\n"}}}, {kInputsSign, kInputs}};
  std::vector<Rule> all = std::move(judge);
  all.insert(all.end(), rules.begin(), rules.end());
  all.push_back({"", std::move(drafts)});
  return all;
}

TEST_F(SStarTest, AJudgeThatKnowsTheRightProgramGetsIt) {
  // "Program 1 gives:" of the made input -7 7 is 0 where program 1 is right.
  const std::vector<Rule> judge = {{"-7 7\nProgram 1 gives:\n0", {{1.0, "Better: 1"}}}, {"-7 7\nProgram 1 gives:\n14", {{1.0, "Better: 2"}}}};
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    // The wrong behaviour is the more frequent.
    auto request = sum_request({{"samples", "8"}});
    request.seed = seed;
    const std::vector<FakeReply> drafts = {{0.3, block(kRight)}, {0.7, block(kAbsolute)}};
    const auto result = solve(scripted(selection_rules(judge, drafts)), request);
    const bool written = std::ranges::any_of(result.answer.shares, [](const auto& share) { return share.answer == kRight + "\n"; });
    ASSERT_TRUE(written);
    EXPECT_EQ(result.answer.text, kRight + "\n");
    EXPECT_EQ(result.bill.traces, 8 + 1 + 3) << "inputs, then one match of three calls";
  }
}

// The model that writes the programs can neither write inputs nor judge.
TEST_F(SStarTest, InputsAndVerdictsComeFromTheModelsOfTheirRoles) {
  auto engine = make_engine(scripted({{"", {{0.5, block(kAbsolute)}, {0.5, block(kRight)}}}}), {.slots = 8, .context = 4096, .threads = 2});
  const auto tester = scripted({{kPairSign, {{1.0, "Input:\n```\n-7 7\n```\n"}}}, {kInputsSign, kInputs}});
  const auto judge = scripted({{"-7 7\nProgram 1 gives:\n0", {{1.0, "Better: 1"}}}, {"-7 7\nProgram 1 gives:\n14", {{1.0, "Better: 2"}}}});
  ASSERT_TRUE(engine->add_role("tests", tester, {.slots = 4, .context = 4096, .threads = 1}).ok());
  ASSERT_TRUE(engine->add_role("judge", judge, {.slots = 4, .context = 4096, .threads = 1}).ok());
  auto request = sum_request({{"samples", "8"}});
  for (request.seed = 1; request.seed <= 3; ++request.seed) {
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.text, kRight + "\n");
  }
  EXPECT_GT(tester->probe().computed, 0);
  EXPECT_GT(judge->probe().computed, 0);
}

TEST_F(SStarTest, AJudgeWhoAlwaysSaysFirstDecidesNothing) {
  const std::vector<Rule> judge = {{kJudgeSign, {{1.0, "Better: 1"}}}};
  const std::vector<FakeReply> drafts = {{0.3, block(kRight)}, {0.7, block(kAbsolute)}};
  std::string first;
  for (int repeat = 0; repeat < 2; ++repeat) {
    const auto result = solve(scripted(selection_rules(judge, drafts)), sum_request({{"samples", "8"}}));
    EXPECT_EQ(result.bill.traces, 8 + 1 + 3 + 2) << "the fallback asks about the code alone, twice";
    int most = 0;
    for (const auto& share : result.answer.shares) most = std::max(most, share.traces);
    EXPECT_EQ(result.answer.shares.front().traces, most);
    EXPECT_EQ(result.answer.text, result.answer.shares.front().answer) << "the larger cluster";
    if (repeat == 0) first = result.answer.text;
    EXPECT_EQ(result.answer.text, first);
  }
}

TEST_F(SStarTest, ExpectedOutputsOfTheModelChangeNothing) {
  std::vector<std::string> answers;
  for (const char* lie : {"99", "3", ""}) {
    const std::string inputs = "Input:\n```\n-2 5\n```\nOutput: " + std::string(lie) + "\nExpected output:\n```\n" + lie + "\n```\n";
    const auto model = scripted({{kInputsSign, {{1.0, inputs}}}, {"", {{0.5, block(kRight)}, {0.5, block(kAbsolute)}}}});
    answers.push_back(solve(model, sum_request({{"samples", "6"}, {"select", "majority"}, {"debug", "none"}})).answer.text);
  }
  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_EQ(answers[0], answers[2]);
}

TEST_F(SStarTest, EqualBehaviourNeedsNoJudgeAndTheFirstIsTaken) {
  const std::string same = "x = input().split()\nprint(int(x[0]) + int(x[1]))";
  const auto model = scripted({{kInputsSign, kInputs}, {"", {{0.5, block(kRight)}, {0.5, block(same)}}}});
  const auto result = solve(model, sum_request({{"samples", "6"}}));
  EXPECT_EQ(result.bill.traces, 7) << "inputs, no match";
  EXPECT_EQ(result.answer.agreement, 1.0);
}

TEST_F(SStarTest, UnusableInputsLeaveTheFirstProgram) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const std::vector<Rule> rules = {{kInputsSign, {{1.0, "I would rather not."}}}, {"", {{0.5, block(kRight)}, {0.5, block(kAbsolute)}}}};
    auto request = sum_request({{"samples", "6"}});
    request.seed = seed;
    const auto result = solve(scripted(rules), request);
    EXPECT_EQ(result.bill.traces, result.answer.shares.size() > 1 ? 6 + 3 : 6) << "three tries, unless all programs are one";
    EXPECT_TRUE(result.answer.warnings.empty());
    request.strategy.options = {{"samples", "1"}, {"debug", "none"}};
    EXPECT_EQ(result.answer.text, solve(scripted(rules), request).answer.text) << "the first sample";
    seen.insert(result.answer.text);
  }
  EXPECT_EQ(seen.size(), 2U);
}

TEST_F(SStarTest, JudgementsThatCannotBeReadAreCounted) {
  const std::vector<Rule> judge = {{kJudgeSign, {{1.0, "Both are fine."}}}};
  const auto result = solve(scripted(selection_rules(judge, {{0.5, block(kRight)}, {0.5, block(kAbsolute)}})), sum_request({{"samples", "8"}}));
  EXPECT_EQ(result.bill.parse_failures, 2 + 2) << "with outputs, then by the code alone";
  EXPECT_EQ(result.bill.depth, 1 + 1 + 2 + 1) << "drafts, inputs, inputs of the pair and judgements, the fallback";
  ASSERT_FALSE(result.answer.warnings.empty());
  EXPECT_NE(result.answer.warnings.front().find("2 of 2 judgements"), std::string::npos) << result.answer.warnings.front();
}

TEST_F(SStarTest, JudgementsThatTheBudgetCutAreNotCounted) {
  const auto rules = selection_rules({{kJudgeSign, {{1.0, "Both are fine."}}}}, {{0.5, block(kRight)}, {0.5, block(kAbsolute)}});
  auto request = sum_request({{"samples", "8"}});
  request.caps.generated_tokens = solve(scripted(rules), request).bill.generated() - 4;
  EXPECT_EQ(solve(scripted(rules), request).bill.parse_failures, 2) << "those with outputs, before";
}

TEST_F(SStarTest, WithoutAPassingProgramTheOneWithMostTestsAndNoCall) {
  const auto model = scripted({{"", {{0.5, block(kBroken)}, {0.5, block(kTwice)}}}});
  auto request = sum_request({{"samples", "6"}, {"debug", "none"}});
  request.task.tests->tests.push_back({"3 5\n", "8\n"});
  const auto result = solve(model, request);
  EXPECT_EQ(result.answer.text, kTwice + "\n");
  EXPECT_EQ(result.bill.traces, 6);
}

TEST_F(SStarTest, TheOtherSelections) {
  const std::vector<FakeReply> drafts = {{0.5, block(kRight)}, {0.3, block(kAbsolute)}, {0.2, block(kWrong)}};
  const auto answer = [&](const std::string& select) {
    const auto model = scripted({{kInputsSign, kInputs}, {"", drafts}});
    return solve(model, sum_request({{"samples", "10"}, {"debug", "none"}, {"select", select}}));
  };
  const auto by_public = answer("public");
  EXPECT_EQ(by_public.bill.traces, 10) << "asks nothing";
  EXPECT_NE(by_public.answer.text, kWrong + "\n");
  EXPECT_NE(answer("random").answer.text, kWrong + "\n");
  const auto majority = answer("majority");
  EXPECT_EQ(majority.answer.text, majority.answer.shares.front().answer) << "different programs here behave differently";
}

TEST_F(SStarTest, ProgramsThatFailEverywhereAreNoMajority) {
  const auto fails = [](const std::string& how) { return block("raise ValueError(" + how + ")"); };
  const std::vector<FakeReply> drafts = {{0.3, fails("1")}, {0.3, fails("2")}, {0.2, fails("3")}, {0.2, block(kRight)}};
  const auto model = scripted({{kInputsSign, kInputs}, {"", drafts}});
  const auto result = solve(model, sum_request({{"samples", "10"}, {"debug", "none"}, {"select", "majority"}}));
  EXPECT_EQ(result.answer.text, kRight + "\n");
}

// Adding a program that does what another does adds no match.
TEST_F(SStarTest, OneMemberStandsForACluster) {
  const std::string same = "x = input().split()\nprint(int(x[0]) + int(x[1]))";
  const std::vector<Rule> judge = {{kJudgeSign, {{1.0, "Better: tie"}}}};
  const auto model = scripted(selection_rules(judge, {{0.3, block(kRight)}, {0.3, block(same)}, {0.4, block(kAbsolute)}}));
  EXPECT_EQ(solve(model, sum_request({{"samples", "9"}})).bill.traces, 9 + 1 + 3 + 2) << "three programs, two clusters";
}

TEST_F(SStarTest, HostileProgramsEndAndTheNextIsFine) {
  const auto model = scripted({{"", {{0.25, block("while True: pass")}, {0.25, block("x = 'a' * 10 ** 10")}, {0.25, block("while True: print('x' * 10000)")}, {0.25, block(kRight)}}}});
  const auto result = solve(model, sum_request({{"samples", "10"}, {"debug", "none"}, {"select", "public"}, {"test_seconds", "0.3"}}));
  EXPECT_EQ(result.answer.text, kRight + "\n");
}

TEST_F(SStarTest, ABudgetEndsItWithTheBestSoFar) {
  const std::vector<Rule> rules = {{kDebugSign, {{1.0, block(kRight)}}}, {"", {{0.5, block(kWrong)}, {0.5, block(kRight)}}}};
  const auto whole = solve(scripted(rules), sum_request({{"samples", "6"}}));
  for (const std::int64_t cap : {std::int64_t{5}, whole.bill.generated() / 2, whole.bill.generated() - 1}) {
    auto request = sum_request({{"samples", "6"}});
    request.caps.generated_tokens = cap;
    const auto result = solve(scripted(rules), request);
    EXPECT_LE(result.bill.generated(), cap);
    EXPECT_EQ(result.stop, StopReason::budget);
    EXPECT_FALSE(result.answer.text.empty());
  }
}

TEST_F(SStarTest, ALongConversationKeepsItsLastRound) {
  const std::string talk(500, 'x');
  const std::vector<Rule> rules = {{kDebugSign, {{1.0, talk + block(kBroken)}}}, {"", {{1.0, talk + block(kWrong)}}}};
  auto request = sum_request({{"samples", "1"}, {"rounds", "3"}});
  request.max_tokens = 700;
  auto model = scripted(rules);
  const auto result = make_engine(model, {.slots = 4, .context = 2400, .threads = 2})->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
}

}  // namespace
}  // namespace reckon
