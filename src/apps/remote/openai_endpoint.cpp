#include "apps/remote/openai_endpoint.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <semaphore>
#include <thread>

#include "apps/curl_handle.h"

namespace reckon::remote {
namespace {

using Json = nlohmann::json;
using Stopped = std::function<bool()>;

constexpr std::size_t kMostBytes = std::size_t{16} << 20;  // of a reply
constexpr int kTries = 4;

struct Exchange {
  const Stopped& stopped;
  std::string body;
  bool was_stopped = false;
  bool too_long = false;
};

// A server on this machine.
bool is_here(const std::string& url) {
  return std::ranges::any_of(std::array{"http://127.0.0.1", "http://localhost", "http://[::1]"}, [&url](std::string_view host) {
           return url.starts_with(host) && (url.size() == host.size() || url[host.size()] == ':' || url[host.size()] == '/');
         });
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.too_long = exchange.body.size() + size * count > kMostBytes;
  if (exchange.too_long) return 0;
  exchange.body.append(data, size * count);
  return size * count;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.was_stopped = exchange.stopped && exchange.stopped();
  return exchange.was_stopped ? 1 : 0;
}

struct HttpReply {
  long code = 0;
  std::string body;
};

// GET without a body, else POST.
Result<HttpReply> exchange_with(const std::string& url, const std::string& body, const OpenAiSettings& settings, const Stopped& stopped) {
  Exchange exchange{stopped, "", false, false};
  std::array<char, CURL_ERROR_SIZE> error_text{};
  const CurlHandle handle = open_curl();
  if (!handle) return internal_error("libcurl cannot start");
  std::unique_ptr<curl_slist, CurlRelease> headers(curl_slist_append(nullptr, "Content-Type: application/json"));
  if (const char* key = std::getenv("RECKON_ENDPOINT_KEY"); key != nullptr && *key != '\0' && (url.starts_with("https://") || is_here(url))) {
    headers.reset(curl_slist_append(headers.release(), (std::string("Authorization: Bearer ") + key).c_str()));
  }
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  if (body.empty()) {
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, settings.list_timeout_seconds);
  } else {
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.c_str());
  }
  if (is_here(url)) curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");  // whatever the environment says
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_USERAGENT, "reckon");
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, settings.connect_timeout_seconds);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(handle.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle.get(), CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle.get(), CURLOPT_XFERINFODATA, &exchange);
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, error_text.data());
  const CURLcode code = curl_easy_perform(handle.get());
  if (exchange.was_stopped) return Status(ErrorKind::cancelled, "the request was stopped");
  if (exchange.too_long) return io_error("the reply is longer than 16 MiB");
  if (code != CURLE_OK) return io_error(error_text[0] != '\0' ? error_text.data() : curl_easy_strerror(code));
  HttpReply reply{.body = std::move(exchange.body)};
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &reply.code);
  return reply;
}

