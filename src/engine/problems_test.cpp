// What every problem must do. A folder dropped in is tested here without touching this file.
#include <set>

#include "engine/test_support.h"

namespace reckon {
namespace {

using Items = Result<std::vector<ProblemItem>>;

std::vector<std::string> problem_names() {
  Registry registry;
  register_all_plugins(registry);
  std::vector<std::string> names;
  for (const auto& [name, entry] : registry.problems.entries()) names.push_back(name);
  return names;
}

Items items_of(const std::string& name, const std::map<std::string, std::string>& options) {
  Registry registry;
  register_all_plugins(registry);
  const auto* entry = registry.problems.find(name).value();
  const auto parsed = parse_options(entry->spec, options);
  if (!parsed.ok()) return parsed.status();
  const auto problem = entry->create(*parsed);
  if (!problem.ok()) return problem.status();
  return (*problem)->items();
}

bool has_option(const std::string& name, const std::string& option) {
  Registry registry;
  register_all_plugins(registry);
  return registry.problems.find(name).value()->spec.find(option) != nullptr;
}

class Problems : public ::testing::TestWithParam<std::string> {};

TEST_P(Problems, EveryItemHasAQuestionAndAnAnswerThatItsOwnCheckerAccepts) {
  const auto items = items_of(GetParam(), {});
  if (!items.ok() && has_option(GetParam(), "file")) {
    EXPECT_NE(items.status().message().find("file"), std::string::npos) << items.status().to_string();
    GTEST_SKIP() << "it needs a data file";
  }
  if (!items.ok() && items.status().kind() == ErrorKind::unsupported) GTEST_SKIP() << items.status().to_string();
  ASSERT_TRUE(items.ok()) << items.status().to_string();
  ASSERT_FALSE(items->empty());
  std::set<std::string> ids;
  for (const auto& item : *items) {
    EXPECT_TRUE(ids.insert(item.id).second) << item.id << " twice";
    EXPECT_FALSE(item.question.empty());
    EXPECT_FALSE(item.reference.empty());
    if (item.checker == nullptr) continue;
    const auto right = item.checker->grade(item.reference);
    ASSERT_TRUE(right.ok()) << right.status().to_string();
    EXPECT_TRUE(right->right()) << item.reference << ": " << right->reason;
  }
}

TEST_P(Problems, GarbageIsWrongAndNothingWorse) {
  const auto items = items_of(GetParam(), {});
  if (!items.ok()) GTEST_SKIP() << "it needs a data file";
  const auto& checker = items->front().checker;
  if (checker == nullptr) GTEST_SKIP() << "compared with the reference";
  for (const std::string answer : {"", "?", "\xff\xfe", "((((", "= = =", "\\boxed{", "9e999999999", "0/0"}) {
    const auto grade = checker->grade(answer);
    ASSERT_TRUE(grade.ok()) << grade.status().to_string();
    EXPECT_FALSE(grade->right()) << answer;
    EXPECT_FALSE(grade->reason.empty()) << answer;
    const auto promise = checker->promise(answer);
    EXPECT_TRUE(promise.ok() || promise.status().kind() == ErrorKind::unsupported);
  }
}

TEST_P(Problems, TheSeedDecidesTheItems) {
  if (!has_option(GetParam(), "seed")) GTEST_SKIP() << "not generated";
  const auto questions = [&](const std::string& seed) {
    std::string text;
    const auto items = items_of(GetParam(), {{"seed", seed}});
    for (const auto& item : *items) text += item.question + "\n";
    return text;
  };
  EXPECT_EQ(questions("1"), questions("1"));
  EXPECT_NE(questions("1"), questions("2"));
}

INSTANTIATE_TEST_SUITE_P(All, Problems, ::testing::ValuesIn(problem_names()), [](const auto& info) { return info.param; });

// On every platform: recorded, because results are only comparable on the same items.
TEST(GeneratedProblems, AreTheSameEverywhere) {
  EXPECT_EQ(items_of("countdown", {}).value().front().id, "3 9 32 41 -> 12");
  EXPECT_EQ(items_of("game24", {}).value().front().id, "1 4 4 10");
}

TEST(Countdown, HasAllTheItemsThatAreAskedForAndNoTwoEqual) {
  EXPECT_EQ(items_of("countdown", {{"count", "500"}, {"use", "some"}, {"numbers", "3"}}).value().size(), 500u);
  EXPECT_EQ(items_of("countdown", {{"count", "1000"}, {"numbers", "2"}, {"largest", "2"}}).status().kind(), ErrorKind::invalid_argument);
  EXPECT_EQ(items_of("game24", {{"count", "1362"}}).value().size(), 1362u);
}

}  // namespace
}  // namespace reckon
