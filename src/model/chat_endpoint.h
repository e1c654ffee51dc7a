// A chat model behind another engine: it takes conversations and gives texts, or as a reward model a number. It has no
// tokens, logits or KV cache of ours, so it can play a role that is asked in words (feedback, edit, judge, reward), and
// nothing else.
//
// Threading: complete() is const and thread-safe; it blocks for as long as the other engine takes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/language_model.h"

namespace reckon {

struct Conversation {
  std::vector<ChatMessage> messages;
  std::string prefill;  // what the reply begins with, not repeated in it
};

struct EndpointRequest {
  Conversation conversation;
  int max_tokens = 256;
  double temperature = 0.0;
  double top_p = 1.0;
  double min_p = 0.0;
  int top_k = 0;  // 0: all
  std::uint64_t seed = 0;
  std::vector<std::string> stop_strings;
  int first_tokens = 0;  // how many of the likeliest first tokens of the reply are wanted
  bool reward = false;   // no reply is wanted, but the reward of the conversation; only its messages count
};

struct EndpointReply {
  struct Token {
    std::string text;
    double logprob = 0.0;  // natural log, as the endpoint says: of its own distribution
  };
  std::string text;
  bool complete = true;  // the model was done, rather than cut off at max_tokens
  std::string stopped_by;  // the stop string that ended the reply, where the endpoint says; it is not in the text
  // As the endpoint counts, never negative. What it found in its cache is part of the prompt tokens.
  std::int64_t prompt_tokens = 0;
  std::int64_t cached_tokens = 0;
  std::int64_t generated_tokens = 0;
  std::vector<Token> first_tokens;  // likeliest first
  double reward = 0.0;              // finite
};

class ChatEndpoint {
 public:
  virtual ~ChatEndpoint() = default;
  virtual std::string name() const = 0;  // for messages: where it is
  virtual int parallel() const = 0;      // requests that may be under way at once
  // Asks `stopped` now and then, about once a second at least. Errors: cancelled when that says true; io when there is no
  // connection or no sensible reply; model_failure when the endpoint refuses; unsupported where
  // it has no single reward to give.
  virtual Result<EndpointReply> complete(const EndpointRequest& request, const std::function<bool()>& stopped) const = 0;
};

}  // namespace reckon
