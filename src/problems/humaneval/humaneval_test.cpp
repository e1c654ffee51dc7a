#include <gtest/gtest.h>

#include "base/test_support.h"
#include "programs/humaneval_row.h"
#include "programs/program_runner.h"
#include "search/registry.h"

namespace reckon {
namespace {

constexpr const char* kRow =
    R"json({"task_id": "Own/0", "prompt": "from typing import List\n\ndef total(numbers: List[int]) -> int:\n    \"\"\" Sum.\n    >>> total([1, 2])\n    3\n    >>> total([])\n    0\n    \"\"\"\n", "entry_point": "total", "canonical_solution": "    return sum(numbers)\n", "test": "def check(candidate):\n    assert candidate([4, 5]) == 9\n    assert candidate([]) == 0\n"})json";

Result<std::vector<ProblemItem>> items_in(const std::string& text) {
  const testing_support::TemporaryFolder folder;
  Registry registry;
  register_all_plugins(registry);
  const auto* entry = registry.problems.find("humaneval").value();
  auto problem = entry->create(parse_options(entry->spec, {{"file", folder.write("rows.jsonl", text)}}).value());
  if (!problem.ok()) return problem.status();
  return (*problem)->items();
}

class HumanEvalProblem : public ::testing::Test {
  void SetUp() override {
    if (const auto runner = ProgramRunner::shared(); !runner.ok()) GTEST_SKIP() << runner.status().to_string();
  }
};

TEST_F(HumanEvalProblem, DocstringExamplesArePublicAndTheCheckIsHidden) {
  const auto items = items_in(std::string(kRow) + "\n\n");
  ASSERT_TRUE(items.ok()) << items.status().to_string();
  ASSERT_EQ(items->size(), 1u);
  const ProblemItem& item = items->front();
  ASSERT_EQ(item.tests->tests.size(), 2u);
  EXPECT_EQ(item.tests->tests[0].input, "total([1, 2])");
  EXPECT_EQ(item.tests->tests[1].expected, "0");
  EXPECT_TRUE(item.checker->grade(item.reference)->right()) << "the body completes the prompt";
  EXPECT_TRUE(item.checker->grade("def total(numbers: List[int]) -> int:\n    return sum(numbers)\n")->right());
  EXPECT_FALSE(item.checker->grade("def total(numbers):\n    return 3 if numbers else 0\n")->right()) << "passes the examples only";
  EXPECT_FALSE(item.checker->grade("")->right());
}

TEST_F(HumanEvalProblem, ABadRowIsNamed) {
  const auto items = items_in(std::string(kRow) + "\n{\"task_id\": \"x\"}\n");
  ASSERT_FALSE(items.ok());
  EXPECT_NE(items.status().message().find(":2: no text in \"entry_point\""), std::string::npos) << items.status().to_string();
}

}  // namespace
}  // namespace reckon
