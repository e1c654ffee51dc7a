#include <gtest/gtest.h>

#include "search/prompt_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

std::string asked(const std::map<std::string, std::string>& options) { return render_prompt("length", options).messages.back().content; }

TEST(Length, SaysHowLong) {
  EXPECT_NE(asked({{"amount", "512"}}).find("What is 2 + 2?\n\nThink for up to 512 tokens."), std::string::npos);
  EXPECT_NE(asked({{"by", "steps"}, {"amount", "16"}}).find("Think for up to 16 steps."), std::string::npos);
  EXPECT_NE(asked({{"by", "class"}}), asked({{"by", "class"}, {"class", "long"}}));
}

}  // namespace
}  // namespace reckon
