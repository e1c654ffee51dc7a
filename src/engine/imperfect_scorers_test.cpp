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

double share_right(const ScriptedTrial& trial, const std::string& strategy, const std::map<std::string, std::string>& options) {
  int right = 0;
  for (int seed = 0; seed < trial.seeds; ++seed) {
    auto engine = make_engine(replying({{0.6, "Six times seven.\nThat is 42.\nThe answer is 42"}, {0.4, trial.wrong}}));
    script_scores(*engine, trial.scores);
    auto request = scripted_request(strategy, options);
    request.seed = static_cast<std::uint64_t>(seed);
    const auto result = engine->solve(request);
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    right += result.ok() && result->answer.text == "42" ? 1 : 0;
  }
  return static_cast<double>(right) / trial.seeds;
}

TEST(ImperfectScorers, AConstantOneMakesSearchPlainSampling) {
  const ScriptedTrial trial{"I guess.\nThat is 41.\nThe answer is 41", [](const Candidate&) { return 0.5; }, 200};
  for (const char* strategy : {"beam", "dvts"}) {
    // Three standard deviations of 200 draws.
    EXPECT_NEAR(share_right(trial, strategy, {{"beams", "4"}, {"select", "max"}}), 0.6, 0.104) << strategy;
  }
}

TEST(ImperfectScorers, AnAdversaryGainsByMoreSearchAndAVoteDoesNotCare) {
  const ScriptedTrial trial{"The answer is 41", [](const Candidate& candidate) { return 1.0 / (1.0 + static_cast<double>(candidate.text.size())); }};
  const auto beam = [&](const char* beams) { return share_right(trial, "beam", {{"beams", beams}, {"width", "1"}, {"select", "max"}}); };
  EXPECT_GT(beam("1"), 0.4);
  EXPECT_LT(beam("16"), 0.05);
  EXPECT_GT(share_right(trial, "best_of_n", {{"samples", "16"}, {"select", "vote"}}), 0.75);
}

}  // namespace
}  // namespace reckon
