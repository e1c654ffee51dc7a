#include <atomic>

#include "engine/search_test_support.h"
#include "programs/program_runner.h"

namespace reckon {
namespace {

using namespace testing_support;

class CotPot : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto runner = ProgramRunner::shared(); !runner.ok()) GTEST_SKIP() << runner.status().to_string();
  }
  static SolveResult solve(const std::vector<FakeReply>& texts, const std::vector<FakeReply>& programs, std::map<std::string, std::string> options,
                           std::optional<std::int64_t> most_tokens = std::nullopt) {
    SolveRequest request;
    request.task.question = "What is six times seven?";
    request.strategy = {"cot_pot", std::move(options)};
    request.prompt = {"direct", {}};
    request.sampling.temperature = 1.0;
    request.caps.generated_tokens = most_tokens;
    auto model = staged(texts, {{"Write a Python 3 program", programs}});
    auto engine = make_engine(model, {.slots = 8, .threads = 2, .deterministic = true});
    auto result = engine->solve(request);
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->bill.computed(), model->probe().computed);
    EXPECT_EQ(engine->scheduler().live_sequences(), 0);
    return std::move(result).value();
  }
};

const std::vector<FakeReply> kScattered{{1.0, "The answer is 40"}, {1.0, "The answer is 41"}, {1.0, "The answer is 43"}, {1.0, "The answer is 42"}};

TEST_F(CotPot, TextsAndProgramsVoteTogether) {
  const auto result = solve(kScattered, {{1.0, "```python\nprint(6 * 7.0)\n```"}}, {{"texts", "6"}, {"programs", "6"}});
  EXPECT_EQ(result.answer.traces, 12);
  EXPECT_EQ(result.bill.traces, 12);
  EXPECT_EQ(result.bill.depth, 1) << "all at once";
  ASSERT_FALSE(result.answer.shares.empty());
  EXPECT_GE(result.answer.shares.front().traces, 6) << "42 and 42.0 are one answer";
  int votes = 0;
  for (const auto& share : result.answer.shares) votes += share.traces;
  EXPECT_EQ(votes, 12);
}

TEST_F(CotPot, AProgramThatPrintsNothingHasNoVote) {
  const auto result = solve({{1.0, "The answer is 41"}}, {{0.5, "```python\nprint(x)\n```"}, {0.5, "The answer is 42"}}, {{"texts", "1"}, {"programs", "5"}});
  EXPECT_EQ(result.answer.text, "41");
  EXPECT_EQ(result.answer.traces, 6);
  EXPECT_EQ(result.answer.shares.front().traces, 1);
  EXPECT_EQ(result.bill.parse_failures, 5);
}

// One token before their ends they have a last line already.
TEST_F(CotPot, HalfAProgramHasNoVote) {
  const std::vector<FakeReply> programs{{1.0, "```python\nprint(40)\nprint(42)\n```"}};
  const std::vector<FakeReply> texts{{1.0, "The answer is 41"}};
  const auto whole = solve(texts, programs, {{"texts", "1"}, {"programs", "5"}});
  EXPECT_EQ(whole.answer.text, "42");
  const auto cut = solve(texts, programs, {{"texts", "1"}, {"programs", "5"}}, whole.bill.generated() - 5);
  EXPECT_EQ(cut.answer.text, "41");
}

TEST_F(CotPot, ARunThatIsCancelledBeginsNoPrograms) {
  struct CancelsAtTheEnd final : EventSink {
    std::atomic<bool> cancelled = false;
    std::atomic<int> left = 6;
    void emit(const Event& event) override {
      if (event.kind == EventKind::trace_finished && --left == 0) cancelled = true;
    }
  };
  for (const bool cancelling : {false, true}) {
    CancelsAtTheEnd sink;
    SolveRequest request;
    request.task.question = "What is six times seven?";
    request.strategy = {"cot_pot", {{"texts", "1"}, {"programs", "5"}}};
    request.prompt = {"direct", {}};
    request.sampling.temperature = 1.0;
    const auto engine = [](int which) {  // equal programs are run once only
      const std::string program = "```python\nprint(42)  # " + std::to_string(which) + "\n```";
      return make_engine(staged({{1.0, "The answer is 41"}}, {{"Write a Python 3 program", {{1.0, program}}}}));
    };
    request.caps.generated_tokens = engine(1)->solve(request)->bill.generated();  // all of it is used; programs cost none
    request.sink = &sink;
    if (cancelling) request.cancelled = &sink.cancelled;
    const auto result = engine(cancelling ? 2 : 3)->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->bill.generated(), *request.caps.generated_tokens);
    EXPECT_EQ(result->bill.program_runs, cancelling ? 0 : 1);
    EXPECT_EQ(result->bill.parse_failures, 0);
  }
}

TEST_F(CotPot, ProgramsThatTheBudgetCutAreNoFailures) {
  const std::vector<FakeReply> programs{{1.0, "I would rather not write one."}};
  const auto whole = solve({{1.0, "The answer is 41"}}, programs, {{"texts", "1"}, {"programs", "5"}});
  EXPECT_EQ(whole.bill.parse_failures, 5);
  const auto cut = solve({{1.0, "The answer is 41"}}, programs, {{"texts", "1"}, {"programs", "5"}}, whole.bill.generated() - 10);
  EXPECT_EQ(cut.bill.parse_failures, 0);
  EXPECT_EQ(cut.answer.text, "41");
}

TEST_F(CotPot, SamplesDiffer) {
  std::vector<FakeReply> programs;
  for (int i = 0; i < 20; ++i) programs.push_back({1.0, "```python\nprint(" + std::to_string(i) + ")\n```"});
  const auto result = solve(kScattered, programs, {{"texts", "8"}, {"programs", "8"}});
  EXPECT_GT(result.answer.shares.size(), 6u) << "each trace has a stream of random numbers of its own";
}

}  // namespace
}  // namespace reckon
