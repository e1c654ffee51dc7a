#include "base/random.h"

#include <gtest/gtest.h>

#include <set>

namespace reckon {
namespace {

// Known-answer vectors of the Random123 distribution (Salmon et al., SC 2011).
TEST(Philox, KnownAnswers) {
  const std::array<std::uint32_t, 4> zero{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), zero);
  const std::array<std::uint32_t, 4> ones{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
  EXPECT_EQ(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}), ones);
}

TEST(Uniform, IsAPureFunctionOfSeedPathAndPosition) {
  const auto path = BranchPath::root(3).child(1);
  EXPECT_EQ(uniform(7, path, 11), uniform(7, path, 11));
  EXPECT_NE(uniform(7, path, 11), uniform(7, path, 12));
  EXPECT_NE(uniform(7, path, 11), uniform(8, path, 11));
  EXPECT_NE(uniform(7, path, 11), uniform(7, BranchPath::root(3).child(2), 11));
}

TEST(Uniform, CoversTheUnitIntervalEvenly) {
  int buckets[10] = {};
  for (int i = 0; i < 100000; ++i) ++buckets[static_cast<int>(uniform(1, BranchPath::root(0), i) * 10)];
  for (int count : buckets) EXPECT_NEAR(count, 10000, 500);
}

TEST(BranchPath, ChildrenAreDistinct) {
  std::set<std::uint64_t> seen;
  for (int root = 0; root < 30; ++root) {
    for (int child = 0; child < 30; ++child) seen.insert(BranchPath::root(root).child(child).value);
  }
  EXPECT_EQ(seen.size(), 900u);
}

}  // namespace
}  // namespace reckon
