// A chat model behind an OpenAI-compatible server (llama-server, vLLM, SGLang): POST /chat/completions.
//
// Sent: model, messages, max_tokens, temperature, top_p, top_k and min_p where they are set, seed, stop, no thinking
// (chat_template_kwargs), and for first tokens logprobs and top_logprobs. A beginning of the reply goes as a last message of
// the assistant's, with continue_final_message as vLLM and SGLang want it (llama-server continues such a message anyway).
// A reward is asked for as vLLM's pooling models are (POST /pooling beside /v1: messages, task classify, no activation) and
// must be one number.
// Services that refuse fields outside OpenAI's own will not do. The number of tokens is the server's (`usage`); a reply
// without it is an error. A busy server (429, 503) is asked again, a few times. The key in the environment's
// RECKON_ENDPOINT_KEY, where there is one, is sent as the bearer token, but only over https or to this machine. Redirects
// are not followed.
//
// Threading: thread-safe; each request has a connection of its own.
#pragma once

#include <memory>
#include <string>

#include "model/chat_endpoint.h"

namespace reckon::remote {

// "http://HOST:PORT/v1" or "https://...", then "#MODEL" for one of several models.
bool is_endpoint(const std::string& text);

struct OpenAiSettings {
  int parallel = 4;                  // requests at once, at least 1
  double busy_wait_seconds = 0.5;    // before a busy server is asked again; doubles
  long connect_timeout_seconds = 10;
  long list_timeout_seconds = 20;    // for the list of models
};

// Asks the server which models it has: the first one, unless the text names one. Errors: invalid_argument for a text that is
// no endpoint; io when nobody answers; not_found when the server lacks the model.
Result<std::shared_ptr<const ChatEndpoint>> open_endpoint(const std::string& text, const OpenAiSettings& settings = {});

}  // namespace reckon::remote
