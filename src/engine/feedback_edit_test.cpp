#include <map>
#include <set>

#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

constexpr const char* kFeedbackSign = "Assess how helpful this response is";
constexpr const char* kEditSign = "Comments on the response, some of which may be wrong:";

const std::vector<FakeReply> kTwoDrafts{{0.5, "A. The answer is 1"}, {0.5, "B. The answer is 2"}};
const std::vector<FakeReply> kComments{{0.5, "The response is not helpful. P should change."}, {0.5, "The response is partially helpful. Q is missing."}};

ScoredRun solve(Engine& engine, std::map<std::string, std::string> options, std::uint64_t seed = 2) {
  ScoredRun run;
  RecordingSink sink;
  script_scores(engine, [&run](const Candidate& candidate) {
    run.scored.emplace_back(candidate.text);
    return by_answer(candidate);
  });
  SolveRequest request = scripted_request("feedback_edit", std::move(options));
  request.task.question = "What is it?";
  request.max_tokens = 120;
  request.seed = seed;
  request.sink = &sink;
  auto result = engine.solve(request);
  EXPECT_TRUE(result.ok()) << result.status().to_string();
  run.result = std::move(result).value();
  run.events = sink.events();
  EXPECT_EQ(engine.scheduler().live_sequences(), 0);
  return run;
}

std::shared_ptr<FakeModel> editor(const std::vector<FakeReply>& comments, const std::vector<FakeReply>& edits) {
  return staged(kTwoDrafts, {{kEditSign, edits}, {kFeedbackSign, comments}});
}

ScoredRun solve(const std::shared_ptr<FakeModel>& model, std::map<std::string, std::string> options, std::uint64_t seed = 2) {
  auto engine = make_engine(model, {.slots = 8, .threads = 2, .deterministic = true});
  ScoredRun run = solve(*engine, std::move(options), seed);
  EXPECT_EQ(run.result.bill.computed(), model->probe().computed);
  return run;
}

std::map<std::string, std::string> axes(int drafts, int feedbacks, int edits) {
  return {{"drafts", std::to_string(drafts)}, {"feedbacks", std::to_string(feedbacks)}, {"edits", std::to_string(edits)}};
}

TEST(FeedbackEdit, OneOfEachIsThreeGenerations) {
  const auto run = solve(editor(kComments, {{1.0, "The answer is 7"}}), axes(1, 1, 1));
  EXPECT_EQ(run.result.bill.traces, 3);
  EXPECT_EQ(run.result.bill.depth, 3);
  EXPECT_EQ(run.result.bill.abstentions, 0);
  EXPECT_EQ(run.result.answer.text, "7");
  EXPECT_EQ(run.scored.size(), 2u);
}

TEST(FeedbackEdit, CountsGenerationsAlongTheAxes) {
  auto options = axes(2, 2, 3);
  options["pool"] = "12";
  const auto run = solve(editor(kComments, {{0.5, "The answer is 7"}, {0.5, "The answer is 8"}}), options);
  // With 12 drawn of two comments, both are there.
  EXPECT_EQ(run.result.bill.traces, 2 + 2 * 12 + 2 * 2 * 3);
  EXPECT_EQ(run.result.answer.text, "8");
  options["together"] = "2";
  const auto together = solve(editor(kComments, {{1.0, "The answer is 7"}}), options);
  EXPECT_EQ(together.result.bill.traces, 2 + 2 * 12 + 2 * 1 * 3);
}

TEST(FeedbackEdit, TheAnswerIsNeverWorseThanTheBestDraft) {
  const auto run = solve(editor(kComments, {{1.0, "The answer is 0"}}), axes(6, 1, 1));
  EXPECT_EQ(run.result.answer.text, "2");
}

// On average: with more of one axis all later conversations have other random numbers.
TEST(FeedbackEdit, MoreOfOneAxisIsNotWorse) {
  const std::vector<FakeReply> edits{{0.5, "The answer is 0"}, {0.3, "The answer is 5"}, {0.2, "The answer is 9"}};
  for (const int axis : {0, 1, 2}) {
    double last = 0.0;
    for (const int n : {1, 2, 4}) {
      auto options = axes(axis == 0 ? n : 1, axis == 1 ? n : 1, axis == 2 ? n : 1);
      double mean = 0.0;
      for (std::uint64_t seed = 0; seed < 16; ++seed) mean += std::stod(solve(editor(kComments, edits), options, seed).result.answer.text) / 16.0;
      EXPECT_GE(mean, last) << "axis " << axis << " at " << n;
      last = mean;
    }
  }
}

TEST(FeedbackEdit, EditsThatChangeNothingAreCountedAndLeftOut) {
  const auto run = solve(editor(kComments, {{1.0, " A.  The answer is 1\n"}}), axes(8, 1, 1));
  for (const auto& text : run.scored) EXPECT_EQ(text.find("  "), std::string::npos) << text;
  ASSERT_FALSE(run.result.answer.warnings.empty());
  EXPECT_NE(run.result.answer.warnings.back().find("edits changed nothing"), std::string::npos);
}

