#include "engine/test_support.h"
#include "programs/program_runner.h"
#include "scoring/answer_value.h"

namespace reckon {
namespace {

using namespace testing_support;

class ProgramPrompt : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto runner = ProgramRunner::shared(); !runner.ok()) GTEST_SKIP() << runner.status().to_string();
  }
  SolveRequest request(const char* strategy) {
    SolveRequest request;
    request.task.question = "What is six times seven?";
    request.prompt = {"program", {}};
    request.strategy = {strategy, {}};
    request.sampling.temperature = 1.0;
    return request;
  }
};

TEST_F(ProgramPrompt, TheAnswerIsWhatTheProgramPrints) {
  const auto result = make_engine(replying({{1.0, "```python\nprint('working')\nprint(6 * 7)\n```\nThe answer is 41"}}))->solve(request("single"));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "42");
}

TEST_F(ProgramPrompt, ProgramsVoteByWhatTheyPrint) {
  auto asked = request("vote");
  asked.strategy.options = {{"samples", "12"}};
  const auto result = make_engine(replying({{0.4, "```python\nprint(6 * 7)\n```"},
                                            {0.4, "```python\na = 6\nprint(a * 7.0)\n```"},
                                            {0.2, "```python\nprint(6 + 7)\n```"}}))->solve(asked);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(parse_answer(result->answer.text).number(), 42.0);
  ASSERT_EQ(result->answer.shares.size(), 2u) << "42 and 42.0 are one answer";
}

TEST_F(ProgramPrompt, FailingProgramsAndProseHaveNoAnswer) {
  for (const char* reply : {"```python\nprint(x)\n```", "```python\nwhile True: pass\n```", "The answer is 42", "```python\nx = 42\n```"}) {
    auto asked = request("single");
    asked.prompt.options = {{"test_seconds", "0.5"}};
    const auto result = make_engine(replying({{1.0, reply}}))->solve(asked);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.text, "") << reply;
  }
}

}  // namespace
}  // namespace reckon
