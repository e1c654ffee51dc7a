// What tests of the thinking section share: a scripted model that thinks, and runs of one trace.
#pragma once

#include <algorithm>

#include "engine/test_support.h"

namespace reckon::testing_support {

// Thinks for `steps` tokens of `thought` in turn, counted anew after each "Wait"; then writes `end` (nothing:
// ends its turn), then `reply`. Never ends its thinking when steps < 0. What it says is a function of
// the tokens so far, so that one that is withheld, injected or forced shows.
struct Thinker {
  int steps = 10;
  std::string end = "</think>";
  std::string reply = "The answer is 42";
  std::string thought = "abcdefg";
};

inline LogitFunction thinking_logits(const FakeVocabulary& vocabulary, const Thinker& thinker) {
  const Tokens end = vocabulary.tokenize(thinker.end, ControlTokens::parse);
  const Tokens thought = vocabulary.tokenize(thinker.thought, ControlTokens::as_text);
  Tokens reply = vocabulary.tokenize(thinker.reply, ControlTokens::parse);
  reply.push_back(vocabulary.eos());
  const TokenId wait = vocabulary.id("Wait");
  const TokenId assistant = vocabulary.id("<assistant>");
  const TokenId eos = vocabulary.eos();
  const TokenId close = vocabulary.id("</think>");
  const int steps = thinker.steps;
  return [=](std::span<const TokenId> prefix, std::span<float> logits) {
    std::size_t count = 0, ended = 0, said = 0;
    bool answering = false;
    for (auto at = std::find(prefix.rbegin(), prefix.rend(), assistant).base(); at != prefix.end(); ++at) {
      if (answering) {
        if (*at == reply[said]) ++said;
        continue;
      }
      const bool done = steps >= 0 && count >= static_cast<std::size_t>(steps);
      ended = done && ended < end.size() && *at == end[ended] ? ended + 1 : 0;
      answering = (!end.empty() && ended == end.size()) || *at == close;
      if (*at == wait) count = 0;
      else if (std::ranges::find(thought, *at) != thought.end()) ++count;
    }
    TokenId next = answering ? reply[std::min(said, reply.size() - 1)] : thought[count % thought.size()];
    if (!answering && ended > 0) next = end[ended];
    else if (!answering && steps >= 0 && count >= static_cast<std::size_t>(steps)) next = end.empty() ? eos : end[0];
    std::ranges::fill(logits, -30.0F);
    logits[static_cast<std::size_t>(next)] = 30.0F;
  };
}

struct OneTrace {
  SolveResult result;
  std::string streamed;  // what a listener saw of the tokens, concatenated
  std::int64_t computed = 0;
  const ThinkReport& think() const { return *result.answer.think; }
  std::string text() const { return result.answer.trace; }
};

// One greedy trace with think_budget.
inline OneTrace think_once(std::shared_ptr<FakeModel> model, std::map<std::string, std::string> options, SolveRequest request = {}) {
  RecordingSink sink(true);
  auto engine = make_engine(model);
  if (request.task.question.empty()) request.task.question = "What is six times seven?";
  request.strategy = {"single", {}};
  if (request.prompt.name == "cot") request.prompt = {"direct", {}};
  request.controllers.push_back({"think_budget", std::move(options)});
  request.sampling.temperature = 0.0;
  request.sink = &sink;
  auto result = engine->solve(request);
  EXPECT_TRUE(result.ok()) << result.status().to_string();
  OneTrace run;
  if (result.ok()) run.result = std::move(result).value();
  if (!run.result.answer.think) run.result.answer.think.emplace();
  for (const auto& event : sink.events()) {
    if (event.kind == EventKind::tokens) run.streamed += event.text;
  }
  run.computed = model->probe().computed;
  return run;
}

inline OneTrace think_once(const Thinker& thinker, std::map<std::string, std::string> options, SolveRequest request = {}) {
  auto vocabulary = FakeVocabulary::english();
  auto logits = thinking_logits(vocabulary, thinker);
  return think_once(std::make_shared<FakeModel>(std::move(vocabulary), std::move(logits)), std::move(options), std::move(request));
}

}  // namespace reckon::testing_support
