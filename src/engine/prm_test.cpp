#include <cmath>
#include <set>

#include "base/test_support.h"
#include "engine/search_test_support.h"
#include "scoring/value_head_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

// After a marker "ки" it likes steps that say "good".
std::shared_ptr<FakeModel> reward_model() {
  auto vocabulary = FakeVocabulary::english();
  const TokenId plus = vocabulary.id("+");
  const TokenId minus = vocabulary.id("-");
  auto logits = [=](std::span<const TokenId> prefix, std::span<float> row) {
    std::string text;
    for (const TokenId token : prefix) text += vocabulary.piece(token);
    std::ranges::fill(row, 0.0F);
    const auto step = text.rfind("ки", text.size() - 5);  // not the last marker
    const std::string last = step == std::string::npos ? text : text.substr(step);
    const bool good = last.find("good") != std::string::npos;
    row[static_cast<std::size_t>(plus)] = good ? 5.0F : 3.0F;
    row[static_cast<std::size_t>(minus)] = good ? 3.0F : 5.0F;
  };
  return std::make_shared<FakeModel>(FakeVocabulary::english(), std::move(logits));
}

const double kGood = 1.0 / (1.0 + std::exp(-2.0));

// Asks the scorer in a run of its own.
void with_scorer(const std::string& contract, std::shared_ptr<FakeModel> reward, const std::function<void(Context&)>& use) {
  auto engine = make_engine(six_times_seven());
  ASSERT_TRUE(engine->add_role("reward", reward, {.slots = 4, .threads = 1}).ok());
  const TemporaryFolder folder;
  SolveRequest request;
  request.task.question = "Q?";
  request.scorer = {"prm", {{"contract", folder.write("contract.json", contract)}}};
  const auto result = run_in(*engine, request, [&](Context& context) -> Result<Answer> {
    use(context);
    Answer answer;
    answer.traces = 1;
    return answer;
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->bill.scored, reward->probe().computed);
  EXPECT_EQ(result->bill.computed(), reward->probe().computed);
}

const std::string kMarker = R"({"prompt": "Problem: {question} ", "after_step": " ки", "after_read": "\n"})";

TEST(ProcessReward, OneScoreAStepAndThePrefixKeepsIts) {
  with_scorer(kMarker, reward_model(), [](Context& context) {
    Candidate candidate;
    candidate.question = "Q?";
    candidate.text = "a good step\n\na bad one\n\n\n\nanother good\n";
    const auto three = context.scorer()->score(std::span(&candidate, 1));
    ASSERT_TRUE(three.ok()) << three.status().to_string();
    ASSERT_EQ(three->front().steps.size(), 3u);
    EXPECT_NEAR(three->front().steps[0], kGood, 1e-5);
    EXPECT_NEAR(three->front().steps[1], 1.0 - kGood, 1e-5);
    EXPECT_NEAR(three->front().value, kGood, 1e-5);
    candidate.text = "a good step\n\na bad one";
    const auto two = context.scorer()->score(std::span(&candidate, 1));
    ASSERT_EQ(two->front().steps.size(), 2u);
    EXPECT_EQ(two->front().steps[0], three->front().steps[0]);
  });
}

// RLHFlow's: a chat of one turn a step, where the verdict is what the assistant would say next, before its "+".
TEST(ProcessReward, AChatOfOneTurnAStepIsReadBeforeTheAssistantsPlus) {
  auto vocabulary = FakeVocabulary::english();
  const TokenId plus = vocabulary.id("+");
  const TokenId minus = vocabulary.id("-");
  auto asked = std::make_shared<std::set<std::string>>();
  auto logits = [=](std::span<const TokenId> prefix, std::span<float> row) {
    std::string text;
    for (const TokenId token : prefix) text += vocabulary.piece(token);
    std::ranges::fill(row, 0.0F);
    const bool good = text.ends_with("good step\nassistant: ");
    row[static_cast<std::size_t>(plus)] = good ? 5.0F : 3.0F;
    row[static_cast<std::size_t>(minus)] = good ? 3.0F : 5.0F;
    asked->insert(text);
  };
  const char* const contract = R"({"prompt": "user: {question} ", "after_step": "\nassistant: ", "after_read": "+\nuser: "})";
  with_scorer(contract, std::make_shared<FakeModel>(FakeVocabulary::english(), std::move(logits)), [&](Context& context) {
    Candidate candidate;
    candidate.question = "Q?";
    candidate.text = "a good step\n\na bad one\n\nanother good step";
    const auto scored = context.scorer()->score(std::span(&candidate, 1));
    ASSERT_TRUE(scored.ok()) << scored.status().to_string();
    ASSERT_EQ(scored->front().steps.size(), 3u);
    EXPECT_NEAR(scored->front().steps[0], kGood, 1e-5);
    EXPECT_NEAR(scored->front().steps[1], 1.0 - kGood, 1e-5);
    EXPECT_NEAR(scored->front().steps[2], kGood, 1e-5);
  });
  const std::string first = "user: Q? a good step\nassistant: ";
  const std::string second = first + "+\nuser: a bad one\nassistant: ";
  EXPECT_EQ(*asked, (std::set<std::string>{first, second, second + "+\nuser: another good step\nassistant: "}));
}

TEST(ProcessReward, OneMoreStepCostsItsOwnTokens) {
  auto reward = reward_model();
  with_scorer(kMarker, reward, [&](Context& context) {
    Candidate candidate;
    candidate.question = "Q?";
    candidate.text = "a good step\n";
    candidate.step = StepRef{"a good step\n", 7, 1};
    ASSERT_TRUE(context.scorer()->score(std::span(&candidate, 1)).ok());
    const std::int64_t before = reward->probe().computed;
    candidate.text = "a good step\nbad\n";
    candidate.step = StepRef{"bad\n", 8, 7};
    const auto score = context.scorer()->score(std::span(&candidate, 1));
    ASSERT_TRUE(score.ok());
    EXPECT_NEAR(score->front().value, 1.0 - kGood, 1e-5);
    // The line break after the first verdict, "bad", and the marker " ки" of five bytes.
    EXPECT_EQ(reward->probe().computed - before, 1 + 3 + 5);
    // A second child of the same step.
    candidate.step = StepRef{"bad\n", 9, 7};
    ASSERT_TRUE(context.scorer()->score(std::span(&candidate, 1)).ok());
  });
}

TEST(ProcessReward, AStepWithoutTextHasTheScoreBeforeItAndALookAheadIsReadStepByStep) {
  auto reward = reward_model();
  with_scorer(kMarker, reward, [&](Context& context) {
    Candidate candidate;
    candidate.question = "Q?";
    candidate.text = "a good step\n";
    candidate.step = StepRef{"a good step\n", 7, 1};
    ASSERT_TRUE(context.scorer()->score(std::span(&candidate, 1)).ok());
    candidate.step = StepRef{"", 8, 7};
    EXPECT_NEAR(context.scorer()->score(std::span(&candidate, 1))->front().value, kGood, 1e-5);
    candidate.text = "a good step\nbad\nbad too\ngood\n";
    candidate.step = StepRef{"good\n", 9, 7, {{20, "bad\n"}, {21, "bad too\n"}}};
    const auto ahead = context.scorer()->score(std::span(&candidate, 1));
    ASSERT_EQ(ahead->front().steps.size(), 3u);
    EXPECT_NEAR(ahead->front().steps[1], 1.0 - kGood, 1e-5);
    EXPECT_NEAR(ahead->front().value, kGood, 1e-5);
    // The search goes on from a step that was only passed: nothing of the path is read again.
    const std::int64_t before = reward->probe().computed;
    candidate.text = "a good step\nbad\ngood\n";
    candidate.step = StepRef{"good\n", 30, 20};
    const auto next = context.scorer()->score(std::span(&candidate, 1));
    ASSERT_EQ(next->front().steps.size(), 1u);
    EXPECT_NEAR(next->front().value, kGood, 1e-5);
    EXPECT_EQ(reward->probe().computed - before, 4 + 5) << "the line break was read with the step that came there before";
  });
}

// A marker that is a control token, as Qwen2.5-Math-PRM's is: what the question and the step spell is none.
TEST(ProcessReward, ControlTokensThatTheTextSpellsAreText) {
  const TokenId marker = FakeVocabulary::english().id("<user>");
  auto model = std::make_shared<FakeModel>(FakeVocabulary::english(), [=](std::span<const TokenId> prefix, std::span<float> row) {
    std::ranges::fill(row, 0.0F);
    const bool once = std::ranges::count(prefix, marker) == 1;
    row[static_cast<std::size_t>(FakeVocabulary::english().id("+"))] = once ? 5.0F : 3.0F;
    row[static_cast<std::size_t>(FakeVocabulary::english().id("-"))] = once ? 3.0F : 5.0F;
  });
  with_scorer(R"({"prompt": "Problem: {question} ", "after_step": "<user>"})", model, [](Context& context) {
    Candidate candidate;
    candidate.question = "Is <user> good?";
    candidate.text = "a <user> step";
    const auto score = context.scorer()->score(std::span(&candidate, 1));
    ASSERT_TRUE(score.ok()) << score.status().to_string();
    EXPECT_NEAR(score->front().value, kGood, 1e-5);
  });
}

TEST(ProcessReward, ManyAtOnceScoreAsOneByOne) {
  const std::vector<std::string> texts{"a good step\n\nbad\n\ngood", "bad", "good\n\nbad"};
  std::vector<Candidate> candidates(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    candidates[i].question = "Q?";
    candidates[i].text = texts[i];
  }
  with_scorer(kMarker, reward_model(), [&](Context& context) {
    const auto together = context.scorer()->score(candidates);
    ASSERT_TRUE(together.ok()) << together.status().to_string();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto alone = context.scorer()->score(std::span(&candidates[i], 1));
      EXPECT_EQ(alone->front().steps.size(), (*together)[i].steps.size());
      for (std::size_t s = 0; s < alone->front().steps.size(); ++s) EXPECT_NEAR(alone->front().steps[s], (*together)[i].steps[s], 1e-9);
    }
  });
}

