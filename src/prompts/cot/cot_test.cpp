#include <gtest/gtest.h>

#include "search/prompt_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

TEST(Cot, TwoStagesAsThePaperWritesThem) {
  const RenderedPrompt prompt = render_prompt("cot", {{"form", "two_stage"}});
  EXPECT_EQ(prompt.messages.back().content, "What is 2 + 2?") << "the trigger belongs to the assistant's turn";
  EXPECT_EQ(prompt.prefill, "Let's think step by step.");
  ASSERT_TRUE(prompt.answer_stage.has_value());
  EXPECT_EQ(prompt.answer_stage->trigger, "\nTherefore, the answer (arabic numerals) is");
  EXPECT_EQ(prompt.answer_stage->max_answer_tokens, 32);
  EXPECT_FALSE(render_prompt("cot", {}).answer_stage.has_value());
}

}  // namespace
}  // namespace reckon
