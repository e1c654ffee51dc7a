#include "search/steps.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

Trace trace_of(std::string text, FinishReason finish, std::string detail) {
  Trace trace;
  trace.text = std::move(text);
  trace.finish = finish;
  trace.detail = std::move(detail);
  return trace;
}

TEST(StepRules, SayWhatARequestWaitsFor) {
  EXPECT_EQ(make_step_rule({.kind = "newline"})->boundary.delimiters, std::vector<std::string>{"\n"});
  EXPECT_EQ(make_step_rule({.kind = "paragraph"})->boundary.delimiters, std::vector<std::string>{"\n\n"});
  EXPECT_TRUE(make_step_rule({.kind = "heading"})->opens_next);
  const auto tokens = make_step_rule({.kind = "tokens", .most_tokens = 7});
  EXPECT_TRUE(tokens->boundary.delimiters.empty());
  EXPECT_EQ(tokens->boundary.tokens, 7);
  const auto custom = make_step_rule({.kind = "custom", .delimiter = ";\\n\\t", .most_tokens = 0});
  EXPECT_EQ(custom->boundary.delimiters, std::vector<std::string>{";\n\t"});
  EXPECT_EQ(custom->boundary.tokens, 0);
}

TEST(StepRules, RefuseWhatMakesNoSteps) {
  EXPECT_FALSE(make_step_rule({.kind = "custom"}).ok());
  EXPECT_FALSE(make_step_rule({.kind = "tokens", .most_tokens = 0}).ok());
  EXPECT_FALSE(make_step_rule({.kind = "sentence"}).ok());
}

TEST(DivideStep, KeepsDelimitersWithTheStepThatTheyEnd) {
  const StepRule rule = *make_step_rule({.kind = "paragraph"});
  const auto divided = divide_step("", trace_of("One.\n\nTw", FinishReason::boundary, "\n\n"), rule);
  EXPECT_EQ(divided.step, "One.\n\nTw");
  EXPECT_EQ(divided.carried, "");
}

TEST(DivideStep, CarriesAHeadingOverToItsStep) {
  const StepRule rule = *make_step_rule({.kind = "heading"});
  auto first = divide_step("", trace_of("Step 1: a Step b.\nStep 2", FinishReason::boundary, "\nStep "), rule);
  EXPECT_EQ(first.step, "Step 1: a Step b.\n");
  EXPECT_EQ(first.carried, "Step 2");
  const auto last = divide_step(first.carried, trace_of(": b.", FinishReason::end_of_text, ""), rule);
  EXPECT_EQ(last.step, "Step 2: b.");
  EXPECT_EQ(last.carried, "");
}

TEST(DivideStep, AStepThatEndedForItsLengthHasNoHeading) {
  const StepRule rule = *make_step_rule({.kind = "heading"});
  const auto divided = divide_step("Step 2", trace_of(" of tokens", FinishReason::boundary, "tokens"), rule);
  EXPECT_EQ(divided.step, "Step 2 of tokens");
  EXPECT_EQ(divided.carried, "");
}

}  // namespace
}  // namespace reckon
