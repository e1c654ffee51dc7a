#include <gtest/gtest.h>

#include <set>

#include "problems/programs/program_problem.h"
#include "programs/program_runner.h"
#include "search/registry.h"

namespace reckon {
namespace {

std::vector<ProblemItem> items_of(const std::map<std::string, std::string>& options) {
  Registry registry;
  register_all_plugins(registry);
  const auto* entry = registry.problems.find("programs").value();
  return entry->create(parse_options(entry->spec, options).value()).value()->items().value();
}

class ProgramProblems : public ::testing::Test {
  void SetUp() override {
    if (const auto runner = ProgramRunner::shared(); !runner.ok()) GTEST_SKIP() << runner.status().to_string();
  }
};

// That the solutions pass is engine/problems_test's; here: that the hidden tests see what is wrong.
TEST_F(ProgramProblems, WhoOnlyKnowsTheExamplesFails) {
  for (const auto& item : items_of({})) {
    const ProgramTests& tests = *item.tests;
    const bool function = tests.kind == ProgramTests::Kind::function;
    std::string by_heart;
    if (function) {
      by_heart = "def " + tests.entry_point + "(*given):\n    known = {" ;
      for (const auto& test : tests.tests) {
        by_heart += "repr((" + test.input.substr(tests.entry_point.size() + 1, test.input.size() - tests.entry_point.size() - 2) + ",)): " + test.expected + ", ";
      }
      by_heart += "}\n    return known[repr(given)]\n";
    } else {
      by_heart = "import sys\nknown = {";
      for (const auto& test : tests.tests) by_heart += "bytes.fromhex('" + [&] {
        std::string hex;
        for (const char c : test.input) hex += "0123456789abcdef"[(c >> 4) & 15], hex += "0123456789abcdef"[c & 15];
        return hex;
      }() + "').decode(): " + "'''" + test.expected + "''', ";
      by_heart += "}\nprint(known[sys.stdin.read()], end='')\n";
    }
    const auto runner = ProgramRunner::shared().value();
    EXPECT_TRUE(runner->run_tests(by_heart, tests).all()) << item.id << "\n" << by_heart;
    EXPECT_FALSE(item.checker->grade(by_heart)->right()) << item.id;
  }
}

TEST_F(ProgramProblems, TypicalMistakesFail) {
  const std::map<std::string, std::string> mistakes = {
      {"second_largest", "def second_largest(numbers):\n    return sorted(numbers)[-2] if len(set(numbers)) > 1 else None\n"},
      {"is_leap_year", "def is_leap_year(year):\n    return year % 4 == 0\n"},
      {"balanced", "def balanced(text):\n    return all(text.count(a) == text.count(b) for a, b in ('()', '[]', '{}'))\n"},
      {"rotate", "def rotate(items, k):\n    return items[-k:] + items[:-k]\n"},
      {"to_base", "def to_base(n, base):\n    s = ''\n    while n:\n        s = '0123456789abcdef'[n % base] + s\n        n //= base\n    return s\n"},
      {"average", "input()\na = list(map(int, input().split()))\nprint(round(sum(a) / len(a), 2) // 1)\n"},
      {"matrix_diagonals", "n = int(input())\na = [list(map(int, input().split())) for _ in range(n)]\nprint(sum(a[i][i] + a[i][n - 1 - i] for i in range(n)))\n"},
      {"bracket_depth", "t = input()\nprint(t.count('(') if t.count('(') == t.count(')') else -1)\n"}};
  std::size_t seen = 0;
  for (const auto& item : items_of({})) {
    const auto mistake = mistakes.find(item.id);
    if (mistake == mistakes.end()) continue;
    ++seen;
    EXPECT_FALSE(item.checker->grade(mistake->second)->right()) << item.id;
  }
  EXPECT_EQ(seen, mistakes.size());
}

TEST_F(ProgramProblems, KindsAndCounts) {
  EXPECT_EQ(items_of({}).size(), 48u);
  EXPECT_EQ(items_of({{"kind", "function"}}).size(), 24u);
  EXPECT_EQ(items_of({{"kind", "stdin"}, {"count", "5"}}).size(), 5u);
  std::set<std::string> ids;
  for (const auto& item : items_of({})) {
    EXPECT_TRUE(ids.insert(item.id).second) << item.id;
    EXPECT_GE(item.tests->tests.size(), 2u) << item.id;
    for (const auto& test : item.tests->tests) EXPECT_FALSE(test.expected.empty());
  }
}

}  // namespace
}  // namespace reckon
