#include "model/sequence.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

std::shared_ptr<std::atomic<std::int64_t>> counter() { return std::make_shared<std::atomic<std::int64_t>>(0); }

TEST(Sequence, ForkSharesThePastAndNotTheFuture) {
  Sequence a(counter());
  a.append(Tokens{1, 2, 3});
  Sequence b = a.fork();
  a.append(4);
  b.append(5);
  EXPECT_EQ(a.tokens(), (Tokens{1, 2, 3, 4}));
  EXPECT_EQ(b.tokens(), (Tokens{1, 2, 3, 5}));
  EXPECT_EQ(b.tokens_from(2), (Tokens{3, 5}));
  EXPECT_EQ(b.at(1), 2);
}

TEST(Sequence, TruncateInsideSharedTokensLeavesTheForkAlone) {
  Sequence a(counter());
  a.append(Tokens{1, 2, 3});
  Sequence b = a.fork();
  b.append(Tokens{4, 5});
  Sequence c = b.fork();
  c.truncate(2);
  c.append(9);
  EXPECT_EQ(c.tokens(), (Tokens{1, 2, 9}));
  EXPECT_EQ(b.tokens(), (Tokens{1, 2, 3, 4, 5}));
  EXPECT_EQ(a.tokens(), (Tokens{1, 2, 3}));
}

TEST(Sequence, LiveCountFollowsHandles) {
  auto live = counter();
  {
    Sequence a(live);
    Sequence b = a.fork();
    Sequence c = std::move(b);
    EXPECT_EQ(live->load(), 2);
  }
  EXPECT_EQ(live->load(), 0);
}

TEST(Sequence, DeepChainsAreReleasedWithoutRecursion) {
  auto live = counter();
  Sequence a(live);
  for (int i = 0; i < 300000; ++i) {
    a.append(i);
    Sequence keep = a.fork();
    a = std::move(keep);
  }
  EXPECT_EQ(a.length(), 300000);
}

}  // namespace
}  // namespace reckon