TEST(ProcessReward, AMarkerInTheQuestionIsNoStep) {
  with_scorer(kMarker, reward_model(), [](Context& context) {
    Candidate candidate;
    candidate.question = "Is ки bad?";
    candidate.text = "a good step";
    EXPECT_EQ(context.scorer()->score(std::span(&candidate, 1))->front().steps.size(), 1u);
  });
}

// One whose hidden state, at a step's line break, is the number of "good" less that of "bad" in that line.
std::shared_ptr<FakeModel> reward_model_with_a_head() {
  auto model = std::make_shared<FakeModel>(FakeVocabulary::english(), hashed_logits(1, 1.0F));
  model->give_hidden_states(1, [vocabulary = FakeVocabulary::english()](std::span<const TokenId> prefix, std::span<float> state) {
    std::string text;
    for (const TokenId token : prefix) text += vocabulary.piece(token);
    const auto line = text.back() == '\n' ? text.rfind('\n', text.size() - 2) : std::string::npos;
    const std::string last = line == std::string::npos ? "" : text.substr(line);
    state[0] = (testing_support::contains(last, "good") ? 1.0F : 0.0F) - (testing_support::contains(last, "bad") ? 1.0F : 0.0F);
  });
  return model;
}

TEST(ProcessReward, AValueHeadReadsTheStateOfEachStepsMarker) {
  const TemporaryFolder folder;
  const std::string head = folder.write("head.safetensors", safetensors({{"v.weight", {1, 1}, {2.0F}}, {"v.bias", {1}, {0.5F}}}));
  const std::string contract = R"({"prompt": "Problem: {question}\n", "after_step": "\n", "join_lines": true, "head": {"layers": ["v"], "file": ")" + head + "\"}}";
  with_scorer(contract, reward_model_with_a_head(), [](Context& context) {
    Candidate candidate;
    candidate.question = "Q?";
    candidate.text = "a good\nstep\n\na bad one\n\nneither\n";
    const auto scores = context.scorer()->score(std::span(&candidate, 1));
    ASSERT_TRUE(scores.ok()) << scores.status().to_string();
    ASSERT_EQ(scores->front().steps.size(), 3u);
    EXPECT_NEAR(scores->front().steps[0], 1.0 / (1.0 + std::exp(-2.5)), 1e-6);
    EXPECT_NEAR(scores->front().steps[1], 1.0 / (1.0 + std::exp(1.5)), 1e-6);
    EXPECT_NEAR(scores->front().value, 1.0 / (1.0 + std::exp(-0.5)), 1e-6);
    candidate.text = "bad\n";
    candidate.step = StepRef{"bad\n", 7, 1};
    EXPECT_NEAR(context.scorer()->score(std::span(&candidate, 1))->front().value, 1.0 / (1.0 + std::exp(1.5)), 1e-6);
    candidate.text = "bad\ngood\n";
    candidate.step = StepRef{"good\n", 8, 7};
    EXPECT_NEAR(context.scorer()->score(std::span(&candidate, 1))->front().value, 1.0 / (1.0 + std::exp(-2.5)), 1e-6);
  });
}

