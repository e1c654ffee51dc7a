#include "engine/thinking_plan.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

using Mode = ThinkingBudget::Mode;

struct PlanCase {
  const char* what;
  ThinkingFields fields;
  Mode mode;
  std::int64_t cap;
  const char* source;
};

// The order of precedence: each row adds a field above the last one's.
TEST(ThinkingPlan, TheHighestFieldDecides) {
  const std::vector<PlanCase> cases = {
      {"nothing", {}, Mode::template_default, -1, ""},
      {"server default", {.server_default = 500}, Mode::on, 500, "server default"},
      {"soft switch off", {.soft_switch = false, .server_default = 500}, Mode::off, 0, "soft switch"},
      {"soft switch on", {.soft_switch = true, .server_default = 0}, Mode::on, -1, "soft switch"},
      {"effort", {.effort = "low", .soft_switch = false, .server_default = 500}, Mode::on, 200, "effort"},
      {"effort none", {.effort = "none", .soft_switch = true}, Mode::off, 0, "effort"},
      {"switch off", {.on = false, .effort = "high"}, Mode::off, 0, "switch"},
      {"switch on leaves the effort its say", {.on = true, .effort = "medium"}, Mode::on, 400, "effort"},
      {"switch on", {.on = true, .soft_switch = false}, Mode::on, -1, "switch"},
      {"number", {.numbers = {300}, .effort = "high", .soft_switch = false}, Mode::on, 300, "number"},
      {"number twice, the same", {.numbers = {300, 300}}, Mode::on, 300, "number"},
      {"number 0 is off", {.numbers = {0}, .effort = "high"}, Mode::off, 0, "number"},
      {"number -1 is no limit", {.numbers = {-1}, .effort = "low"}, Mode::on, -1, "number"},
      {"a ceiling lowers", {.ceiling = 100, .numbers = {300}}, Mode::on, 100, "ceiling"},
      {"a ceiling limits what has no limit", {.ceiling = 100, .numbers = {-1}}, Mode::on, 100, "ceiling"},
      {"a ceiling never raises", {.ceiling = 1000, .numbers = {300}}, Mode::on, 300, "number"},
      {"a ceiling of 0 is off", {.ceiling = 0, .numbers = {300}}, Mode::off, 0, "ceiling"},
  };
  for (const PlanCase& test : cases) {
    const auto budget = resolve_thinking(test.fields, 1600);
    ASSERT_TRUE(budget.ok()) << test.what << ": " << budget.status().to_string();
    EXPECT_EQ(budget->mode, test.mode) << test.what;
    EXPECT_EQ(budget->cap, test.cap) << test.what;
    EXPECT_EQ(budget->source, test.source) << test.what;
  }
}

TEST(ThinkingPlan, ContradictionsAreErrors) {
  for (const ThinkingFields& fields : {ThinkingFields{.numbers = {300}, .on = false}, {.numbers = {0}, .on = true}, {.numbers = {300, 200}},
                                       {.numbers = {-2}}, {.effort = "lots"}, {.on = true, .effort = "none"}}) {
    EXPECT_EQ(resolve_thinking(fields, 1600).status().kind(), ErrorKind::invalid_argument);
  }
}

TEST(ThinkingPlan, EffortsNeverFall) {
  std::int64_t last = -1;
  for (const char* effort : {"none", "minimal", "low", "medium", "high", "xhigh"}) {
    const std::int64_t cap = effort_cap(effort, 3000).value();
    EXPECT_GT(cap, last);
    last = cap;
  }
}

const std::string& option(const SolveRequest& request, const std::string& name) {
  static const std::string none;
  for (const auto& controller : request.controllers) {
    if (const auto found = controller.options.find(name); controller.name == "think_budget" && found != controller.options.end()) return found->second;
  }
  return none;
}

TEST(ThinkingPlan, ThinkAndWaitBecomeTheBudgetsOptions) {
  SolveRequest request;
  request.strategy.name = "single";
  const auto plan = plan_thinking({.think = "200", .wait = "2", .strategy_given = true}, request);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(option(request, "cap"), "200");
  EXPECT_EQ(option(request, "wait"), "2");
  EXPECT_EQ(*plan, "single, at most 200 thinking tokens a trace, its end put off 2 times, at most 1024 tokens a trace");
}

TEST(ThinkingPlan, SaysWhereTheTraceHasNoRoomForTheBudget) {
  SolveRequest request;
  request.strategy.name = "single";
  request.max_tokens = 100;
  const auto plan = plan_thinking({.think = "200", .max_tokens_given = true}, request);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(*plan, "single, at most 36 thinking tokens a trace (not 200: so long traces leave no more, beside their answers), at most 100 tokens a trace");
}

TEST(ThinkingPlan, EffortsChooseAStrategyUnlessOneIsGiven) {
  SolveRequest low;
  ASSERT_TRUE(plan_thinking({.effort = "low"}, low).ok());
  EXPECT_EQ(low.strategy.name, "single");
  SolveRequest high;
  ASSERT_TRUE(plan_thinking({.effort = "high"}, high).ok());
  EXPECT_EQ(high.strategy.name, "adaptive_vote");
  EXPECT_EQ(high.strategy.options.at("samples"), "16");
  EXPECT_GT(high.max_tokens, std::stoi(option(high, "cap")));
  SolveRequest given;
  given.strategy.name = "vote";
  ASSERT_TRUE(plan_thinking({.effort = "high", .strategy_given = true}, given).ok());
  EXPECT_EQ(given.strategy.name, "vote");
  SolveRequest several;
  ASSERT_TRUE(plan_thinking({.effort = "low", .samples_given = true}, several).ok());
  EXPECT_EQ(several.strategy.name, "adaptive_vote") << "single has no samples";
  SolveRequest total;
  ASSERT_TRUE(plan_thinking({.effort = "2000"}, total).ok());
  EXPECT_EQ(total.caps.generated_tokens, 2000);
}

TEST(ThinkingPlan, OffIsOffAndContradictionsAreRefused) {
  SolveRequest request;
  ASSERT_TRUE(plan_thinking({.think = "off"}, request).ok());
  EXPECT_EQ(request.chat.thinking, ChatTemplateOptions::Thinking::off);
  SolveRequest other;
  EXPECT_FALSE(plan_thinking({.think = "off", .wait = "1"}, other).ok());
  EXPECT_FALSE(plan_thinking({.think = "much"}, other).ok());
  EXPECT_FALSE(plan_thinking({.wait = "-1"}, other).ok());
  other.chat.thinking = ChatTemplateOptions::Thinking::off;
  EXPECT_FALSE(plan_thinking({.think = "100"}, other).ok());
}

}  // namespace
}  // namespace reckon
