#include <cmath>
#include <set>

#include "base/test_support.h"
#include "base/text.h"
#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

constexpr const char* kLossSign = "compared, and one of them was chosen. The user's";
constexpr const char* kRevisionSign = "You judge a response to a query.";
constexpr const char* kGradientSign = "You give feedback that a text will be improved by.";
constexpr const char* kUpdateSign = "You improve responses by feedback";

const std::vector<FakeReply> kThreeDrafts{{0.4, "A. The answer is 1"}, {0.3, "B. The answer is 2"}, {0.3, "C. The answer is 3"}};

// An update template that begins no update for the model, so that these scripted ones may say what they like; it
// quotes the loss prompt, as the paper's does.
std::string plain_templates() {
  static const TemporaryFolder folder;
  folder.write("update.txt", "You improve responses by feedback. {loss_prompt} {chosen} {gradient}\n[assistant]\n<improved>\n");
  return folder.path().string();
}

// The gradient's and the update's prompts quote the loss prompt, so their signs go first.
std::shared_ptr<FakeModel> critic(const std::vector<FakeReply>& updates) {
  return staged(kThreeDrafts, {{kUpdateSign, updates}, {kGradientSign, {{1.0, "GRADIENT"}}}, {kLossSign, {{1.0, "LOSS"}}}, {kRevisionSign, {{1.0, "REVISE"}}}});
}

// After the prefill "<improved>".
FakeReply improved(double weight, const std::string& text) { return {weight, "<improved>" + text + "</improved>"}; }

SolveRequest tpo_request(std::map<std::string, std::string> options, EventSink* sink = nullptr) {
  options.try_emplace("templates", plain_templates());
  SolveRequest request = scripted_request("tpo", std::move(options));
  request.task.question = "What is it?";
  request.max_tokens = 120;
  request.seed = 2;
  request.sink = sink;
  return request;
}

ScoredRun solve(const std::shared_ptr<FakeModel>& model, std::map<std::string, std::string> options, const ScoreFunction& score) {
  ScoredRun run;
  RecordingSink sink;
  auto engine = make_engine(model, {.slots = 8, .threads = 2, .deterministic = true});
  script_scores(*engine, [&run, score](const Candidate& candidate) {
    run.scored.emplace_back(candidate.text);
    return score(candidate);
  });
  auto result = engine->solve(tpo_request(std::move(options), &sink));
  EXPECT_TRUE(result.ok()) << result.status().to_string();
  run.result = std::move(result).value();
  run.events = sink.events();
  EXPECT_EQ(run.result.bill.computed(), model->probe().computed);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
  return run;
}

TEST(Tpo, WithoutIterationsItIsBestOfN) {
  const auto of = [&](const PluginChoice& strategy) {
    auto engine = make_engine(critic({improved(1.0, "none")}));
    script_scores(*engine, by_answer);
    auto request = tpo_request({});
    request.strategy = strategy;
    return engine->solve(request).value();
  };
  const auto tpo = of({"tpo", {{"iterations", "0"}, {"samples", "6"}}});
  const auto best = of({"best_of_n", {{"select", "max"}, {"samples", "6"}}});
  EXPECT_EQ(tpo.answer.trace, best.answer.trace);
  EXPECT_EQ(tpo.answer.text, best.answer.text);
  EXPECT_EQ(tpo.bill.traces, 6);
}

