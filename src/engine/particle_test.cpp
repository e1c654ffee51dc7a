#include <array>
#include <cmath>

#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

constexpr int kParticleDepth = 2;
constexpr std::uint64_t kTable = 6;

double score_of(const std::string& text) { return 0.1 + 0.8 * hashed_value(kTable, text); }
double odds_of(const std::string& text) { return score_of(text) / (1.0 - score_of(text)); }

// Next-letter probabilities of the model after its prompt and `text`.
std::array<double, kLetters> next_letter(const LogitFunction& logits, const FakeVocabulary& vocabulary, Tokens prefix,
                                         const std::string& text) {
  for (const char c : text) prefix.push_back(vocabulary.id(std::string(1, c)));
  std::vector<float> row(static_cast<std::size_t>(vocabulary.size()));
  logits(prefix, row);
  std::array<double, kLetters> probabilities{};
  double total = 0.0;
  for (int i = 0; i < kLetters; ++i) {
    const auto token = static_cast<std::size_t>(vocabulary.id("a") + i);
    total += probabilities[static_cast<std::size_t>(i)] = std::exp(static_cast<double>(row[token]));
  }
  for (double& probability : probabilities) probability /= total;
  return probabilities;
}

// Two particles, two steps, the better one wins: the exact distribution of the winner, by enumeration of the
// first steps, of what is resampled and of the second steps.
std::map<std::string, double> exact_winner(const FakeModel& model, const LogitFunction& logits) {
  const auto& vocabulary = model.fake_vocabulary();
  const std::vector<ChatMessage> messages{
      {"user", "abc\n\nReply with the final answer only: no steps, no explanation."}};
  const Tokens prompt = model.tokenize_chat(messages, {}, "").value();
  const auto first = next_letter(logits, vocabulary, prompt, "");
  std::map<std::string, double> drawn;  // one particle after resampling and its second step, given a pair
  std::map<std::string, double> winner;
  for (int a = 0; a < kLetters; ++a) {
    for (int b = 0; b < kLetters; ++b) {
      const std::string texts[] = {std::string(1, static_cast<char>('a' + a)), std::string(1, static_cast<char>('a' + b))};
      const double pair = first[static_cast<std::size_t>(a)] * first[static_cast<std::size_t>(b)];
      const double odds[] = {odds_of(texts[0]), odds_of(texts[1])};
      drawn.clear();
      for (int i = 0; i < 2; ++i) {
        const auto second = next_letter(logits, vocabulary, prompt, texts[i]);
        for (int c = 0; c < kLetters; ++c) {
          drawn[texts[i] + static_cast<char>('a' + c)] += odds[i] / (odds[0] + odds[1]) * second[static_cast<std::size_t>(c)];
        }
      }
      for (const auto& [x, px] : drawn) {
        for (const auto& [y, py] : drawn) winner[score_of(x) >= score_of(y) ? x : y] += pair * px * py;
      }
    }
  }
  return winner;
}

TEST(Particle, TheWinnerHasItsExactDistribution) {
  auto model = letter_model(8, 2.0F);
  const auto noise = hashed_logits(8, 2.0F);
  const auto exact = exact_winner(*model, noise);
  double total = 0.0;
  for (const auto& [text, probability] : exact) total += probability;
  ASSERT_NEAR(total, 1.0, 1e-9);

  auto engine = make_engine(model);
  script_scores(*engine, [](const Candidate& candidate) { return score_of(std::string(candidate.text)); });
  auto request = letter_request("particle", {{"particles", "2"}});
  request.max_tokens = kParticleDepth;
  constexpr int kRuns = 3000;
  std::map<std::string, double> counts;
  for (request.seed = 0; request.seed < kRuns; ++request.seed) ++counts[engine->solve(request)->answer.trace];
  double chi_square = 0.0;
  for (const auto& [text, probability] : exact) {
    const double expected = kRuns * probability;
    chi_square += (counts[text] - expected) * (counts[text] - expected) / expected;
  }
  EXPECT_EQ(counts.size(), exact.size());
  EXPECT_LT(chi_square, 26.1) << "8 degrees of freedom: passed by 99.9 % of right ones";
}

TEST(Particle, OneIsASingleTrace) {
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.sampling.temperature = 1.0;
  request.max_tokens = 60;
  auto engine = make_engine(scattering());
  request.strategy = {"single", {}};
  const auto single = engine->solve(request);
  request.strategy = {"particle", {{"particles", "1"}, {"step", "tokens"}, {"step_tokens", "7"}}};
  EXPECT_EQ(engine->solve(request)->answer.trace, single->answer.trace);
}

TEST(Particle, OneDominantScoreTakesAllParticles) {
  for (const char* scheme : {"multinomial", "systematic"}) {
    auto engine = make_engine(letter_model(8, 1.0F));
    script_scores(*engine, [](const Candidate& candidate) { return candidate.text.starts_with("b") ? 1.0 : 0.0; });
    const auto result =
        engine->solve(letter_request("particle", {{"particles", "12"}, {"resampling", scheme}, {"select", "vote"}}));
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->answer.traces, 12);
    for (const auto& share : result->answer.shares) EXPECT_TRUE(share.answer.starts_with("b")) << share.answer;
  }
}

