// Budget forcing and looking ahead on the small real model.
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/engine.h"
#include "engine/load_model.h"
#include "model/test_model.h"

namespace reckon {
namespace {

const char* const kQuestions[] = {
    "Tom has 3 boxes of 12 pens and gives 7 pens away. How many are left?",
    "Anna reads 12 pages a day. How many pages does she read in 2 weeks?",
};

class ThinkModelTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string path = testing_support::test_model_path();
    if (!std::filesystem::exists(path)) return;
    auto model = load_model(path);
    ASSERT_TRUE(model.ok()) << model.status().to_string();
    auto engine = Engine::create(*model, {.slots = 4, .context = 1024});
    ASSERT_TRUE(engine.ok()) << engine.status().to_string();
    engine_ = std::move(engine).value();
  }
  static void TearDownTestSuite() { engine_.reset(); }
  void SetUp() override {
    if (engine_ == nullptr) GTEST_SKIP() << "no test model at " << testing_support::test_model_path() << ": reckon models pull smollm2-135m";
  }

  static SolveResult ask(const std::string& question, std::vector<PluginChoice> controllers,
                         ChatTemplateOptions::Thinking thinking = ChatTemplateOptions::Thinking::template_default,
                         int max_tokens = 160) {
    SolveRequest request;
    request.task.question = question;
    request.strategy = {"single", {}};
    request.controllers = std::move(controllers);
    request.sampling.temperature = 0.0;
    request.max_tokens = max_tokens;
    request.chat.thinking = thinking;
    auto result = engine_->solve(request);
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    return result.ok() ? std::move(result).value() : SolveResult{};
  }

  static std::unique_ptr<Engine> engine_;
};
std::unique_ptr<Engine> ThinkModelTest::engine_;

TEST_F(ThinkModelTest, CapsHoldToTheToken) {
  for (const std::int64_t cap : {1, 16, 50}) {
    for (const char* question : kQuestions) {
      const SolveResult result = ask(question, {{"think_budget", {{"cap", std::to_string(cap)}, {"soft", "none"}}}});
      ASSERT_TRUE(result.answer.think.has_value());
      const ThinkReport& think = *result.answer.think;
      EXPECT_LE(think.tokens, cap);
      EXPECT_EQ(think.tokens, result.bill.tokens.thinking);
      if (think.close_reason == "budget") {
        EXPECT_GE(think.tokens, cap - 3) << "less only for a character that would not have fitted";
      }
      EXPECT_GE(think.answer_begins, 0) << "an answer follows";
    }
  }
}

TEST_F(ThinkModelTest, WaitsMakeTheThinkingLonger) {
  std::int64_t first = 0;
  std::int64_t last = 0;
  for (int waits = 0; waits <= 2; ++waits) {
    std::int64_t total = 0;
    for (const char* question : kQuestions) {
      const SolveResult result = ask(question, {{"think_budget", {{"wait", std::to_string(waits)}}}, {"loop_guard", {}}},
                                     ChatTemplateOptions::Thinking::template_default, 400);
      ASSERT_TRUE(result.answer.think.has_value());
      EXPECT_LE(result.answer.think->waits, waits);
      total += result.answer.think->tokens;
    }
    EXPECT_GE(total, last) << waits << ": equal only when the cap holds both";
    if (waits == 0) first = total;
    last = total;
  }
  EXPECT_GT(last, first);
}

TEST_F(ThinkModelTest, OffThinksNothing) {
  for (const char* question : kQuestions) {
    const SolveResult result = ask(question, {{"think_budget", {}}}, ChatTemplateOptions::Thinking::off);
    EXPECT_EQ(result.bill.tokens.thinking, 0);
    EXPECT_EQ(result.answer.think->close_reason, "off");
  }
}

// Trials that never convince leave no trace: greedy decoding goes on with the same tokens.
TEST_F(ThinkModelTest, TrialsChangeNothing) {
  for (const char* question : kQuestions) {
    const SolveResult plain = ask(question, {{"think_budget", {}}});
    const SolveResult tried = ask(question, {{"early_exit", {{"points", "paragraph"}, {"threshold", "1"}}}});
    EXPECT_EQ(tried.answer.trace, plain.answer.trace);
    EXPECT_EQ(tried.bill.generated(), plain.bill.generated());
    EXPECT_EQ(plain.bill.probe, 0);
  }
}

}  // namespace
}  // namespace reckon