TEST(Tpo, CountsGenerationsAndScorings) {
  // Half of the updates do not close the tag, or open it again.
  auto model = critic({improved(0.5, "The answer is 7"), {0.3, "<improved>The answer is 8"}, {0.2, "<improved>The <improved>answer is 9</improved>"}});
  const auto run = solve(model, {{"samples", "4"}, {"iterations", "3"}}, by_answer);
  EXPECT_EQ(run.result.bill.traces, 4 + 3 * (4 + 2));
  EXPECT_EQ(std::set<std::string>(run.scored.begin(), run.scored.end()).size(), run.scored.size()) << "nothing is scored twice";
  EXPECT_EQ(run.result.answer.text, "7") << "what is not between its tags never reaches the pool";
  EXPECT_EQ(run.result.bill.depth, 1 + 3 * 3);
  EXPECT_GT(run.result.bill.parse_failures, 1);
  EXPECT_EQ(static_cast<std::size_t>(run.result.bill.parse_failures) + run.result.answer.pool.size(), 4U + 3 * 4);
  ASSERT_EQ(run.result.answer.warnings.size(), 1u);
  EXPECT_NE(run.result.answer.warnings[0].find("updates were left out"), std::string::npos);
  EXPECT_EQ(run.notes("loss"), std::vector<std::string>(3, "LOSS"));
  EXPECT_EQ(run.notes("gradient"), std::vector<std::string>(3, "GRADIENT"));
  EXPECT_EQ(run.notes("update_prompt").size(), 3u);
}

// On request the end of the reply closes the tag, as a small model often leaves it to do; what was cut off is no response.
TEST(Tpo, AnUpdateThatIsNotClosedIsKeptOnRequest) {
  for (const bool cut : {false, true}) {
    for (const bool keep : {false, true}) {
      auto model = critic({{1.0, "<improved>The answer is 8" + (cut ? std::string(400, '.') : "")}});
      const auto run = solve(model, {{"samples", "2"}, {"iterations", "1"}, {"unclosed", keep ? "keep" : "drop"}}, by_answer);
      const bool kept = keep && !cut;
      EXPECT_EQ(run.result.answer.text == "8", kept);
      EXPECT_EQ(run.result.bill.parse_failures, kept ? 0 : 2);
      ASSERT_EQ(run.result.answer.warnings.size(), kept ? 0U : 1U);
      if (kept) continue;
      EXPECT_EQ(run.result.answer.warnings[0].find("unclosed=keep") != std::string::npos, !cut) << "it helps only there";
    }
  }
}

// An open question has no answer to extract: the text that seems to have one goes by its score as well.
TEST(Tpo, ResponsesWithoutAnAnswerAreRankedToo) {
  auto model = staged({{1.0, "A plain text."}}, {{kUpdateSign, {improved(1.0, "A longer and much better text.")}}, {kGradientSign, {{1.0, "GRADIENT"}}}, {kLossSign, {{1.0, "LOSS"}}}, {kRevisionSign, {{1.0, "REVISE"}}}});
  const auto run = solve(model, {{"samples", "2"}, {"iterations", "1"}}, [](const Candidate& candidate) { return 0.01 * static_cast<double>(candidate.text.size()); });
  EXPECT_EQ(run.result.answer.trace, "A longer and much better text.");
}

TEST(Tpo, AScorerThatFailsLaterLeavesTheBestSoFar) {
  class FailsAfterTheDrafts final : public Scorer {
   public:
    Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
      if (calls_++ > 0) return model_failure("no more");
      std::vector<Score> scores;
      for (const auto& candidate : candidates) scores.push_back({.value = by_answer(candidate)});
      return scores;
    }

   private:
    int calls_ = 0;
  };
  auto engine = make_engine(critic({improved(1.0, "The answer is 9")}));
  engine->mutable_registry().scorers.add({.name = "scripted", .summary = "fails"},
                                         [](const Options&) { return Result<std::unique_ptr<Scorer>>(std::make_unique<FailsAfterTheDrafts>()); });
  const auto result = engine->solve(tpo_request({{"samples", "6"}, {"iterations", "3"}}));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.text, "3");
  ASSERT_EQ(result->answer.warnings.size(), 1U);
  EXPECT_NE(result->answer.warnings[0].find("the best so far is the answer"), std::string::npos);
  EXPECT_EQ(result->bill.traces, 6 + 2 + 6) << "no further round";
}

