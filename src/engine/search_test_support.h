// What tests of step searches share: scorers made of a function, strategies made of a function, and models
// over three letters whose trees can be enumerated.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "engine/test_support.h"

namespace reckon::testing_support {

using ScoreFunction = std::function<double(const Candidate&)>;

class ScriptedScorer final : public Scorer {
 public:
  ScriptedScorer(ScoreFunction function, bool calibrated) : function_(std::move(function)), calibrated_(calibrated) {}
  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Score> scores;
    for (const auto& candidate : candidates) scores.push_back({.value = function_(candidate), .calibrated = calibrated_});
    return scores;
  }

 private:
  ScoreFunction function_;
  bool calibrated_;
};

// The engine's scorer "scripted", with scores in [0, 1].
inline void script_scores(Engine& engine, ScoreFunction function, bool calibrated = true) {
  engine.mutable_registry().scorers.add({.name = "scripted", .summary = "a function"}, [=](const Options&) {
    return Result<std::unique_ptr<Scorer>>(std::make_unique<ScriptedScorer>(function, calibrated));
  });
}

// A score that follows the candidate's answer, a number.
inline double by_answer(const Candidate& candidate) { return std::stod("0" + std::string(candidate.answer)); }

// What a test of revisions looks at.
struct ScoredRun {
  SolveResult result;
  std::vector<Event> events;
  std::vector<std::string> scored;  // the texts that the scorer saw, in order

  int count(EventKind kind) const { return static_cast<int>(std::ranges::count(events, kind, &Event::kind)); }
  std::vector<std::string> notes(const std::string& label) const {
    std::vector<std::string> found;
    for (const auto& event : events) {
      if (event.kind == EventKind::note && event.label == label) found.push_back(event.text);
    }
    return found;
  }
};

using StrategyFunction = std::function<Result<Answer>(Context&)>;

class FunctionStrategy final : public Strategy {
 public:
  explicit FunctionStrategy(StrategyFunction function) : function_(std::move(function)) {}
  Result<Answer> run(Context& context, const Task&) override { return function_(context); }

 private:
  StrategyFunction function_;
};

// A scorer, "scripted" too, that knows nothing of its first candidates and then fails for good.
inline void fail_scores_after(Engine& engine, int calls) {
  struct FailsLater final : Scorer {
    int calls_left;
    explicit FailsLater(int calls) : calls_left(calls) {}
    Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
      if (calls_left-- <= 0) return model_failure("injected");
      return std::vector<Score>(candidates.size());
    }
  };
  engine.mutable_registry().scorers.add(
      {.name = "scripted", .summary = "fails"},
      [calls](const Options&) -> Result<std::unique_ptr<Scorer>> { return std::unique_ptr<Scorer>(std::make_unique<FailsLater>(calls)); });
}

// A run of a strategy with the scorer that script_scores() made, at temperature 1.
inline SolveRequest scripted_request(const std::string& strategy, std::map<std::string, std::string> options) {
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = {strategy, std::move(options)};
  request.scorer = {"scripted", {}};
  request.sampling.temperature = 1.0;
  request.max_tokens = 60;
  return request;
}

// Runs a function as the strategy of a request; unless the engine has them already, with equal scores.
inline Result<SolveResult> run_in(Engine& engine, SolveRequest request, const StrategyFunction& function) {
  engine.mutable_registry().strategies.add({.name = "function", .summary = "a function"}, [=](const Options&) {
    return Result<std::unique_ptr<Strategy>>(std::make_unique<FunctionStrategy>(function));
  });
  if (!engine.registry().scorers.find("scripted").ok()) script_scores(engine, [](const Candidate&) { return 0.5; });
  request.strategy = {"function", {}};
  return engine.solve(request);
}

inline constexpr int kLetters = 3;
inline constexpr int kTreeDepth = 4;

// Noise over three letters that never ends by itself: all 81 texts of four letters can come.
inline std::shared_ptr<FakeModel> letter_model(std::uint64_t seed, float spread) {
  auto vocabulary = FakeVocabulary::letters(kLetters);
  const auto noise = hashed_logits(seed, spread);
  const TokenId eos = vocabulary.eos();
  const TokenId first = vocabulary.id("a");
  return std::make_shared<FakeModel>(std::move(vocabulary), [=](std::span<const TokenId> prefix, std::span<float> row) {
    noise(prefix, row);
    for (TokenId token = 0; token < first; ++token) row[static_cast<std::size_t>(token)] = -1e9F;
    row[static_cast<std::size_t>(eos)] = -1e9F;
  });
}

// One letter a step, four steps.
inline SolveRequest letter_request(const std::string& strategy, std::map<std::string, std::string> options) {
  SolveRequest request;
  request.task.question = "abc";
  request.task.answer_style = AnswerStyle::free_text();
  options.insert({{"step", "tokens"}, {"step_tokens", "1"}});
  request.strategy = {strategy, std::move(options)};
  request.prompt = {"direct", {}};
  request.scorer = {"scripted", {}};
  request.sampling.temperature = 1.0;
  request.max_tokens = kTreeDepth;
  return request;
}

// A fixed number in [0, 1) for each text.
inline double hashed_value(std::uint64_t table, std::string_view text) {
  std::uint64_t state = mix64(table + 1);
  for (const char c : text) state = mix64(state ^ static_cast<std::uint64_t>(c));
  return static_cast<double>(state >> 11U) * 0x1.0p-53;
}

// All texts of `depth` letters, or those that begin with `prefix`.
inline std::vector<std::string> all_leaves(int depth = kTreeDepth, const std::string& prefix = "") {
  if (static_cast<int>(prefix.size()) == depth) return {prefix};
  std::vector<std::string> leaves;
  for (int letter = 0; letter < kLetters; ++letter) {
    const auto more = all_leaves(depth, prefix + static_cast<char>('a' + letter));
    leaves.insert(leaves.end(), more.begin(), more.end());
  }
  return leaves;
}

// The best leaf below a text: what a perfect scorer would say.
inline double best_below(std::uint64_t table, const std::string& text) {
  double best = 0.0;
  for (const auto& leaf : all_leaves(kTreeDepth, text)) best = std::max(best, hashed_value(table, leaf));
  return best;
}

// One kind of prompt of a method that asks several, and what the model says to it.
struct Stage {
  std::string sign;  // stands in prompts of this kind, and in others only of stages before it in the list
  std::vector<FakeReply> replies;
};

// Says a stage's replies where its sign is in the prompt, else drafts.
inline std::shared_ptr<FakeModel> staged(const std::vector<FakeReply>& drafts, const std::vector<Stage>& stages) {
  auto vocabulary = FakeVocabulary::english();
  std::vector<std::pair<Tokens, LogitFunction>> speakers;
  for (const auto& stage : stages) {
    speakers.emplace_back(vocabulary.tokenize(stage.sign, ControlTokens::as_text), weighted_replies(vocabulary, stage.replies, "lost"));
  }
  const auto otherwise = weighted_replies(vocabulary, drafts, "lost");
  auto logits = [=](std::span<const TokenId> prefix, std::span<float> row) {
    for (const auto& [sign, speaker] : speakers) {
      if (!std::ranges::search(prefix, sign).empty()) return speaker(prefix, row);
    }
    otherwise(prefix, row);
  };
  return std::make_shared<FakeModel>(std::move(vocabulary), std::move(logits));
}

inline std::vector<Event> events_of(const RecordingSink& sink, EventKind kind) {
  std::vector<Event> found;
  for (const auto& event : sink.events()) {
    if (event.kind == kind) found.push_back(event);
  }
  return found;
}

}  // namespace reckon::testing_support
