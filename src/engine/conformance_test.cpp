// The conformance suite: every registered strategy, and every registered controller with it, keeps the
// engine's promises. A strategy folder that is dropped in is tested here without touching this file.
#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

#include "engine/test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

constexpr const char* kAll = "all_controllers";

struct Case {
  std::string strategy;
  std::string controller;  // empty: none; kAll: every one together
  bool short_steps = false;  // strategies over steps: as they are, and with steps of four tokens
  std::string name() const {
    return strategy + (short_steps ? "_in_short_steps" : "") + (controller.empty() ? "" : "_with_" + controller);
  }
};
void PrintTo(const Case& test, std::ostream* out) { *out << test.name(); }

std::vector<Case> all_cases() {
  Registry registry;
  register_all_plugins(registry);
  std::vector<Case> cases;
  for (const auto& [strategy, entry] : registry.strategies.entries()) {
    const bool has_steps = entry.spec.find("step") != nullptr;
    for (int short_steps = 0; short_steps <= (has_steps ? 1 : 0); ++short_steps) {
      cases.push_back({strategy, "", short_steps > 0});
      for (const auto& [controller, other] : registry.controllers.entries()) {
        cases.push_back({strategy, controller, short_steps > 0});
      }
      cases.push_back({strategy, kAll, short_steps > 0});
    }
  }
  return cases;
}

SolveRequest request_of(const Case& test) {
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = {test.strategy, {}};
  if (test.short_steps) request.strategy.options = {{"step", "tokens"}, {"step_tokens", "4"}};
  if (test.controller == kAll) {
    Registry registry;
    register_all_plugins(registry);
    for (const auto& [controller, entry] : registry.controllers.entries()) request.controllers.push_back({controller, {}});
  } else if (!test.controller.empty()) {
    request.controllers = {{test.controller, {}}};
  }
  request.sampling.temperature = 1.0;
  request.max_tokens = 60;
  request.seed = 3;
  return request;
}

// What must not depend on timing. The bill may, for strategies that cancel: how far a trace got before
// it was told to stop is a matter of when it was told.
std::string fingerprint(const SolveResult& result) {
  std::string text = result.answer.text + "|" + result.answer.trace + "|";
  for (const auto& share : result.answer.shares) text += share.answer + ":" + std::to_string(share.traces) + ";";
  return text;
}

class Conformance : public ::testing::TestWithParam<Case> {
 protected:
  // Strategies that run programs refuse to where nothing can hold these.
  void SetUp() override {
    const Status status = make_engine(six_times_seven())->check(request_of(GetParam()));
    if (!status.ok() && status.kind() == ErrorKind::unsupported) GTEST_SKIP() << status.to_string();
  }
};

TEST_P(Conformance, AnswersWithAnHonestBillAndLeaksNothing) {
  auto model = six_times_seven();
  auto engine = make_engine(model);
  const auto result = engine->solve(request_of(GetParam()));
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_FALSE(result->answer.text.empty());
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
  EXPECT_GE(result->answer.agreement, 0.0);
  EXPECT_LE(result->answer.agreement, 1.0);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
}

// In deterministic mode: otherwise a strategy that cancels is done earlier or later, as it happens to see
// its traces end, and what it would have wanted is not known.
TEST_P(Conformance, TokenCapsHoldToTheToken) {
  const EngineOptions options{.slots = 8, .threads = 2, .deterministic = true};
  const auto unlimited = make_engine(six_times_seven(), options)->solve(request_of(GetParam()));
  ASSERT_TRUE(unlimited.ok());
  const std::int64_t wanted = unlimited->bill.generated();
  for (std::int64_t cap : {std::int64_t{1}, std::int64_t{7}, wanted / 2, wanted - 1}) {
    auto model = six_times_seven();
    auto engine = make_engine(model, options);
    auto request = request_of(GetParam());
    request.caps.generated_tokens = cap;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_LE(result->bill.generated(), cap);
    if (unlimited->bill.cancelled == 0) {
      EXPECT_EQ(result->bill.generated(), cap);
      EXPECT_EQ(result->stop, StopReason::budget);
    }
    EXPECT_EQ(result->bill.computed(), model->probe().computed);
    EXPECT_EQ(engine->scheduler().live_sequences(), 0);
  }
  if (unlimited->bill.cancelled > 0) return;
  auto request = request_of(GetParam());
  request.caps.generated_tokens = wanted;
  const auto exact = make_engine(six_times_seven(), options)->solve(request);
  ASSERT_TRUE(exact.ok());
  EXPECT_EQ(fingerprint(*exact), fingerprint(*unlimited)) << "a cap that is just enough changes nothing";
}

