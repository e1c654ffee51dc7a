#include "apps/remote/openai_endpoint.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/server_test_support.h"

namespace reckon::remote {
namespace {

using testing_support::ScriptedServer;
using Json = nlohmann::json;

std::string http(const std::string& body, const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

const std::string kModels = http(R"({"object":"list","data":[{"id":"small"},{"id":"large"}]})");

std::string completion(const std::string& content, const std::string& finish = "stop", const std::string& more = "") {
  return http(R"({"choices":[{"message":{"role":"assistant","content":)" + Json(content).dump() + R"(},"finish_reason":")" + finish + "\"" + more +
              R"(}],"usage":{"prompt_tokens":12,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":5}}})");
}

Json body_of(const std::string& request) { return Json::parse(request.substr(request.find("\r\n\r\n") + 4)); }

EndpointRequest question(const std::string& text) {
  EndpointRequest request;
  request.conversation.messages = {{"user", text}};
  return request;
}

const std::function<bool()> kNever = [] { return false; };

TEST(OpenAiEndpoint, AsksAndCounts) {
  ScriptedServer server({kModels, completion("Hello \xF0\x9F\x98\x80", "length")});
  const auto endpoint = open_endpoint(server.url("/v1/"));
  ASSERT_TRUE(endpoint.ok()) << endpoint.status().to_string();
  EXPECT_EQ((*endpoint)->name(), server.url("/v1#small"));
  EndpointRequest request = question("Hi \"there\"");
  request.conversation.prefill = "Well,";
  request.max_tokens = 7;
  request.temperature = 0.5;
  request.stop_strings = {"END"};
  const auto reply = (*endpoint)->complete(request, kNever);
  ASSERT_TRUE(reply.ok()) << reply.status().to_string();
  EXPECT_EQ(reply->text, "Hello \xF0\x9F\x98\x80");
  EXPECT_FALSE(reply->complete);
  EXPECT_EQ(reply->prompt_tokens, 12);
  EXPECT_EQ(reply->cached_tokens, 5);
  EXPECT_EQ(reply->generated_tokens, 7);
  EXPECT_TRUE(server.requests[0].starts_with("GET /v1/models"));
  EXPECT_TRUE(server.requests[1].starts_with("POST /v1/chat/completions"));
  const Json body = body_of(server.requests[1]);
  EXPECT_EQ(body["model"], "small");
  EXPECT_EQ(body["max_tokens"], 7);
  EXPECT_EQ(body["temperature"], 0.5);
  EXPECT_EQ(body["stop"], Json{"END"});
  EXPECT_EQ(body["continue_final_message"], true);
  EXPECT_EQ(body["messages"], (Json{{{"role", "user"}, {"content", "Hi \"there\""}}, {{"role", "assistant"}, {"content", "Well,"}}}));
  EXPECT_EQ(body["chat_template_kwargs"]["enable_thinking"], false);
  EXPECT_FALSE(body.contains("logprobs"));
  EXPECT_FALSE(body.contains("top_k"));
}

TEST(OpenAiEndpoint, ReadsTheLikeliestFirstTokens) {
  ScriptedServer server({kModels, completion("Yes", "stop", R"(,"logprobs":{"content":[{"token":"Yes","logprob":-0.1,"top_logprobs":[{"token":"Yes","logprob":-0.1},{"token":" no","logprob":-2.5}]}]})")});
  const auto endpoint = open_endpoint(server.url("/v1#large")).value();
  EndpointRequest request = question("?");
  request.first_tokens = 20;
  const auto reply = endpoint->complete(request, kNever).value();
  ASSERT_EQ(reply.first_tokens.size(), 2U);
  EXPECT_EQ(reply.first_tokens[1].text, " no");
  EXPECT_EQ(reply.first_tokens[1].logprob, -2.5);
  EXPECT_EQ(body_of(server.requests[1])["model"], "large");
  EXPECT_EQ(body_of(server.requests[1])["top_logprobs"], 20);
}

