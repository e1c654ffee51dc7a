#include "base/test_support.h"
#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

SolveRequest request_of(std::map<std::string, std::string> options) {
  SolveRequest request = scripted_request("revise", std::move(options));
  return request;
}

std::string text_of(const FakeVocabulary& vocabulary, std::span<const TokenId> tokens) {
  std::string text;
  for (const TokenId token : tokens) text += vocabulary.piece(token);
  return text;
}

// Writes 41 first; shown an attempt, 42; shown two, 43, and so on. What it was shown last is kept.
std::shared_ptr<FakeModel> counting(std::shared_ptr<std::vector<std::string>> prompts = nullptr) {
  auto vocabulary = FakeVocabulary::english();
  const auto logits = [vocabulary, prompts](std::span<const TokenId> prefix, std::span<float> row) {
    const std::string text = text_of(vocabulary, prefix);
    int latest = 0;
    for (int i = 1; i < 20; ++i) {
      if (text.find("Attempt " + std::to_string(i) + ":") != std::string::npos) latest = i;
    }
    weighted_replies(vocabulary, {{1.0, "The answer is " + std::to_string(41 + latest)}}, "")(prefix, row);
    if (prompts != nullptr && text.ends_with("The answer is")) prompts->push_back(text);
  };
  return std::make_shared<FakeModel>(std::move(vocabulary), logits);
}

std::unique_ptr<Engine> judged(std::shared_ptr<FakeModel> model, ScoreFunction scores) {
  auto engine = make_engine(std::move(model));
  script_scores(*engine, std::move(scores));
  return engine;
}

double likes(std::string_view answer, std::string_view favourite) { return answer == favourite ? 0.9 : 0.2; }

TEST(Revise, TheBestOfTheWholeChainWinsNotTheLast) {
  for (const char* favourite : {"41", "43", "44"}) {
    for (const char* select : {"best", "weighted"}) {
      auto engine = judged(counting(), [=](const Candidate& candidate) { return likes(candidate.answer, favourite); });
      const auto result = engine->solve(request_of({{"chains", "1"}, {"revisions", "3"}, {"select", select}}));
      ASSERT_TRUE(result.ok()) << result.status().to_string();
      EXPECT_EQ(result->answer.text, favourite) << select;
      EXPECT_EQ(result->answer.traces, 4);
      EXPECT_DOUBLE_EQ(result->answer.agreement, 0.25);
    }
  }
}

TEST(Revise, ShowsNoMoreThanTheLatestAttempts) {
  const auto prompts = std::make_shared<std::vector<std::string>>();
  auto engine = judged(counting(prompts), [](const Candidate&) { return 0.5; });
  ASSERT_TRUE(engine->solve(request_of({{"chains", "1"}, {"revisions", "6"}, {"shown", "4"}})).ok());
  const std::string& last = prompts->back();
  EXPECT_EQ(last.find("Attempt 2:"), std::string::npos) << last;
  for (const char* part : {"Attempt 3:\nThe answer is 43", "Attempt 6:\nThe answer is 46"}) EXPECT_NE(last.find(part), std::string::npos) << last;
}

TEST(Revise, WithoutRevisionsIsBestOfN) {
  auto request = request_of({{"chains", "9"}, {"revisions", "0"}});
  const auto scores = [](const Candidate& candidate) { return likes(candidate.answer, "41"); };
  for (request.seed = 0; request.seed < 5; ++request.seed) {
    request.strategy = {"revise", {{"chains", "9"}, {"revisions", "0"}}};
    const auto revised = judged(six_times_seven(), scores)->solve(request);
    request.strategy = {"best_of_n", {{"samples", "9"}}};
    const auto best = judged(six_times_seven(), scores)->solve(request);
    ASSERT_TRUE(revised.ok() && best.ok());
    EXPECT_EQ(revised->answer.text, best->answer.text);
    EXPECT_EQ(revised->bill.generated(), best->bill.generated());
  }
}

TEST(Revise, MajorityIsOverAllAttempts) {
  auto engine = judged(counting(), [](const Candidate& candidate) { return likes(candidate.answer, "41"); });
  const auto result = engine->solve(request_of({{"chains", "3"}, {"revisions", "1"}, {"select", "majority"}}));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->answer.traces, 6);
  ASSERT_EQ(result->answer.shares.size(), 2u);
  EXPECT_EQ(result->answer.shares[0].traces, 3);
}

TEST(Revise, AChainStopsWhenTheVerifierIsCertain) {
  for (const auto& [calibrated, attempts] : std::map<bool, int>{{true, 2}, {false, 6}}) {
    auto engine = make_engine(counting());
    script_scores(*engine, [](const Candidate& candidate) { return candidate.answer == "42" ? 1.0 : 0.1; }, calibrated);
    const auto result = engine->solve(request_of({{"chains", "1"}, {"revisions", "5"}}));
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->answer.traces, attempts) << "a score that is no probability is never certain";
    EXPECT_EQ(result->answer.text, "42");
  }
}

TEST(Revise, TheUserMayBringThePrompt) {
  const TemporaryFolder folder;
  const std::string file = folder.write("revision.txt", "[user]\nNo good:\n{attempts}\nAgain.");
  const auto prompts = std::make_shared<std::vector<std::string>>();
  auto engine = judged(counting(prompts), [](const Candidate&) { return 0.5; });
  ASSERT_TRUE(engine->solve(request_of({{"chains", "1"}, {"revisions", "1"}, {"template", file}})).ok());
  EXPECT_NE(prompts->back().find("No good:\nAttempt 1:"), std::string::npos) << prompts->back();
  folder.write("revision.txt", "Again.");
  EXPECT_EQ(engine->solve(request_of({{"template", file}})).status().kind(), ErrorKind::invalid_argument);
}

TEST(Revise, ShowsFewerAttemptsWhenTheContextIsSmall) {
  const auto prompts = std::make_shared<std::vector<std::string>>();
  auto engine = make_engine(counting(prompts), {.slots = 4, .context = 450, .threads = 1});
  script_scores(*engine, [](const Candidate&) { return 0.5; });
  const auto result = engine->solve(request_of({{"chains", "1"}, {"revisions", "18"}, {"shown", "64"}}));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.traces, 19);
  EXPECT_EQ(prompts->back().find("Attempt 1:"), std::string::npos);
  EXPECT_NE(prompts->back().find("Attempt 17:"), std::string::npos);
}

}  // namespace
}  // namespace reckon
