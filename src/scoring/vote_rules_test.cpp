#include "scoring/vote_rules.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace reckon {
namespace {

TEST(BetaRule, LeaderCountsThatStopAt95Percent) {
  const std::vector<std::int64_t> expected{4, 6, 8, 9, 11, 12, 14, 15, 17};
  const std::vector<double> confidence{.9688, .9648, .9673, .9539, .9616, .9519, .9608, .9534, .9622};
  for (std::int64_t v2 = 0; v2 < 9; ++v2) {
    std::int64_t v1 = v2;
    while (beta_confidence(v1, v2) < 0.95) ++v1;
    EXPECT_EQ(v1, expected[static_cast<std::size_t>(v2)]) << "runner-up " << v2;
    EXPECT_NEAR(beta_confidence(v1, v2), confidence[static_cast<std::size_t>(v2)], 6e-5);
  }
}

TEST(BetaRule, IsSymmetricAndFiniteForManyVotes) {
  EXPECT_NEAR(beta_confidence(7, 7), 0.5, 1e-12);
  EXPECT_NEAR(beta_confidence(3, 9) + beta_confidence(9, 3), 1.0, 1e-12);
  EXPECT_NEAR(beta_confidence(6000, 5000), 1.0, 1e-9);
}

// Full enumeration: over all votes of length 7 among 3 answers, stopping on consensus never changes the
// majority (first seen wins ties).
TEST(ConsensusRule, NeverChangesTheMajority) {
  constexpr int kVotes = 7;
  std::vector<int> votes(kVotes);
  auto leader_of = [&](int count, std::int64_t* v1, std::int64_t* v2) {
    std::int64_t counts[3] = {};
    int first[3] = {kVotes, kVotes, kVotes};
    for (int i = 0; i < count; ++i) {
      ++counts[votes[static_cast<std::size_t>(i)]];
      first[votes[static_cast<std::size_t>(i)]] = std::min(first[votes[static_cast<std::size_t>(i)]], i);
    }
    int best = 0;
    for (int a = 1; a < 3; ++a) {
      if (counts[a] > counts[best] || (counts[a] == counts[best] && first[a] < first[best])) best = a;
    }
    std::int64_t second = 0;
    for (int a = 0; a < 3; ++a) {
      if (a != best) second = std::max(second, counts[a]);
    }
    *v1 = counts[best];
    *v2 = second;
    return best;
  };
  int stopped_early = 0;
  for (int code = 0; code < 2187; ++code) {
    for (int i = 0, rest = code; i < kVotes; ++i, rest /= 3) votes[static_cast<std::size_t>(i)] = rest % 3;
    std::int64_t v1 = 0;
    std::int64_t v2 = 0;
    const int final_leader = leader_of(kVotes, &v1, &v2);
    for (int count = 1; count < kVotes; ++count) {
      const int leader = leader_of(count, &v1, &v2);
      if (!consensus_reached(v1, v2, kVotes - count)) continue;
      EXPECT_EQ(leader, final_leader);
      ++stopped_early;
      break;
    }
  }
  EXPECT_GT(stopped_early, 500);
}

}  // namespace
}  // namespace reckon