TEST(Tpo, ChosenAndRejectedAreTheBestAndTheWorstOfAll) {
  auto model = critic({improved(0.4, "U. The answer is 4"), improved(0.3, "V. The answer is 9"), improved(0.3, "W. The answer is 0")});
  const auto run = solve(model, {{"samples", "3"}, {"iterations", "4"}}, by_answer);
  // From the events alone: the pool's best and worst at the time of each note.
  std::map<std::uint64_t, double> scores;
  double last_best = -1.0;
  int steps = 0;
  const auto less = [](const auto& a, const auto& b) { return a.second < b.second; };
  for (const auto& event : run.events) {
    if (event.kind == EventKind::step_scored) scores[event.trace] = event.value;
    if (event.kind != EventKind::note) continue;
    if (event.label == "chosen") {
      ++steps;
      EXPECT_EQ(scores.at(event.trace), std::ranges::max_element(scores, less)->second);
      EXPECT_GE(scores.at(event.trace), last_best);
      last_best = scores.at(event.trace);
    }
    if (event.label == "rejected") {
      EXPECT_EQ(scores.at(event.trace), std::ranges::min_element(scores, less)->second);
    }
  }
  EXPECT_EQ(steps, 4);
  EXPECT_EQ(run.result.answer.text, "9");
}

TEST(Tpo, ThePoolTellsScoresAndRounds) {
  auto model = critic({improved(1.0, "The answer is 9")});
  const auto run = solve(model, {{"samples", "2"}, {"iterations", "2"}}, by_answer);
  const auto& pool = run.result.answer.pool;
  ASSERT_EQ(pool.size(), 6u);
  for (std::size_t i = 0; i < pool.size(); ++i) {
    EXPECT_EQ(pool[i].round, static_cast<int>(i / 2));
    ASSERT_TRUE(pool[i].score.has_value());
    EXPECT_EQ(pool[i].score->value, by_answer({.answer = pool[i].answer}));
  }
}

TEST(Tpo, WhenEveryUpdateIsWorseADraftIsTheAnswer) {
  const auto run = solve(critic({improved(1.0, "The answer is 0")}), {{"samples", "6"}}, by_answer);
  EXPECT_EQ(run.result.answer.text, "3");
}

TEST(Tpo, TheRejectedTextIsInTheLossAndOnlyInModeTpo) {
  for (const bool revision : {false, true}) {
    const auto run = solve(critic({improved(1.0, "The answer is 5")}), {{"samples", "6"}, {"mode", revision ? "revision" : "tpo"}, {"iterations", "1"}}, by_answer);
    ASSERT_EQ(std::ranges::count(run.scored, "A. The answer is 1"), 1);
    ASSERT_EQ(run.notes("update_prompt").size(), 1u);
    EXPECT_EQ(run.notes("update_prompt")[0].find("A. The answer is 1") != std::string::npos, !revision);
    EXPECT_EQ(run.notes("loss")[0], revision ? "REVISE" : "LOSS");
    EXPECT_EQ(run.notes("rejected").size(), revision ? 0u : 1u);
  }
}

TEST(Tpo, OneTextIsNotContrastedWithItself) {
  const auto run = solve(critic({improved(1.0, "The answer is 5")}), {{"samples", "1"}, {"iterations", "1"}}, by_answer);
  EXPECT_EQ(run.notes("loss"), std::vector<std::string>{"REVISE"});
}

TEST(Tpo, RejectedLatestIsTheWorstOfTheNewest) {
  auto model = critic({improved(0.5, "U. The answer is 6"), improved(0.5, "V. The answer is 7")});
  const auto run = solve(model, {{"samples", "6"}, {"iterations", "2"}, {"rejected", "latest"}}, by_answer);
  EXPECT_EQ(run.notes("rejected"), (std::vector<std::string>{"A. The answer is 1", "U. The answer is 6"}));
}

TEST(Tpo, TheScorerSeesResponsesOnly) {
  const auto run = solve(critic({improved(1.0, "The answer is 5")}), {{"samples", "16"}}, by_answer);
  const std::set<std::string> seen(run.scored.begin(), run.scored.end());
  EXPECT_EQ(seen, (std::set<std::string>{"A. The answer is 1", "B. The answer is 2", "C. The answer is 3", "The answer is 5"}));
}

