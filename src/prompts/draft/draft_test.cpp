#include <gtest/gtest.h>

#include "search/prompt_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

TEST(Draft, ZeroShotPromptIsExact) {
  const RenderedPrompt prompt = render_prompt("draft", {{"shots", "0"}});
  ASSERT_EQ(prompt.messages.size(), 1u);
  EXPECT_EQ(prompt.messages[0].role, "user");
  EXPECT_EQ(prompt.messages[0].content,
            "Think step by step, but only keep a minimum draft for each thinking step, with 5 words at most. "
            "Return the answer at the end of the response after a separator ####.\n\nQ: What is 2 + 2?\nA: ");
}

TEST(Draft, ShotsComeInOrderAndEachEndsWithItsAnswer) {
  std::size_t before = 0;
  for (int shots = 0; shots <= 8; ++shots) {
    const std::string text = render_prompt("draft", {{"shots", std::to_string(shots)}}).messages[0].content;
    std::size_t separators = 0;
    for (std::size_t at = text.find("#### "); at != std::string::npos; at = text.find("#### ", at + 1)) ++separators;
    EXPECT_EQ(separators, static_cast<std::size_t>(shots));
    EXPECT_GT(text.size(), before);
    before = text.size();
  }
}

}  // namespace
}  // namespace reckon