TEST_P(Conformance, SameSeedSameAnswer) {
  std::string first;
  for (int threads : {1, 3}) {
    for (int slots : {1, 3, 16}) {
      auto engine = make_engine(six_times_seven(), {.slots = slots, .threads = threads});
      const auto result = engine->solve(request_of(GetParam()));
      ASSERT_TRUE(result.ok()) << result.status().to_string();
      if (first.empty()) first = fingerprint(*result);
      EXPECT_EQ(fingerprint(*result), first) << threads << " threads, " << slots << " slots";
    }
  }
}

// In deterministic mode the strategy and the decode thread take turns, so the bill is the same too.
TEST_P(Conformance, DeterministicModeRepeatsTheBill) {
  std::string first;
  for (int threads : {1, 3, 1}) {
    auto engine = make_engine(six_times_seven(), {.slots = 4, .threads = threads, .deterministic = true});
    const auto result = engine->solve(request_of(GetParam()));
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    const Bill& bill = result->bill;
    const std::string now = fingerprint(*result) + std::to_string(bill.tokens.sampled) + "+" + std::to_string(bill.cancelled) +
                            "=" + std::to_string(bill.computed());
    if (first.empty()) first = now;
    EXPECT_EQ(now, first);
  }
}

TEST_P(Conformance, EvictionChangesNothing) {
  // So few cells that branches must give way to each other: hardly more than the longest needs, and a reply
  // of full length after it. The same context for both, because a strategy may fit its questions to that.
  const auto scout = scattering();
  ASSERT_TRUE(make_engine(scout)->solve(request_of(GetParam())).ok());
  const int longest = static_cast<int>(scout->probe().longest) + request_of(GetParam()).max_tokens;
  const auto roomy = make_engine(scattering(), {.slots = 8, .context = longest, .threads = 2})->solve(request_of(GetParam()));
  auto model = scattering();
  auto engine = make_engine(model, {.slots = 8, .cells = longest + 40, .context = longest, .threads = 2});
  const auto tight = engine->solve(request_of(GetParam()));
  ASSERT_TRUE(roomy.ok() && tight.ok());
  EXPECT_EQ(fingerprint(*tight), fingerprint(*roomy));
  EXPECT_EQ(tight->bill.computed(), model->probe().computed);
}

TEST_P(Conformance, CancelsPromptlyWithTheBestSoFar) {
  auto model = six_times_seven();
  std::atomic<bool> cancelled{false};
  model->probe().on_decode = [&](std::int64_t call) { cancelled = call >= 6; };
  auto engine = make_engine(model);
  auto request = request_of(GetParam());
  request.cancelled = &cancelled;
  const auto result = engine->solve(request);
  EXPECT_LE(model->probe().decodes, 9) << "it went on after the cancellation";
  if (result.ok()) {
    EXPECT_EQ(result->stop, StopReason::cancelled);
    EXPECT_EQ(result->bill.computed(), model->probe().computed);
  } else {
    EXPECT_EQ(result.status().kind(), ErrorKind::cancelled);
  }
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
}

TEST_P(Conformance, ADeadlineIsANormalEnd) {
  for (const int milliseconds : {0, 15}) {
    auto model = six_times_seven();
    model->probe().delay_microseconds = 2000;
    auto engine = make_engine(model);
    auto request = request_of(GetParam());
    request.caps.milliseconds = milliseconds;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(result->stop, StopReason::deadline);
    if (milliseconds == 0) {
      EXPECT_EQ(model->probe().computed, 0);
    }
  }
}

class FailingScorer final : public Scorer {
 public:
  Result<std::vector<Score>> score(std::span<const Candidate>) override { return model_failure("injected"); }
};

TEST_P(Conformance, SurvivesAFailingScorer) {
  auto engine = make_engine(six_times_seven());
  engine->mutable_registry().scorers.add<FailingScorer>({.name = "failing", .summary = "always fails"});
  auto request = request_of(GetParam());
  request.scorer = {"failing", {}};
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_FALSE(result->answer.text.empty());
}

// Long enough for the loop guard to look, on a model that says the same again and again.
class LoopConformance : public Conformance {};  // with the loop guard

TEST_P(LoopConformance, ALoopEndsWithAnHonestBill) {
  auto request = request_of(GetParam());
  const auto guard = std::ranges::find(request.controllers, "loop_guard", &PluginChoice::name);
  ASSERT_NE(guard, request.controllers.end());
  guard->options = {{"start", "32"}, {"every", "4"}};
  request.max_tokens = 200;
  auto vocabulary = FakeVocabulary::english();
  const Tokens cycle = vocabulary.tokenize("abcd", ControlTokens::as_text);
  auto model = std::make_shared<FakeModel>(std::move(vocabulary), [cycle](std::span<const TokenId> prefix, std::span<float> logits) {
    std::ranges::fill(logits, -30.0F);
    logits[static_cast<std::size_t>(cycle[prefix.size() % cycle.size()])] = 30.0F;
  });
  auto engine = make_engine(model);
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
}

class ScorerConformance : public Conformance {};  // without controllers, whom scores do not concern

