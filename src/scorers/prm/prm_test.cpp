#include <gtest/gtest.h>

#include "base/test_support.h"
#include "scorers/prm/contract.h"
#include "scoring/value_head_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

TEST(PrmContract, SaysWhatIsWrong) {
  EXPECT_EQ(PrmContract::load("/nowhere").status().kind(), ErrorKind::not_found);
  const TemporaryFolder folder;
  const auto load = [&folder](std::string_view json) { return PrmContract::load(folder.write("contract.json", json)); };
  EXPECT_FALSE(load("[]").ok());
  EXPECT_FALSE(load(R"({"prompt": "none"})").ok());
  EXPECT_FALSE(load(R"({"god": "+"})").ok());
  EXPECT_TRUE(load(R"({"join_lines": true})").ok());
}

TEST(PrmContract, AHeadIsItsNeighbourAndStandsInPlaceOfTokens) {
  const TemporaryFolder folder;
  folder.write("head.safetensors", safetensors({{"v.weight", {1, 2}, {1.0F, 2.0F}}}));
  const auto load = [&folder](std::string_view json) { return PrmContract::load(folder.write("contract.json", json)); };
  const auto contract = load(R"({"head": {"file": "head.safetensors", "layers": ["v"]}})");
  ASSERT_TRUE(contract.ok()) << contract.status().to_string();
  EXPECT_EQ(contract->head->inputs(), 2u);
  EXPECT_FALSE(load(R"({"head": {"file": "head.safetensors", "layers": ["v"]}, "good": "+"})").ok());
  EXPECT_FALSE(load(R"({"head": {"layers": ["v"]}})").ok());
  EXPECT_FALSE(load(R"({"head": {"file": "head.safetensors", "layers": []}})").ok());
  EXPECT_EQ(load(R"({"head": {"file": "none", "layers": ["v"]}})").status().kind(), ErrorKind::not_found);
}

}  // namespace
}  // namespace reckon
