// The scorers that check rather than guess, on texts made for them.

#include "base/test_support.h"
#include "engine/test_support.h"
#include "programs/program_runner.h"

namespace reckon {
namespace {

using namespace testing_support;

class VerifierScorers : public ::testing::Test {
 protected:
  void SetUp() override {
    register_all_plugins(registry_);
    if (const auto runner = ProgramRunner::shared(); !runner.ok()) GTEST_SKIP() << runner.status().to_string();
  }
  Result<std::unique_ptr<Scorer>> make(const std::string& name, const std::map<std::string, std::string>& options = {}) {
    const auto* entry = registry_.scorers.find(name).value();
    return entry->create(parse_options(entry->spec, options).value());
  }
  static std::vector<double> values(Scorer& scorer, const std::vector<std::string>& texts, const ProgramTests* tests = nullptr,
                                    const std::string& answer = "") {
    std::vector<Candidate> candidates;
    for (const auto& text : texts) candidates.push_back({.question = "Q", .text = text, .answer = answer, .tests = tests});
    const auto scores = scorer.score(candidates);
    EXPECT_TRUE(scores.ok()) << scores.status().to_string();
    std::vector<double> found;
    if (scores.ok()) {
      for (const auto& score : *scores) found.push_back(score.value);
    }
    return found;
  }
  Registry registry_;
};

TEST_F(VerifierScorers, TestsIsTheSharePassed) {
  const ProgramTests tests{.tests = {{"1 2\n", "3\n"}, {"2 2\n", "4\n"}}};
  const auto scorer = make("tests").value();
  EXPECT_EQ(values(*scorer,
                   {"```python\na, b = map(int, input().split())\nprint(a + b)\n```", "```python\na, b = map(int, input().split())\nprint(a * b)\n```",
                    "no program", ""},
                   &tests),
            (std::vector<double>{1.0, 0.5, 0.0, 0.0}));
  const std::vector<Candidate> without = {{.question = "Q", .text = "print(1)"}};
  EXPECT_EQ(scorer->score(without).status().kind(), ErrorKind::unsupported);
}

TEST_F(VerifierScorers, TestsChooseInABestOfN) {
  const std::string right = "```python\na, b = map(int, input().split())\nprint(b + a)\n```";
  SolveRequest request;
  request.task.question = "Add.";
  request.task.tests = ProgramTests{.tests = {{"1 2\n", "3\n"}}};
  request.strategy = {"best_of_n", {{"samples", "8"}, {"select", "max"}}};
  request.prompt = {"code", {}};
  request.scorer = {"tests", {}};
  request.sampling.temperature = 1.0;
  const auto result = make_engine(replying({{0.3, right}, {0.7, "```python\nprint(input())\n```"}}))->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.trace, right);
  EXPECT_EQ(result->bill.program_runs, 2) << "two programs, one test";
  EXPECT_GT(result->bill.program_seconds, 0.0);
}

TEST_F(VerifierScorers, ProgramOutputComparesWithTheAnswer) {
  const auto scorer = make("program_output").value();
  EXPECT_EQ(values(*scorer, {"```python\nprint(42.0)\n```", "```python\nprint(41)\n```", "```python\nprint(x)\n```", "just words"}, nullptr, "42"),
            (std::vector<double>{1.0, 0.0, 0.0, 0.0}));
}

TEST_F(VerifierScorers, ACheckerProgramPassesFailsGradesOrBreaks) {
  const TemporaryFolder folder;
  const std::string path = folder.write("checker.py", "import json, sys\ntext = json.load(sys.stdin)['text']\n"
                                                       "if text == 'pass': sys.exit(0)\nif text == 'fail': sys.exit(1)\nif text == 'break': raise ValueError('oh')\nprint('half')\nprint(0.5)\n");
  const auto scorer = make("checker_program", {{"file", path}}).value();
  EXPECT_EQ(values(*scorer, {"pass", "fail", "other"}), (std::vector<double>{1.0, 0.0, 0.5}));
  const std::vector<Candidate> broken = {{.question = "Q", .text = "break"}};
  EXPECT_NE(scorer->score(broken).status().to_string().find("ValueError: oh"), std::string::npos);
  EXPECT_FALSE(make("checker_program").ok());
}

TEST_F(VerifierScorers, RegexSearchesAndStopsEndlessPatterns) {
  const auto scorer = make("regex", {{"pattern", "\\bfor(ty)?-two\\b"}}).value();
  EXPECT_EQ(values(*scorer, {"it is forty-two", "forty", ""}), (std::vector<double>{1.0, 0.0, 0.0}));
  EXPECT_NE(make("regex", {{"pattern", "("}}).status().to_string().find("no regular expression"), std::string::npos);
  const auto endless = make("regex", {{"pattern", "(a+)+b"}, {"test_seconds", "0.3"}}).value();
  const std::vector<Candidate> trap = {{.question = "Q", .text = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"}};
  EXPECT_FALSE(endless->score(trap).ok());
}

TEST_F(VerifierScorers, ArithmeticFlagsFalseSums) {
  const auto scorer = make("arithmetic").value();
  EXPECT_EQ(values(*scorer, {"2 + 2 = 4", "2 + 2 = 4 and 3 * 3 = 10", "no sum"}), (std::vector<double>{1.0, 0.5, 1.0}));
}

}  // namespace
}  // namespace reckon
