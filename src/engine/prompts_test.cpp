// Prompts in whole runs.
#include "engine/test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// The model goes on with a question of its own after its answer: that must not become the answer.
TEST(Draft, StopsWhereTheModelAsksItself) {
  auto engine = make_engine(replying({{1.0, "2 + 2 = 4. #### 4\nQ: What is 3 + 3?\nA: 6. #### 6"}}));
  SolveRequest request;
  request.task.question = "What is 2 + 2?";
  request.strategy = {"single", {}};
  request.prompt = {"draft", {}};
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "4");
  EXPECT_EQ(result->answer.finish, FinishReason::stop_string);
  EXPECT_EQ(result->answer.trace.find("\nQ:"), std::string::npos);
}

// Programs are no mathematics: the answer that comes back is the chosen trace's own text, to the blank.
TEST(CodePrompt, ProgramsThatDifferInIndentOnlyAreNotMixedUp) {
  auto model = replying({{0.5, "```python\nif x:\n  y()\n  z()\n```"}, {0.5, "```python\nif x:\n  y()\nz()\n```"}});
  auto engine = make_engine(model);
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    SolveRequest request;
    request.task.question = "Q";
    request.prompt = {"code", {}};
    request.strategy = {"best_of_n", {{"samples", "6"}, {"select", "max"}}};
    request.sampling.temperature = 1.0;
    request.seed = seed;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_NE(result->answer.trace.find(result->answer.text), std::string::npos);
  }
}

}  // namespace
}  // namespace reckon
