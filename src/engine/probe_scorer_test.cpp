#include "scoring/probe.h"

#include "base/test_support.h"
#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

std::shared_ptr<FakeModel> with_states() {
  auto model = scattering();
  model->give_hidden_states(1, [](std::span<const TokenId> prefix, std::span<float> state) { state[0] = prefix.back() % 2 == 0 ? 1.0F : -1.0F; });
  return model;
}

// Says "right" of a step whose last token was sampled after an even token.
std::string even_probe(const TemporaryFolder& folder, const std::string& digest) {
  std::vector<ProbeExample> examples;
  for (int q = 0; q < 40; ++q) {
    for (const float sign : {1.0F, -1.0F}) examples.push_back({{sign, 0.0F, -1.0F, 1.0F}, sign > 0 ? 1.0 : 0.0, q});
  }
  const std::string path = folder.file("even_probe.json");
  EXPECT_TRUE(fit_probe(examples, digest, {.learning_rate = 0.05})->probe.save(path).ok());
  return path;
}

SolveRequest beam_request(const std::string& file) {
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = {"beam", {{"step", "tokens"}, {"step_tokens", "4"}, {"beams", "4"}}};
  request.scorer = {"probe", {{"file", file}}};
  request.sampling.temperature = 1.0;
  request.max_tokens = 16;
  return request;
}

TEST(ProbeScorer, ScoresStepsFromThePolicysOwnStates) {
  const TemporaryFolder folder;
  const std::string file = even_probe(folder, "fake");
  auto model = with_states();
  auto engine = make_engine(model);
  RecordingSink sink;
  auto request = beam_request(file);
  request.sink = &sink;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  const auto scored = events_of(sink, EventKind::step_scored);
  ASSERT_FALSE(scored.empty());
  for (const auto& event : scored) EXPECT_TRUE(event.value > 0.8 || event.value < 0.2) << event.value;
  EXPECT_EQ(result->bill.scored, 0) << "no model was asked";
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
}

TEST(ProbeScorer, RefusesAnotherModelAndAModelWithoutStates) {
  const TemporaryFolder folder;
  const std::string file = even_probe(folder, "another");
  const auto other = make_engine(with_states())->solve(beam_request(file));
  ASSERT_FALSE(other.ok());
  EXPECT_NE(other.status().message().find("another model"), std::string::npos) << other.status().to_string();
  const auto none = make_engine(scattering())->solve(beam_request(file));
  EXPECT_EQ(none.status().kind(), ErrorKind::unsupported);
  EXPECT_EQ(make_engine(with_states())->solve(beam_request("")).status().kind(), ErrorKind::not_found) << "none comes with reckon for this model";
}

}  // namespace
}  // namespace reckon
