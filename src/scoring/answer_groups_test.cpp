#include "scoring/answer_groups.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "scoring/answer_equivalence.h"

namespace reckon {
namespace {

AnswerGroups grouped(std::initializer_list<std::string_view> answers) {
  AnswerGroups groups;
  for (const auto answer : answers) groups.add(parse_answer(answer));
  return groups;
}

TEST(AnswerGroups, CountsSpellingsTogether) {
  const auto groups = grouped({"18", "17", "$18.00", "18 dollars", "x = 18", "17.0"});
  ASSERT_EQ(groups.groups().size(), 2u);
  EXPECT_EQ(groups.groups()[0].count, 4u);
  EXPECT_EQ(groups.groups()[0].surface, "18");
  EXPECT_EQ(groups.groups()[1].count, 2u);
  EXPECT_EQ(groups.groups()[1].first_index, 1u);
  EXPECT_EQ(groups.leader_by_count(), 0u);
}

TEST(AnswerGroups, TiesGoToTheFirstSeen) {
  EXPECT_EQ(grouped({"3", "5", "5", "3"}).leader_by_count(), 0u);
  EXPECT_EQ(grouped({"5", "3", "3", "5", "3"}).leader_by_count(), 1u);
  EXPECT_EQ(grouped({"3", "5", "5", "7"}).ranked_by_count(), (std::vector<std::size_t>{1, 0, 2}));
}

TEST(AnswerGroups, MissingAnswersVoteForNothing) {
  AnswerGroups groups;
  EXPECT_EQ(groups.leader_by_count(), std::nullopt);
  EXPECT_EQ(groups.add(AnswerValue()), std::nullopt);
  EXPECT_EQ(groups.add(parse_answer("")), std::nullopt);
  EXPECT_EQ(groups.add(parse_answer("4")), 0u);
  EXPECT_EQ(groups.missing(), 2u);
  EXPECT_EQ(groups.added(), 3u);
  EXPECT_EQ(groups.groups()[0].first_index, 2u);
}

TEST(AnswerGroups, Weights) {
  AnswerGroups groups;
  groups.add(parse_answer("1"), 0.5);
  groups.add(parse_answer("2"), 2.0);
  groups.add(parse_answer("1"), 0.25);
  groups.add(parse_answer("1"), std::numeric_limits<double>::quiet_NaN());
  groups.add(parse_answer("1"), -5.0);
  EXPECT_EQ(groups.leader_by_count(), 0u);
  EXPECT_EQ(groups.leader_by_weight(), 1u);
  EXPECT_DOUBLE_EQ(groups.groups()[0].weight, 0.75);
  EXPECT_DOUBLE_EQ(groups.total_weight(), 2.75);
}

TEST(AnswerGroups, SymbolicFormsMeet) {
  const auto groups = grouped({"\\sqrt{8}", "2\\sqrt2", "x^2-1", "(x-1)(x+1)", "2.83", "\\sqrt 8"});
  ASSERT_EQ(groups.groups().size(), 3u);
  EXPECT_EQ(groups.groups()[0].count, 3u);
}

TEST(AnswerGroups, NoDecimalToleranceInVoting) {
  EXPECT_EQ(grouped({"0.333", "1/3", "0.3333"}).groups().size(), 3u);
  EXPECT_EQ(grouped({"10000", "10001"}).groups().size(), 2u);
}

TEST(AnswerGroups, UnitsNeverMeetByWayOfABareNumber) {
  for (auto order : {std::vector<std::string_view>{"10", "10 cm", "10 m"}, {"10 cm", "10", "10 m"}, {"10 m", "10 cm", "10"}}) {
    AnswerGroups groups;
    std::size_t centimetres = 0;
    std::size_t metres = 0;
    for (const auto answer : order) {
      const auto at = *groups.add(parse_answer(answer));
      if (answer == "10 cm") centimetres = at;
      if (answer == "10 m") metres = at;
    }
    EXPECT_NE(centimetres, metres);
    EXPECT_EQ(groups.groups().size(), 2u);
  }
}

// Shuffles of one multiset give the same partition (no conflicting marks among them).
TEST(AnswerGroups, PartitionDoesNotDependOnOrder) {
  std::vector<std::string_view> answers{"18", "18.0", "$18", "36/2", "17", "17 apples", "1/2", "0.5", "(1,2)", "(1, 2)", "{1,2}",
                                        "2,1", "\\sqrt{8}", "2\\sqrt2", "Paris", "paris", "x=3", "3", "3:00", "1:2", "2:4"};
  Rng rng(7);
  std::set<std::set<std::multiset<std::string_view>>> partitions;
  for (int round = 0; round < 20; ++round) {
    for (std::size_t i = answers.size(); i > 1; --i) std::swap(answers[i - 1], answers[rng.below(i)]);
    AnswerGroups groups;
    std::vector<std::multiset<std::string_view>> members;
    for (const auto answer : answers) {
      const auto at = *groups.add(parse_answer(answer));
      members.resize(groups.groups().size());
      members[at].insert(answer);
    }
    std::size_t total = 0;
    for (const auto& group : groups.groups()) total += group.count;
    EXPECT_EQ(total, answers.size());
    partitions.emplace(members.begin(), members.end());
  }
  EXPECT_EQ(partitions.size(), 1u);
}

}  // namespace
}  // namespace reckon