TEST(Tpo, OnlyTheOrderOfTheScoresMatters) {
  auto model = [] { return critic({improved(0.5, "U. The answer is 6"), improved(0.5, "V. The answer is 0")}); };
  const auto plain = solve(model(), {{"samples", "4"}}, by_answer);
  const auto scaled = solve(model(), {{"samples", "4"}}, [](const Candidate& c) { return 5.0 * by_answer(c) - 40.0; });
  EXPECT_EQ(plain.notes("chosen"), scaled.notes("chosen"));
  EXPECT_EQ(plain.notes("rejected"), scaled.notes("rejected"));
  EXPECT_EQ(plain.result.answer.trace, scaled.result.answer.trace);
}

TEST(Tpo, AScoreThatIsNoNumberIsRefusedLoudly) {
  const auto run = solve(critic({improved(1.0, "The answer is 5")}), {{"samples", "6"}}, [](const Candidate& c) { return c.answer == "5" ? std::nan("") : by_answer(c); });
  EXPECT_EQ(run.result.answer.text, "3");
  ASSERT_EQ(run.result.answer.warnings.size(), 1u);
  EXPECT_NE(run.result.answer.warnings[0].find("no number"), std::string::npos);
}

TEST(Tpo, TemplatesCanBeReplacedOneByOne) {
  const TemporaryFolder folder;
  folder.write("update.txt", "You improve responses by feedback. MINE {chosen} / {gradient}\n[assistant]\n<improved>\n");
  const auto run = solve(critic({improved(1.0, "The answer is 5")}), {{"iterations", "1"}, {"templates", folder.path().string()}}, by_answer);
  ASSERT_EQ(run.notes("update_prompt").size(), 1u);
  EXPECT_EQ(run.notes("update_prompt")[0], "You improve responses by feedback. MINE " + run.notes("chosen")[0] + " / GRADIENT");
  EXPECT_EQ(run.result.answer.text, "5");
}

// With the built-in template: three words at most, of the first line, and not most of the response.
TEST(Tpo, AnUpdateBeginsAsTheResponseThatItImproves) {
  const std::pair<const char*, const char*> cases[] = {{"One two three four five six.", "\nOne two three"}, {"One  two\tthree four five six.", "\nOne  two\tthree"},
                                                       {"```python\nprint(3)\n```", "\n```python"}, {"Alone", "\n"}};
  for (const auto& [draft, begun] : cases) {
    auto model = staged({{1.0, draft}}, {{kUpdateSign, {improved(1.0, std::string(begun) + ", and so on, and a lot better.")}}, {kGradientSign, {{1.0, "GRADIENT"}}}, {kRevisionSign, {{1.0, "REVISE"}}}});
    const auto run = solve(model, {{"samples", "1"}, {"iterations", "1"}, {"templates", ""}}, [](const Candidate& candidate) { return candidate.text.ends_with("better.") ? 1.0 : 0.0; });
    EXPECT_EQ(run.result.answer.trace, std::string(trim(begun)) + ", and so on, and a lot better.");
  }
}

// It goes on behind the words that the update begins with: an update that says the same again is guessed without a fault.
TEST(Tpo, GuessesOfAnUpdateGoOnBehindItsBeginning) {
  const std::string draft = "a b c defghijklmnopqrstuvwxyz0123456789";  // no three letters twice
  auto engine = make_engine(staged({{1.0, draft}}, {{kUpdateSign, {improved(1.0, "\n" + draft)}}, {kGradientSign, {{1.0, "GRADIENT"}}}, {kRevisionSign, {{1.0, "REVISE"}}}}));
  script_scores(*engine, by_answer);
  const auto guessed = engine->solve(tpo_request({{"samples", "1"}, {"iterations", "1"}, {"templates", ""}}));
  ASSERT_TRUE(guessed.ok()) << guessed.status().to_string();
  EXPECT_EQ(guessed->bill.tokens.rejected, 0);
  EXPECT_EQ(guessed->answer.pool.size(), 2U);
}

}  // namespace
}  // namespace reckon