// False when it was told to stop.
bool wait(double seconds, const Stopped& stopped) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < until) {
    if (stopped && stopped()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

// What the server says of its refusal.
std::string complaint(const HttpReply& reply) {
  constexpr std::size_t kMostWords = 400;
  const Json json = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
  std::string text = "HTTP " + std::to_string(reply.code);
  if (!json.is_object()) return text;
  const Json error = json.value("error", json);
  const Json message = error.is_object() ? error.value("message", Json()) : error;
  return message.is_string() ? text + ": " + message.get<std::string>().substr(0, kMostWords) : text;
}

// The body of a good answer, as JSON.
Result<Json> ask(const std::string& url, const std::string& body, const OpenAiSettings& settings, const Stopped& stopped) {
  double seconds = settings.busy_wait_seconds;
  for (int left = kTries - 1;; --left, seconds *= 2.0) {
    RECKON_ASSIGN_OR_RETURN(const HttpReply reply, exchange_with(url, body, settings, stopped));
    const bool busy = reply.code == 429 || reply.code == 503;
    if (busy && left > 0) {
      if (!wait(seconds, stopped)) return Status(ErrorKind::cancelled, "the request was stopped");
      continue;
    }
    if (reply.code != 200) return model_failure(complaint(reply));
    Json json = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return io_error("the reply is no JSON object");
    return json;
  }
}

Json messages_json(const EndpointRequest& request) {
  Json messages = Json::array();
  for (const auto& message : request.conversation.messages) messages.push_back({{"role", message.role}, {"content", message.content}});
  return messages;
}

Json request_json(const EndpointRequest& request, const std::string& model) {
  Json messages = messages_json(request);
  Json json = {{"model", model}, {"max_tokens", request.max_tokens}, {"temperature", request.temperature}, {"top_p", request.top_p}, {"seed", request.seed}};
  json["chat_template_kwargs"] = {{"enable_thinking", false}};
  if (request.min_p > 0.0) json["min_p"] = request.min_p;
  if (request.top_k > 0) json["top_k"] = request.top_k;
  if (!request.conversation.prefill.empty()) {
    messages.push_back({{"role", "assistant"}, {"content", request.conversation.prefill}});
    json["add_generation_prompt"] = false;
    json["continue_final_message"] = true;
  }
  json["messages"] = std::move(messages);
  if (!request.stop_strings.empty()) json["stop"] = request.stop_strings;
  if (request.first_tokens > 0) {
    json["logprobs"] = true;
    json["top_logprobs"] = request.first_tokens;
  }
  return json;
}

std::optional<std::int64_t> count_in(const Json& json) {
  if (!json.is_number_unsigned() || json.get<std::uint64_t>() > std::uint64_t{1} << 31) return std::nullopt;
  return json.get<std::int64_t>();
}

// Throws Json::exception for another shape than the protocol's.
Result<EndpointReply> read_reply(const Json& json, bool first_tokens) {
  const Json& choice = json.at("choices").at(0);
  EndpointReply reply;
  const Json& content = choice.at("message").at("content");
  if (!content.is_null()) reply.text = content;
  reply.complete = choice.value("finish_reason", Json("stop")) != "length";
  if (const Json reason = choice.value("stop_reason", Json()); reason.is_string()) reply.stopped_by = reason;
  const Json& usage = json.at("usage");
  const auto prompt_tokens = count_in(usage.at("prompt_tokens"));
  const auto generated_tokens = count_in(usage.at("completion_tokens"));
  if (!prompt_tokens || !generated_tokens) return io_error("the reply's numbers of tokens are none");
  reply.prompt_tokens = *prompt_tokens;
  reply.generated_tokens = *generated_tokens;
  const Json details = usage.value("prompt_tokens_details", Json());
  if (details.is_object()) reply.cached_tokens = count_in(details.value("cached_tokens", Json())).value_or(0);
  if (!first_tokens) return reply;
  for (const Json& token : choice.at("logprobs").at("content").at(0).at("top_logprobs")) {
    reply.first_tokens.push_back({token.at("token"), token.at("logprob")});
  }
  return reply;
}

Json reward_json(const EndpointRequest& request, const std::string& model) {
  // The names that different versions give to "leave the sigmoid out".
  return {{"model", model}, {"messages", messages_json(request)}, {"task", "classify"}, {"use_activation", false}, {"activation", false}};
}

// Throws Json::exception for another shape than the protocol's.
Result<EndpointReply> read_reward(const Json& json) {
  const Json& values = json.at("data").at(0).at("data");
  if (!values.is_array() || values.size() != 1 || !values[0].is_number()) {
    return unsupported("the server does not give one number for a response: a reward model with one output, pooled over the whole text, is wanted");
  }
  EndpointReply reply{.reward = values[0].get<double>()};
  const auto prompt_tokens = count_in(json.at("usage").at("prompt_tokens"));
  if (!prompt_tokens) return io_error("the reply's number of tokens is none");
  reply.prompt_tokens = *prompt_tokens;
  return reply;
}

class OpenAiEndpoint final : public ChatEndpoint {
 public:
  OpenAiEndpoint(std::string base, std::string model, const OpenAiSettings& settings)
      : base_(std::move(base)), model_(std::move(model)), settings_(settings) {}

  std::string name() const override { return base_ + "#" + model_; }
  int parallel() const override { return settings_.parallel; }

  Result<EndpointReply> complete(const EndpointRequest& request, const Stopped& stopped) const override {
    while (!free_.try_acquire_for(std::chrono::milliseconds(100))) {
      if (stopped && stopped()) return Status(ErrorKind::cancelled, "the request was stopped");
    }
    struct Release {
      std::counting_semaphore<>& free;
      ~Release() { free.release(); }
    } release{free_};
    return ask_for(request, stopped);
  }

 private:
  Result<EndpointReply> ask_for(const EndpointRequest& request, const Stopped& stopped) const {
    const Json asked = request.reward ? reward_json(request, model_) : request_json(request, model_);
    const std::string url = request.reward ? root() + "/pooling" : base_ + "/chat/completions";
    RECKON_ASSIGN_OR_RETURN(const Json json, ask(url, asked.dump(-1, ' ', false, Json::error_handler_t::replace), settings_, stopped));
    try {
      return request.reward ? read_reward(json) : read_reply(json, request.first_tokens > 0);
    } catch (const Json::exception& error) {
      return io_error(std::string("the reply is not what the OpenAI protocol says, or does not count its tokens: ") + error.what());
    }
  }

  // Rewards are no part of the OpenAI protocol, and asked for outside of its folder.
  std::string root() const { return base_.ends_with("/v1") ? base_.substr(0, base_.size() - 3) : base_; }

  std::string base_;
  std::string model_;
  OpenAiSettings settings_;
  mutable std::counting_semaphore<> free_{settings_.parallel};  // for all runs together
};

std::vector<std::string> model_names(const Json& json) {
  std::vector<std::string> names;
  const Json data = json.value("data", Json::array());
  for (const Json& model : data) {
    if (model.is_object() && model.contains("id") && model["id"].is_string()) names.push_back(model["id"]);
  }
  return names;
}

}  // namespace

bool is_endpoint(const std::string& text) { return text.starts_with("http://") || text.starts_with("https://"); }

Result<std::shared_ptr<const ChatEndpoint>> open_endpoint(const std::string& text, const OpenAiSettings& settings) {
  if (!is_endpoint(text)) return invalid_argument("\"" + text + "\" is no endpoint: write http://HOST:PORT/v1, or with #MODEL at its end");
  const auto hash = text.find('#');
  std::string base = text.substr(0, hash);
  while (base.ends_with('/')) base.pop_back();
  std::string model = hash == std::string::npos ? "" : text.substr(hash + 1);
  if (base.find('@') != std::string::npos) return invalid_argument("an endpoint's address holds no user name or password: a key comes from RECKON_ENDPOINT_KEY");
  const auto listed = ask(base + "/models", "", settings, {});
  if (!listed.ok()) return listed.status().while_doing("asking " + base + "/models which models there are");
  const auto names = model_names(*listed);
  if (names.empty()) return io_error(base + "/models lists no model");
  if (model.empty()) model = names.front();
  if (std::ranges::find(names, model) == names.end()) return not_found(base + " has no model \"" + model + "\"; it has " + names.front() + (names.size() > 1 ? " and others" : ""));
  return std::shared_ptr<const ChatEndpoint>(std::make_shared<OpenAiEndpoint>(base, model, settings));
}

}  // namespace reckon::remote
