#include "base/status.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

TEST(Status, OkHasNoError) {
  EXPECT_TRUE(ok_status().ok());
  EXPECT_EQ(ok_status().to_string(), "ok");
  EXPECT_TRUE(ok_status().while_doing("anything").ok());
}

TEST(Status, ChainsContextsInnermostFirst) {
  const Status status = io_error("disk full").while_doing("writing x").while_doing("pulling y");
  EXPECT_EQ(status.kind(), ErrorKind::io);
  EXPECT_EQ(status.to_string(), "disk full (while writing x; while pulling y)");
}

Result<int> half(int x) {
  if (x % 2 != 0) return invalid_argument("odd");
  return x / 2;
}

Result<int> quarter(int x) {
  RECKON_ASSIGN_OR_RETURN(const int y, half(x));
  RECKON_ASSIGN_OR_RETURN(const int z, half(y));
  return z;
}

TEST(Result, PropagatesValueOrError) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_FALSE(quarter(6).ok());
  EXPECT_EQ(quarter(6).status().message(), "odd");
}

}  // namespace
}  // namespace reckon
