#include "engine/test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

RenderedPrompt render(const Task& task) {
  Registry registry;
  register_all_plugins(registry);
  const auto* entry = registry.prompts.find("code").value();
  return entry->create(default_options(entry->spec).value()).value()->render(task).value();
}

TEST(CodePrompt, ShowsPublicTestsAndTakesTheProgramOut) {
  Task task;
  task.question = "Print the sum of two integers.";
  task.tests = ProgramTests{.tests = {{"3 4\n", "7\n"}}};
  const auto prompt = render(task);
  EXPECT_NE(prompt.messages[0].content.find("Input:\n3 4\nOutput:\n7\n"), std::string::npos) << prompt.messages[0].content;
  EXPECT_EQ(prompt.read_answer("Here:\n```python\nprint(1)\n```\nDone."), "print(1)\n");
  EXPECT_EQ(prompt.read_answer(""), "");
}

TEST(CodePrompt, NamesTheFunctionAndGivesItsStarter) {
  Task task;
  task.question = "Add.";
  task.tests = ProgramTests{.kind = ProgramTests::Kind::function, .entry_point = "add", .starter = "def add(a, b):\n"};
  task.tests->tests = {{"add(1, 2)", "3"}};
  const auto prompt = render(task);
  const std::string& text = prompt.messages[0].content;
  EXPECT_NE(text.find("add(1, 2) == 3"), std::string::npos) << text;
  EXPECT_NE(text.find("def add(a, b):\n```"), std::string::npos) << text;
  EXPECT_EQ(prompt.read_answer("```python\ndef add(a, b):\n    return a + b\n```\n```python\nprint(add(1, 2))\n```"),
            "def add(a, b):\n    return a + b\n");
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