class NonsenseScorer final : public Scorer {
 public:
  explicit NonsenseScorer(std::vector<double> values) : values_(std::move(values)) {}
  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Score> scores;
    for (std::size_t i = 0; i < candidates.size(); ++i) scores.push_back({.value = values_[next_++ % values_.size()], .calibrated = next_ % 2 == 0});
    return scores;
  }

 private:
  std::vector<double> values_;
  std::size_t next_ = 0;
};

TEST_P(ScorerConformance, SurvivesScoresThatSayNothing) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  for (const std::vector<double>& values : std::vector<std::vector<double>>{
           {kNone}, {kInfinite}, {-kInfinite}, {0.5}, {-1e308, 1e308}, {kNone, 0.5, -kInfinite, 1.0, kInfinite, -3.0}}) {
    auto engine = make_engine(six_times_seven());
    engine->mutable_registry().scorers.add({.name = "nonsense", .summary = "says nothing"}, [&](const Options&) -> Result<std::unique_ptr<Scorer>> {
      return std::unique_ptr<Scorer>(std::make_unique<NonsenseScorer>(values));
    });
    auto request = request_of(GetParam());
    request.scorer = {"nonsense", {}};
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_FALSE(result->answer.text.empty()) << values.front();
    EXPECT_EQ(engine->scheduler().live_sequences(), 0);
  }
}

TEST_P(ScorerConformance, ASlowScorerDoesNotOutliveTheDeadline) {
  struct Slow final : Scorer {
    int& calls;
    explicit Slow(int& count) : calls(count) {}
    Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
      ++calls;
      std::this_thread::sleep_for(std::chrono::milliseconds(40));
      return std::vector<Score>(candidates.size(), {.value = 0.5});
    }
  };
  int calls = 0;
  auto engine = make_engine(six_times_seven());
  engine->mutable_registry().scorers.add({.name = "slow", .summary = "is slow"}, [&](const Options&) -> Result<std::unique_ptr<Scorer>> {
    return std::unique_ptr<Scorer>(std::make_unique<Slow>(calls));
  });
  auto request = request_of(GetParam());
  request.scorer = {"slow", {}};
  request.caps.milliseconds = 20;
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_LE(calls, 1) << "nothing is scored after the deadline";
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
}

TEST_P(Conformance, AFailingBackendIsOneErrorAndNoLeak) {
  for (std::int64_t call : {1, 2, 5}) {
    auto model = six_times_seven();
    model->probe().fail_on_decode = call;
    auto engine = make_engine(model);
    const auto result = engine->solve(request_of(GetParam()));
    if (!result.ok()) {
      EXPECT_EQ(result.status().kind(), ErrorKind::model_failure);
    }
    EXPECT_EQ(engine->scheduler().live_sequences(), 0);
    EXPECT_TRUE(engine->solve(request_of(GetParam())).ok());
  }
}

TEST_P(Conformance, EventsAreWellNested) {
  RecordingSink sink;
  auto engine = make_engine(six_times_seven());
  auto request = request_of(GetParam());
  request.sink = &sink;
  ASSERT_TRUE(engine->solve(request).ok());
  const auto events = sink.events();
  ASSERT_GE(events.size(), 2u);
  EXPECT_EQ(events.front().kind, EventKind::run_started);
  EXPECT_EQ(events.back().kind, EventKind::run_finished);
  std::map<std::uint64_t, int> open;
  for (const auto& event : events) {
    if (event.kind == EventKind::branch_opened) {
      EXPECT_EQ(open[event.trace]++, 0) << "opened twice";
    } else if (event.kind == EventKind::trace_finished) {
      EXPECT_EQ(open[event.trace]--, 1) << "closed without being open";
    }
  }
  for (const auto& [trace, count] : open) EXPECT_EQ(count, 0) << "trace " << trace << " was never closed";
}

std::vector<Case> cases_with_the_loop_guard() {
  std::vector<Case> cases = all_cases();
  std::erase_if(cases, [](const Case& test) { return test.controller != "loop_guard" && test.controller != kAll; });
  return cases;
}

INSTANTIATE_TEST_SUITE_P(All, LoopConformance, ::testing::ValuesIn(cases_with_the_loop_guard()), [](const auto& info) { return info.param.name(); });

std::vector<Case> cases_without_controllers() {
  std::vector<Case> cases = all_cases();
  std::erase_if(cases, [](const Case& test) { return !test.controller.empty(); });
  return cases;
}

INSTANTIATE_TEST_SUITE_P(All, ScorerConformance, ::testing::ValuesIn(cases_without_controllers()), [](const auto& info) { return info.param.name(); });

INSTANTIATE_TEST_SUITE_P(All, Conformance, ::testing::ValuesIn(all_cases()), [](const auto& info) {
  return info.param.name();
});

}  // namespace
}  // namespace reckon
