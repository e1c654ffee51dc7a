// What search does with scorers that know nothing, or the wrong thing (over-optimisation: Snell et al., 2408.03314,
// section 5.3): with an adversary more search is worse, and a vote is not touched.
#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

struct ScriptedTrial {
  std::string wrong;  // the model's other text; its right one has three steps and probability 0.6
  ScoreFunction scores;
  int seeds = 60;
};

struct Outcome {
  double share_right = 0.0;
  double mean_length = 0.0;  // of the answers' traces, in bytes
};

Outcome outcome_of(const ScriptedTrial& trial, const std::string& strategy, const std::map<std::string, std::string>& options) {
  int right = 0;
  std::size_t length = 0;
  for (int seed = 0; seed < trial.seeds; ++seed) {
    auto engine = make_engine(replying({{0.6, "Six times seven.\nThat is 42.\nThe answer is 42"}, {0.4, trial.wrong}}));
    script_scores(*engine, trial.scores);
    auto request = scripted_request(strategy, options);
    request.seed = static_cast<std::uint64_t>(seed);
    const auto result = engine->solve(request);
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    if (!result.ok()) continue;
    right += result->answer.text == "42" ? 1 : 0;
    length += result->answer.trace.size();
  }
  return {static_cast<double>(right) / trial.seeds, static_cast<double>(length) / trial.seeds};
}

TEST(ImperfectScorers, AConstantOneMakesSearchPlainSampling) {
  const ScriptedTrial trial{"I guess.\nThat is 41.\nThe answer is 41", [](const Candidate&) { return 0.5; }, 200};
  for (const char* strategy : {"beam", "dvts"}) {
    // Three standard deviations of 200 draws.
    EXPECT_NEAR(outcome_of(trial, strategy, {{"beams", "4"}, {"select", "max"}}).share_right, 0.6, 0.104) << strategy;
  }
}

TEST(ImperfectScorers, AnAdversaryGainsByMoreSearchAndAVoteDoesNotCare) {
  const ScriptedTrial trial{"The answer is 41", [](const Candidate& candidate) { return 1.0 / (1.0 + static_cast<double>(candidate.text.size())); }};
  const auto beam = [&](const char* beams, const char* width) {
    return outcome_of(trial, "beam", {{"beams", beams}, {"width", width}, {"select", "max"}}).share_right;
  };
  const double one = beam("1", "1");
  const double few = beam("4", "4");
  EXPECT_GT(one, 0.4);
  EXPECT_LT(few, 0.35);
  EXPECT_LT(beam("16", "4"), 0.05);
  EXPECT_GT(outcome_of(trial, "best_of_n", {{"samples", "16"}, {"select", "vote"}}).share_right, 0.75);
}

// 2502.06703, section 4: reward models that like long answers make searches write more.
TEST(ImperfectScorers, OneThatGoesByLengthMovesTheLengthOfAnswers) {
  const std::pair<const char*, std::map<std::string, std::string>> searches[] = {
      {"best_of_n", {{"samples", "4"}, {"select", "max"}}}, {"beam", {{"beams", "4"}, {"width", "2"}, {"select", "max"}}}};
  for (const auto& [strategy, options] : searches) {
    const auto mean_length = [&](double liking) {
      const auto score = [liking](const Candidate& candidate) { return liking * static_cast<double>(candidate.text.size()); };
      return outcome_of({"The answer is 41", score}, strategy, options).mean_length;
    };
    EXPECT_GT(mean_length(0.01), mean_length(-0.01) + 10.0) << strategy;
  }
}

}  // namespace
}  // namespace reckon
