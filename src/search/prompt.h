// Prompts: how a task becomes messages, and how the answer is asked for.
//
// A prompt is plain data: messages for the chat template, text that the assistant's turn starts with
// (a prefill, part of the prompt), where to stop, and optionally a second stage that asks for the
// final answer after the reasoning (zero-shot chain of thought's two-stage form). A prompt whose answer does not
// stand in the reply brings the function that finds it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/spec.h"
#include "model/language_model.h"
#include "search/task.h"

namespace reckon {

// After the reasoning ends (or reaches its cap), `trigger` is injected and the answer is decoded
// greedily.
struct AnswerStage {
  std::string trigger;
  int max_reasoning_tokens = 0;  // 0: whatever the request allows, less max_answer_tokens
  int max_answer_tokens = 32;
};

struct RenderedPrompt {
  std::vector<ChatMessage> messages;
  std::string prefill;
  std::vector<std::string> stop_strings;
  std::optional<AnswerStage> answer_stage;
  AnswerStyle answer_style;
  // How the answer is found in a reply, where it does not stand there: a program to be taken out, or to be run.
  // Empty: by the answer style. Called from the strategy's thread, more than once for a trace; pure, no answer is "".
  // An error says that it could not be read, which is not the reply's fault: the run goes on and warns.
  std::function<Result<std::string>(std::string_view reply)> read_answer;
};

class Prompt {
 public:
  virtual ~Prompt() = default;
  virtual Result<RenderedPrompt> render(const Task& task) const = 0;
};

}  // namespace reckon
