#include <algorithm>
#include <cmath>

#include "engine/test_support.h"
#include "scoring/confidence.h"

namespace reckon {
namespace {

using namespace testing_support;

// One way for the model to go: `gap` nats between the token that it writes and all others.
struct Manner {
  double weight;
  float gap;
  std::string text;  // the first characters must differ
};

// Writes one of the texts, as sure of it as its manner says.
std::shared_ptr<FakeModel> mannered(const std::vector<Manner>& manners) {
  auto vocabulary = FakeVocabulary::english();
  std::vector<std::pair<Manner, Tokens>> scripts;
  for (const auto& manner : manners) {
    Tokens tokens = vocabulary.tokenize(manner.text, ControlTokens::as_text);
    tokens.push_back(vocabulary.eos());
    scripts.emplace_back(manner, std::move(tokens));
  }
  const TokenId assistant = vocabulary.id("<assistant>");
  auto logits = [scripts, assistant](std::span<const TokenId> prefix, std::span<float> row) {
    std::ranges::fill(row, 0.0F);
    const std::span<const TokenId> said(std::find(prefix.rbegin(), prefix.rend(), assistant).base(), prefix.end());
    for (const auto& [manner, tokens] : scripts) {
      if (said.empty()) row[static_cast<std::size_t>(tokens[0])] = 30.0F + static_cast<float>(std::log(manner.weight));
      if (!said.empty() && said[0] == tokens[0])
        row[static_cast<std::size_t>(tokens[std::min(said.size(), tokens.size() - 1)])] = manner.gap;
    }
  };
  return std::make_shared<FakeModel>(std::move(vocabulary), std::move(logits));
}

SolveRequest request_with(const std::map<std::string, std::string>& options, EventSink* sink = nullptr) {
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = {"deepconf", options};
  request.sampling.temperature = 1.0;
  request.max_tokens = 60;
  request.seed = 3;
  request.sink = sink;
  return request;
}

std::vector<Event> of_kind(const RecordingSink& sink, EventKind kind) {
  std::vector<Event> found;
  for (const auto& event : sink.events()) {
    if (event.kind == kind) found.push_back(event);
  }
  return found;
}

// Traces given up, with the tokens that each had.
std::vector<std::pair<std::uint64_t, std::int64_t>> kills(const std::shared_ptr<FakeModel>& model,
                                                          const SolveRequest& base,
                                                          const EngineOptions& engine_options = {.slots = 8,
                                                                                                 .threads = 2}) {
  RecordingSink sink;
  SolveRequest request = base;
  request.sink = &sink;
  const auto result = make_engine(model, engine_options)->solve(request);
  EXPECT_TRUE(result.ok()) << result.status().to_string();
  std::vector<std::pair<std::uint64_t, std::int64_t>> found;
  for (const auto& event : of_kind(sink, EventKind::pruned)) found.emplace_back(event.trace, event.count);
  return found;
}

const std::vector<Manner> kSureAndUnsure{{0.55, 30.0F, "A sure way to say it. The answer is 42"},
                                         {0.15, 30.0F, "Certain of something else. The answer is 43"},
                                         {0.3, 14.0F, "Doubtful from the beginning on. The answer is 41"}};

TEST(DeepConf, GivesUpWhatFallsBelowTheThresholdAsSoonAsTheWindowIsFull) {
  auto model = mannered(kSureAndUnsure);
  RecordingSink sink;
  const auto result = make_engine(model)->solve(request_with({{"samples", "24"}, {"eta", "50"}, {"tau", "1"}}, &sink));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  const auto given_up = of_kind(sink, EventKind::pruned);
  ASSERT_GT(given_up.size(), 2u);
  for (const auto& event : given_up) EXPECT_EQ(event.count, 16) << "the window's length";
  EXPECT_EQ(result->bill.cancelled, 16 * static_cast<std::int64_t>(given_up.size()));
  EXPECT_EQ(result->bill.traces, 24);
  EXPECT_EQ(result->answer.traces, 24 - static_cast<int>(given_up.size()));
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
  for (const auto& share : result->answer.shares) {
    if (share.answer != "41") continue;
    EXPECT_EQ(share.weight, 0.0) << "only warm-up traces below the threshold say 41";
  }
  EXPECT_EQ(result->answer.text, "42");
}

TEST(DeepConf, ATraceShorterThanTheWindowIsNeverGivenUp) {
  EXPECT_TRUE(
      kills(scattering(), request_with({{"samples", "32"}, {"eta", "10"}, {"tau", "1"}, {"window", "61"}})).empty());
  const auto found =
      kills(scattering(), request_with({{"samples", "32"}, {"eta", "10"}, {"tau", "1"}, {"window", "40"}}));
  EXPECT_FALSE(found.empty());
  for (const auto& [trace, tokens] : found) EXPECT_GE(tokens, 40);
}

TEST(DeepConf, LowEtaGivesUpMoreThanHigh) {
  std::size_t more = 100;
  for (const char* eta : {"10", "50", "90"}) {
    const auto found = kills(scattering(), request_with({{"samples", "40"}, {"eta", eta}, {"tau", "1"}}));
    EXPECT_LT(found.size(), more) << "eta " << eta;
    more = found.size();
  }
  EXPECT_TRUE(kills(scattering(), request_with({{"samples", "8"}, {"eta", "10"}, {"tau", "1"}})).empty())
      << "warm-up only";
}

TEST(DeepConf, TheThresholdComesFromTheWarmUp) {
  RecordingSink sink;
  const auto request =
      request_with({{"samples", "40"}, {"warmup", "6"}, {"eta", "30"}, {"tau", "1"}, {"window", "16"}}, &sink);
  ASSERT_TRUE(make_engine(scattering())->solve(request).ok());
  std::vector<double> warmup;
  std::vector<double> later;
  for (const auto& event : of_kind(sink, EventKind::step_scored))
    (event.trace <= 6 ? warmup : later).push_back(event.value);
  ASSERT_EQ(warmup.size(), 6u);
  const double threshold = percentile(warmup, 70.0);
  const auto given_up = of_kind(sink, EventKind::pruned);
  ASSERT_FALSE(given_up.empty());
  for (const auto& event : given_up) {
    EXPECT_DOUBLE_EQ(event.value, threshold);
    EXPECT_GT(event.trace, 6u);
  }
  ASSERT_FALSE(later.empty());
  for (double score : later) EXPECT_FALSE(is_below(score, threshold)) << "completed, so it was never below";
}

TEST(DeepConf, TheSameTracesAreGivenUpWhateverTheSlotsAndThreads) {
  const auto request = request_with({{"samples", "24"}, {"eta", "50"}, {"tau", "1"}});
  const auto expected = kills(scattering(), request);
  EXPECT_FALSE(expected.empty());
  for (int threads : {1, 3}) {
    for (int slots : {1, 3, 16}) {
      EXPECT_EQ(kills(scattering(), request, {.slots = slots, .threads = threads}), expected) << slots << " slots";
    }
  }
}

TEST(DeepConf, AUnanimousModelStopsAfterTheWarmUp) {
  const auto result =
      make_engine(replying({{1.0, "The answer is 42"}}))->solve(request_with({{"samples", "64"}, {"warmup", "5"}}));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->bill.traces, 5);
  EXPECT_EQ(result->answer.text, "42");
  EXPECT_EQ(result->answer.agreement, 1.0);
}

// One warm-up trace passes at eta 10: its share of the votes is 1, but it is not yet a vote.
TEST(DeepConf, AFewVotesDecideNothing) {
  RecordingSink sink;
  const auto result =
      make_engine(scattering())->solve(request_with({{"samples", "9"}, {"eta", "10"}, {"tau", "1"}}, &sink));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->bill.traces, 9);
}