// Short replies end in the first round; good ones multiply among the particles, bad ones give way.
TEST(Particle, ThoseThatEndedCompeteWithTheOthers) {
  const std::vector<FakeReply> replies{{0.5, "It is 42"}, {0.5, "Let me see how it goes. The answer is 41"}};
  for (const double short_score : {0.999999, 0.000001}) {
    auto engine = make_engine(replying(replies));
    script_scores(*engine, [=](const Candidate& candidate) { return candidate.text.starts_with("It") ? short_score : 0.5; });
    auto request = letter_request("particle", {{"particles", "16"}, {"step_tokens", "10"}, {"select", "vote"}});
    request.task.answer_style = {};
    request.max_tokens = 80;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->answer.traces, 16);
    ASSERT_EQ(result->answer.shares.size(), 1u);
    EXPECT_EQ(result->answer.shares[0].answer, short_score > 0.5 ? "42" : "41");
  }
}

// The distribution that the scores ask for: of a uniform model, the product of the odds on the way.
std::map<std::string, double> target_distribution() {
  std::map<std::string, double> target;
  double total = 0.0;
  for (const auto& leaf : all_leaves(kParticleDepth)) total += target[leaf] = odds_of(leaf.substr(0, 1)) * odds_of(leaf);
  for (auto& [leaf, probability] : target) probability /= total;
  return target;
}

// Chi-square of what is drawn in `runs` runs against the target, 8 degrees of freedom.
double distance_from_target(int particles, int iterations, int runs) {
  auto engine = make_engine(letter_model(1, 0.0F));
  script_scores(*engine, [](const Candidate& candidate) { return score_of(std::string(candidate.text)); });
  auto request = letter_request("particle", {{"particles", std::to_string(particles)},
                                             {"iterations", std::to_string(iterations)},
                                             {"final", "draw"}});
  request.max_tokens = kParticleDepth;
  std::map<std::string, int> counts;
  for (int run = 0; run < runs; ++run) {
    request.seed = static_cast<std::uint64_t>(run);
    ++counts[engine->solve(request)->answer.trace];
  }
  double chi_square = 0.0;
  for (const auto& [leaf, probability] : target_distribution()) {
    const double expected = probability * runs;
    chi_square += (counts[leaf] - expected) * (counts[leaf] - expected) / expected;
  }
  return chi_square;
}

// One filter of two particles is biased; the sweeps of particle Gibbs take the bias away. The critical value of 8
// degrees of freedom at 0.999 is 26.12.
TEST(ParticleGibbs, DrawsFromTheExactDistribution) {
  constexpr int kRuns = 1500;
  EXPECT_GT(distance_from_target(2, 1, kRuns), 26.12);
  EXPECT_LT(distance_from_target(2, 12, kRuns), 26.12);
}

TEST(ParticleGibbs, CostsAsManyParticlesAsItSaysAndKeepsTheReference) {
  auto engine = make_engine(letter_model(1, 1.0F));
  script_scores(*engine, [](const Candidate& candidate) { return score_of(std::string(candidate.text)); });
  for (const int iterations : {1, 2, 5}) {
    const auto result = engine->solve(letter_request("particle", {{"particles", "4"}, {"iterations", std::to_string(iterations)}}));
    ASSERT_TRUE(result.ok());
    // The reference is not written anew.
    EXPECT_EQ(result->bill.generated(), kTreeDepth * (4 + (iterations - 1) * 3));
    EXPECT_EQ(result->answer.traces, 4);
    EXPECT_EQ(engine->scheduler().live_sequences(), 0);
  }
}

TEST(ParticleGibbs, WithOneParticleThereIsNothingToDrawAnew) {
  auto engine = make_engine(letter_model(1, 1.0F));
  script_scores(*engine, [](const Candidate&) { return 0.5; });
  const auto result = engine->solve(letter_request("particle", {{"particles", "1"}, {"iterations", "9"}}));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->bill.generated(), kTreeDepth);
}

TEST(ParticleGibbs, ABudgetLeavesTheLastWholeSweep) {
  auto engine = make_engine(letter_model(1, 1.0F));
  script_scores(*engine, [](const Candidate& candidate) { return score_of(std::string(candidate.text)); });
  auto request = letter_request("particle", {{"particles", "4"}, {"iterations", "9"}});
  request.caps.generated_tokens = kTreeDepth * 4 + 5;
  const auto cut = engine->solve(request);
  ASSERT_TRUE(cut.ok());
  request.caps = {};
  request.strategy.options["iterations"] = "1";
  EXPECT_EQ(cut->answer.trace, engine->solve(request)->answer.trace);
  EXPECT_EQ(cut->stop, StopReason::budget);
}

}  // namespace
}  // namespace reckon