TEST(OpenAiEndpoint, GivesTheRewardOfAConversation) {
  const auto pooled = [](const std::string& data) { return http(R"({"object":"list","data":[{"index":0,"object":"pooling","data":)" + data + R"(}],"usage":{"prompt_tokens":21,"total_tokens":21}})"); };
  ScriptedServer server({kModels, pooled("[-3.25]"), pooled("[0.1, 0.9]"), pooled("[[1.0]]"), http(R"({"data":[]})")});
  const auto endpoint = open_endpoint(server.url("/v1")).value();
  EndpointRequest request = question("2+2?");
  request.conversation.messages.push_back({"assistant", "4"});
  request.reward = true;
  const auto reply = endpoint->complete(request, kNever);
  ASSERT_TRUE(reply.ok()) << reply.status().to_string();
  EXPECT_EQ(reply->reward, -3.25);
  EXPECT_EQ(reply->prompt_tokens, 21);
  EXPECT_EQ(reply->generated_tokens, 0);
  EXPECT_TRUE(server.requests[1].starts_with("POST /pooling "));
  const Json body = body_of(server.requests[1]);
  EXPECT_EQ(body["messages"], (Json{{{"role", "user"}, {"content", "2+2?"}}, {{"role", "assistant"}, {"content", "4"}}}));
  EXPECT_EQ(body["use_activation"], false);
  EXPECT_EQ(endpoint->complete(request, kNever).status().kind(), ErrorKind::unsupported) << "two classes";
  EXPECT_EQ(endpoint->complete(request, kNever).status().kind(), ErrorKind::unsupported) << "a value for each token";
  EXPECT_EQ(endpoint->complete(request, kNever).status().kind(), ErrorKind::io);
}

TEST(OpenAiEndpoint, ABusyServerIsAskedAgain) {
  ScriptedServer server({kModels, http("", "503 Service Unavailable"), http("{}", "429 Too Many Requests"), completion("late")});
  const auto endpoint = open_endpoint(server.url("/v1"), {.busy_wait_seconds = 0.01}).value();
  EXPECT_EQ(endpoint->complete(question("?"), kNever).value().text, "late");
}

TEST(OpenAiEndpoint, RefusalsAndNonsenseAreErrors) {
  ScriptedServer server({kModels, http(R"({"error":{"message":"context too long"}})", "400 Bad Request"), http("<html>"), http(R"({"choices":[]})"),
                         http(R"({"choices":[{"message":{"content":"free"}}]})"),
                         http(R"({"choices":[{"message":{"content":"odd"}}],"usage":{"prompt_tokens":-5,"completion_tokens":2}})"), kModels, http(R"({"data":[]})")});
  const auto endpoint = open_endpoint(server.url("/v1")).value();
  const Status refused = endpoint->complete(question("?"), kNever).status();
  EXPECT_EQ(refused.kind(), ErrorKind::model_failure);
  EXPECT_NE(refused.to_string().find("400: context too long"), std::string::npos);
  EXPECT_EQ(endpoint->complete(question("?"), kNever).status().kind(), ErrorKind::io);
  EXPECT_EQ(endpoint->complete(question("?"), kNever).status().kind(), ErrorKind::io);
  // Tokens that nobody counted cannot be billed.
  EXPECT_NE(endpoint->complete(question("?"), kNever).status().to_string().find("count its tokens"), std::string::npos);
  EXPECT_EQ(endpoint->complete(question("?"), kNever).status().kind(), ErrorKind::io);
  EXPECT_EQ(open_endpoint(server.url("/v1#huge")).status().kind(), ErrorKind::not_found);
  EXPECT_EQ(open_endpoint(server.url("/v1")).status().kind(), ErrorKind::io);
}

TEST(OpenAiEndpoint, NobodyIsThere) {
  std::string url;
  {
    ScriptedServer gone({});
    url = gone.url("/v1");
  }
  EXPECT_EQ(open_endpoint(url).status().kind(), ErrorKind::io);
  EXPECT_EQ(open_endpoint("ftp://x").status().kind(), ErrorKind::invalid_argument);
  EXPECT_EQ(open_endpoint("https://user:secret@host/v1").status().kind(), ErrorKind::invalid_argument);
}

TEST(OpenAiEndpoint, StopsWhenTold) {
  ScriptedServer server({kModels, http("", "503 Service Unavailable")});
  const auto endpoint = open_endpoint(server.url("/v1"), {.busy_wait_seconds = 60.0}).value();
  int asked = 0;
  EXPECT_EQ(endpoint->complete(question("?"), [&] { return ++asked > 3; }).status().kind(), ErrorKind::cancelled);
}

}  // namespace
}  // namespace reckon::remote