TEST(ProcessReward, AHeadOfAnotherModelIsRefused) {
  const TemporaryFolder folder;
  const std::string head = folder.write("head.safetensors", safetensors({{"v.weight", {1, 2}, {2.0F, 1.0F}}}));
  const std::string contract = R"({"head": {"layers": ["v"], "file": ")" + head + "\"}}";
  for (const auto& [reward, kind] : {std::pair(reward_model_with_a_head(), ErrorKind::invalid_argument), std::pair(reward_model(), ErrorKind::unsupported)}) {
    auto engine = make_engine(six_times_seven());
    ASSERT_TRUE(engine->add_role("reward", reward, {.slots = 4, .threads = 1}).ok());
    SolveRequest request;
    request.task.question = "Q?";
    request.scorer = {"prm", {{"contract", folder.write("contract.json", contract)}}};
    EXPECT_EQ(engine->solve(request).status().kind(), kind);
  }
}

TEST(ProcessReward, JudgesTheStepsOfASearch) {
  auto policy = six_times_seven();
  auto reward = reward_model();
  auto engine = make_engine(policy);
  ASSERT_TRUE(engine->add_role("reward", reward, {.slots = 4, .threads = 1}).ok());
  const TemporaryFolder folder;
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = {"beam", {{"step", "tokens"}, {"step_tokens", "4"}, {"beams", "4"}}};
  request.scorer = {"prm", {{"contract", folder.write("contract.json", kMarker)}}};
  request.sampling.temperature = 1.0;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_TRUE(result->answer.warnings.empty());
  EXPECT_GT(result->bill.scoring_calls, 4);
  EXPECT_EQ(result->bill.computed(), policy->probe().computed + reward->probe().computed);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
}

}  // namespace
}  // namespace reckon