// With a window that is never full nothing is given up, and whatever completes after the warm-up votes.
TEST(DeepConf, LaterTracesThatCompleteVoteWhateverTheirScore) {
  for (const auto& [samples, votes] : std::map<std::string, bool>{{"8", false}, {"24", true}}) {
    const auto result =
        make_engine(mannered(kSureAndUnsure))
            ->solve(request_with({{"samples", samples}, {"eta", "10"}, {"tau", "1"}, {"window", "99"}}));
    ASSERT_TRUE(result.ok());
    const auto& shares = result->answer.shares;
    const auto unsure = std::ranges::find(shares, "41", &AnswerShare::answer);
    ASSERT_NE(unsure, shares.end()) << samples;
    EXPECT_EQ(unsure->weight > 0.0, votes) << samples;
  }
}

TEST(DeepConf, SaysWhenThePlainMajorityDiffers) {
  auto model =
      mannered({{0.3, 30.0F, "A sure way to say it. The answer is 42"}, {0.7, 14.0F, "Doubtful. The answer is 41"}});
  const auto result = make_engine(model)->solve(request_with({{"samples", "16"}, {"warmup", "16"}, {"eta", "10"}}));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->answer.text, "42");
  ASSERT_EQ(result->answer.warnings.size(), 1u);
  EXPECT_NE(result->answer.warnings[0].find("\"41\""), std::string::npos);
}

}  // namespace
}  // namespace reckon