TEST(FeedbackEdit, APerfectDraftComesBackAndNoEditIsPaidFor) {
  const auto run = solve(editor({{1.0, "The response is perfectly helpful."}}, {{1.0, "The answer is 7"}}), axes(1, 4, 2));
  EXPECT_EQ(run.result.bill.traces, 1 + 4);
  EXPECT_EQ(run.result.bill.depth, 2);
  EXPECT_EQ(run.result.bill.abstentions, 1) << "of the one draft";
  EXPECT_NE(run.result.answer.text, "7");
}

TEST(FeedbackEdit, WhatIsCutOffOrEmptyIsNoEdit) {
  std::string endless = "The answer is 7";
  for (int i = 0; i < 200; ++i) endless += " and so on";
  for (const std::string& text : {endless, std::string("\n")}) {
    const auto run = solve(editor(kComments, {{1.0, text}}), axes(2, 1, 1));
    EXPECT_NE(run.result.answer.text, "7");
    EXPECT_EQ(run.result.bill.parse_failures, 2);
    EXPECT_NE(run.result.answer.warnings.back().find("edits were left out"), std::string::npos) << text;
  }
}

// A model that notes the prompts that it is asked.
struct Listener {
  std::mutex mutex;
  std::set<std::string> heard;
  std::shared_ptr<FakeModel> model;
};

std::shared_ptr<Listener> listening(const std::vector<FakeReply>& replies) {
  auto listener = std::make_shared<Listener>();
  auto vocabulary = FakeVocabulary::english();
  const auto speaker = weighted_replies(vocabulary, replies, "lost");
  const TokenId assistant = vocabulary.id("<assistant>");
  auto* heard = listener.get();
  listener->model = std::make_shared<FakeModel>(vocabulary, [=](std::span<const TokenId> prefix, std::span<float> row) {
    std::string text;
    for (const TokenId token : prefix) {
      if (token == assistant) break;
      text += vocabulary.piece(token);
    }
    const std::lock_guard lock(heard->mutex);
    heard->heard.insert(text);
    speaker(prefix, row);
  });
  return listener;
}

// An edit that is shown both comments sees them in an order that the seed decides, whichever was written first.
TEST(FeedbackEdit, TheSeedShufflesTheCommentsOfAnEdit) {
  const auto model = staged(kTwoDrafts, {{"P should change.\n- ", {{1.0, "The answer is 7"}}}, {"Q is missing.\n- ", {{1.0, "The answer is 8"}}},
                                         {kEditSign, {{1.0, "The answer is 3"}}}, {kFeedbackSign, kComments}});
  std::map<std::string, int> answers;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    const auto of = [&] {
      auto engine = make_engine(model, {.slots = 8, .threads = 2, .deterministic = true});
      script_scores(*engine, by_answer);
      SolveRequest request = scripted_request("feedback_edit", {{"drafts", "1"}, {"feedbacks", "2"}, {"together", "2"}});
      request.task.question = "What is it?";
      request.max_tokens = 120;
      request.seed = seed;
      return engine->solve(request).value().answer.text;
    };
    const std::string answer = of();
    EXPECT_EQ(of(), answer);
    ++answers[answer];
  }
  EXPECT_GT(answers["7"], 0);
  EXPECT_GT(answers["8"], 0);
}

TEST(FeedbackEdit, ThreeModelsAreAskedOnlyTheirOwnPrompts) {
  const auto drafter = listening(kTwoDrafts);
  const auto critic = listening(kComments);
  const auto writer = listening({{1.0, "The answer is 7"}});
  auto engine = make_engine(drafter->model);
  ASSERT_TRUE(engine->add_role("feedback", critic->model, {.slots = 4, .threads = 1}).ok());
  ASSERT_TRUE(engine->add_role("edit", writer->model, {.slots = 4, .threads = 1}).ok());
  const auto apart = solve(*engine, axes(2, 2, 1));
  EXPECT_EQ(apart.result.answer.text, "7");
  const auto all_have = [](const Listener& listener, const char* sign, bool wanted) {
    for (const auto& text : listener.heard) EXPECT_EQ(text.find(sign) != std::string::npos, wanted) << text;
    EXPECT_FALSE(listener.heard.empty());
  };
  all_have(*drafter, "Response:", false);
  all_have(*critic, kFeedbackSign, true);
  all_have(*writer, kEditSign, true);
  // No edit is shown the other draft, or a score.
  for (const auto& text : writer->heard) EXPECT_FALSE(text.find("answer is 1") != std::string::npos && text.find("answer is 2") != std::string::npos);

  const auto alone = solve(editor(kComments, {{1.0, "The answer is 7"}}), axes(2, 2, 1));
  EXPECT_EQ(alone.count(EventKind::note) > 0, apart.count(EventKind::note) > 0);
  EXPECT_EQ(alone.result.answer.text, apart.result.answer.text);
}

}  // namespace
}  // namespace reckon
