#include <gtest/gtest.h>

#include "search/prompt_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

TEST(CodePrompt, ShowsPublicTestsAndTakesTheProgramOut) {
  Task task;
  task.question = "Print the sum of two integers.";
  task.tests = ProgramTests{.tests = {{"3 4\n", "7\n"}}};
  const auto prompt = render_prompt("code", {}, task);
  EXPECT_NE(prompt.messages[0].content.find("Input:\n3 4\nOutput:\n7\n"), std::string::npos) << prompt.messages[0].content;
  EXPECT_EQ(prompt.read_answer("Here:\n```python\nprint(1)\n```\nDone.").value(), "print(1)\n");
  EXPECT_EQ(prompt.read_answer("").value(), "");
}

TEST(CodePrompt, AsksForTheTestsLanguage) {
  Task task;
  task.question = "Print the sum of two integers.";
  task.tests = ProgramTests{.language = ProgramLanguage::cpp, .tests = {{"3 4\n", "7\n"}}};
  const std::string text = render_prompt("code", {}, task).messages[0].content;
  EXPECT_NE(text.find("C++20"), std::string::npos) << text;
  EXPECT_NE(text.find("```cpp block"), std::string::npos) << text;
  EXPECT_EQ(text.find("ython"), std::string::npos) << text;
}

TEST(CodePrompt, NamesTheFunctionAndGivesItsStarter) {
  Task task;
  task.question = "Add.";
  task.tests = ProgramTests{.kind = ProgramTests::Kind::function, .entry_point = "add", .starter = "def add(a, b):\n"};
  task.tests->tests = {{"add(1, 2)", "3"}};
  const auto prompt = render_prompt("code", {}, task);
  const std::string& text = prompt.messages[0].content;
  EXPECT_NE(text.find("add(1, 2) == 3"), std::string::npos) << text;
  EXPECT_NE(text.find("def add(a, b):\n```"), std::string::npos) << text;
  EXPECT_EQ(prompt.read_answer("```python\ndef add(a, b):\n    return a + b\n```\n```python\nprint(add(1, 2))\n```").value(),
            "def add(a, b):\n    return a + b\n");
}

}  // namespace
}  // namespace reckon
