#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

SolveResult solve(std::uint64_t table, const std::string& strategy, std::map<std::string, std::string> options,
                  const ScoreFunction& scores, float spread, EventSink* sink = nullptr) {
  auto engine = make_engine(letter_model(table, spread));
  script_scores(*engine, scores);
  auto request = letter_request(strategy, std::move(options));
  request.seed = table;
  request.sink = sink;
  const auto result = engine->solve(request);
  EXPECT_TRUE(result.ok()) << result.status().to_string();
  return *result;
}

std::vector<std::string> texts_of_events(const RecordingSink& sink) {
  std::vector<std::string> texts;
  for (const auto& event : sink.events()) {
    if (event.kind == EventKind::trace_finished) continue;  // in order of time
    texts.push_back(std::string(to_string(event.kind)) + " " + std::to_string(event.trace) + " " +
                    std::to_string(event.value) + " " + event.text);
  }
  return std::vector<std::string>(texts.begin() + 1, texts.end());  // not the strategy's name
}

TEST(Lookahead, OfNoStepsIsBeamSearch) {
  for (std::uint64_t table = 0; table < 5; ++table) {
    const auto scores = [=](const Candidate& candidate) { return hashed_value(table, candidate.text); };
    RecordingSink beam;
    RecordingSink ahead;
    const auto expected = solve(table, "beam", {{"beams", "8"}}, scores, 2.0F, &beam);
    const auto result = solve(table, "lookahead", {{"beams", "8"}, {"steps", "0"}}, scores, 2.0F, &ahead);
    EXPECT_EQ(result.answer.trace, expected.answer.trace);
    EXPECT_EQ(result.bill.generated(), expected.bill.generated());
    EXPECT_EQ(texts_of_events(ahead), texts_of_events(beam));
  }
}

// The model's choice is free at the first letter and as good as fixed after it: three texts can come. Scores
// before the end mislead; looking ahead to the end sees the right one.
TEST(Lookahead, ToTheEndFindsTheBestLeaf) {
  int misled = 0;
  for (std::uint64_t table = 0; table < 20; ++table) {
    const auto noise = hashed_logits(table, 1000.0F);
    const auto vocabulary = FakeVocabulary::letters(kLetters);
    const TokenId first = vocabulary.id("a");
    const TokenId assistant = vocabulary.id("<assistant>");
    const auto logits = [=](std::span<const TokenId> prefix, std::span<float> row) {
      noise(prefix, row);
      if (prefix.back() == assistant) std::ranges::fill(row, 0.0F);
      for (TokenId token = 0; token < first; ++token) row[static_cast<std::size_t>(token)] = -1e9F;
    };
    const auto scores = [=](const Candidate& candidate) {
      if (candidate.text.size() < kTreeDepth) return 1.0 - hashed_value(table, candidate.text.substr(0, 1));
      return hashed_value(table, candidate.text.substr(0, 1));
    };
    const char letters[] = {'a', 'b', 'c'};
    const char best = *std::ranges::max_element(letters, {}, [&](char c) { return hashed_value(table, std::string(1, c)); });
    for (const char* strategy : {"beam", "lookahead"}) {
      auto engine = make_engine(std::make_shared<FakeModel>(vocabulary, logits));
      script_scores(*engine, scores);
      const auto result = engine->solve(letter_request(strategy, {{"beams", "16"}, {"width", "8"}, {"select", "max"}}));
      ASSERT_TRUE(result.ok()) << result.status().to_string();
      const bool found = result->answer.trace[0] == best;
      if (strategy == std::string("beam")) {
        misled += found ? 0 : 1;
      } else {
        EXPECT_TRUE(found) << "table " << table;
      }
    }
  }
  EXPECT_GT(misled, 10) << "the test would show nothing";
}

TEST(Lookahead, CostsTheStepsThatItDropsAndKeepsNoneOfThem) {
  RecordingSink sink;
  const auto scores = [](const Candidate&) { return 0.5; };
  const auto beam = solve(2, "beam", {{"beams", "4"}, {"width", "2"}, {"select", "vote"}}, scores, 2.0F);
  // Four rounds of four steps; a step ahead for each, except in the last, where all have ended.
  const auto one = solve(2, "lookahead", {{"beams", "4"}, {"width", "2"}, {"select", "vote"}, {"steps", "1"}}, scores,
                         2.0F, &sink);
  EXPECT_EQ(one.bill.generated(), 16 + 12);
  const auto three =
      solve(2, "lookahead", {{"beams", "4"}, {"width", "2"}, {"select", "vote"}, {"steps", "3"}}, scores, 2.0F);
  EXPECT_EQ(three.bill.generated(), 16 + 4 * (3 + 2 + 1));
  // With equal scores the same paths are kept: what was looked at left no trace.
  ASSERT_EQ(one.answer.shares.size(), beam.answer.shares.size());
  for (std::size_t i = 0; i < beam.answer.shares.size(); ++i) {
    EXPECT_EQ(one.answer.shares[i].answer, beam.answer.shares[i].answer);
    EXPECT_EQ(three.answer.shares[i].answer, beam.answer.shares[i].answer);
  }
}

}  // namespace
}  // namespace reckon
