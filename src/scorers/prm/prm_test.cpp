#include <gtest/gtest.h>

#include <cmath>

#include "base/test_support.h"
#include "scorers/prm/contract.h"

namespace reckon {
namespace {

using testing_support::TemporaryFolder;

TEST(PrmContract, SaysWhatIsWrong) {
  EXPECT_EQ(PrmContract::load("/nowhere").status().kind(), ErrorKind::not_found);
  const TemporaryFolder folder;
  const auto load = [&folder](std::string_view json) { return PrmContract::load(folder.write("contract.json", json)); };
  EXPECT_FALSE(load("[]").ok());
  EXPECT_FALSE(load(R"({"prompt": "none"})").ok());
  EXPECT_FALSE(load(R"({"god": "+"})").ok());
  EXPECT_TRUE(load(R"({"join_lines": true})").ok());
}

}  // namespace
}  // namespace reckon
