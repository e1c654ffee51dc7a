#include "search/questions.h"

#include <algorithm>
#include <utility>

#include "search/ask.h"

namespace reckon {

std::vector<std::vector<Trace>> Questions::ask(std::vector<Question> questions) {
  std::vector<TraceRequest> requests;
  std::vector<std::size_t> asked;  // which question each request is of
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (context_.should_stop()) {
      complete_ = false;
      break;
    }
    Question& question = questions[i];
    question.chat.index = next_index();
    auto opened = context_.open_chat(question.chat);
    if (!opened.ok()) {
      if (!std::exchange(warned_, true)) context_.warn("a question to the model was left out: " + opened.status().to_string());
      continue;
    }
    opened->parent = question.about;
    opened->stop_strings = question.stop_strings;
    if (question.record) opened->record = *question.record;
    if (question.temperature) opened->sampling.temperature = *question.temperature;
    const int replies = opened->sampling.temperature > 0.0 ? question.replies : std::min(question.replies, 1);
    for (int reply = 0; reply < replies; ++reply) {
      TraceRequest request;
      request.branch = opened->branch.fork(static_cast<std::uint64_t>(reply));
      request.parent = opened->parent;
      request.sampling = opened->sampling;
      request.max_tokens = opened->max_tokens;
      request.stop_strings = opened->stop_strings;
      request.record = opened->record;
      request.reference = opened->reference;
      request.conversation = opened->conversation;
      requests.push_back(std::move(request));
      asked.push_back(i);
    }
  }
  std::vector<std::vector<Trace>> replies(questions.size());
  if (requests.empty()) return replies;
  auto traces = run_in_order(context_, questions.front().chat.role, std::move(requests));
  for (std::size_t i = 0; i < traces.size(); ++i) {
    if (was_told_to_stop(traces[i].finish)) complete_ = false;
    if (traces[i].finish == FinishReason::failed) {
      if (!std::exchange(warned_, true)) context_.warn("a reply of the model was lost: " + traces[i].error.to_string());
      continue;
    }
    replies[asked[i]].push_back(std::move(traces[i]));
  }
  return replies;
}

std::vector<std::string> Questions::ask_texts(std::vector<Question> questions) {
  std::vector<std::string> texts;
  for (const auto& replies : ask(std::move(questions))) {
    texts.push_back(replies.empty() ? std::string() : replies.front().text);
  }
  return texts;
}

}  // namespace reckon
