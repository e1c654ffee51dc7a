#include "search/ask.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/text.h"

namespace reckon {
namespace {

constexpr double kLeastMass = 1e-3;

Result<std::vector<std::vector<TokenId>>> distinct_first_tokens(const Vocabulary& vocabulary, std::span<const std::string> replies) {
  std::vector<std::vector<TokenId>> groups;
  std::set<TokenId> taken;
  for (const auto& reply : replies) {
    groups.push_back(first_tokens(vocabulary, reply));
    for (const TokenId token : groups.back()) {
      if (!taken.insert(token).second) return invalid_argument("the replies to tell apart begin with the same token; one of them is \"" + reply + "\"");
    }
    if (groups.back().empty()) return invalid_argument("the model has no token to begin \"" + reply + "\" with");
  }
  return groups;
}

// Shares of the groups in the mass of all of them; empty when there is hardly any.
std::vector<double> shares_of(const std::vector<double>& log_probabilities, const std::vector<std::vector<TokenId>>& groups) {
  std::vector<double> shares;
  std::size_t at = 0;
  for (const auto& group : groups) {
    double mass = 0.0;
    for (std::size_t i = 0; i < group.size(); ++i) mass += std::exp(log_probabilities[at++]);
    shares.push_back(mass);
  }
  const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (total < kLeastMass) return {};
  for (double& share : shares) share /= total;
  return shares;
}

}  // namespace

ChatRequest chat_request(std::vector<ChatMessage> messages) {
  ChatRequest chat;
  chat.messages = std::move(messages);
  if (!chat.messages.empty() && chat.messages.back().role == "assistant") {
    chat.prefill = std::move(chat.messages.back().content);
    chat.messages.pop_back();
  }
  return chat;
}

std::vector<Trace> run_in_order(Context& context, std::string_view role, std::vector<TraceRequest> requests) {
  if (requests.empty()) return {};
  const auto generation = context.generate(role);
  std::unordered_map<std::uint64_t, std::size_t> index_of;
  const std::size_t n = requests.size();
  for (const TraceId id : generation->add(std::move(requests))) index_of.emplace(static_cast<std::uint64_t>(id), index_of.size());
  std::vector<Trace> traces(n);
  while (auto trace = generation->next()) traces[index_of.at(static_cast<std::uint64_t>(trace->id))] = std::move(*trace);
  return traces;
}

std::vector<TokenId> first_tokens(const Vocabulary& vocabulary, const std::string& text) {
  std::string lower = text;
  std::string upper = text;
  if (!text.empty()) {
    lower[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    upper[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  std::vector<TokenId> tokens;
  for (const std::string& form : {text, lower, upper, " " + text, " " + lower, " " + upper}) {
    const Tokens all = vocabulary.tokenize(form, ControlTokens::as_text);
    if (all.empty() || trim(vocabulary.piece(all.front())).empty()) continue;
    if (std::ranges::find(tokens, all.front()) == tokens.end()) tokens.push_back(all.front());
  }
  return tokens;
}

Result<std::vector<std::vector<double>>> reply_shares(Context& context, std::string_view role, std::span<const ChatRequest> questions,
                                                      std::span<const std::string> replies) {
  // An endpoint says itself what its replies begin with.
  const bool in_words = context.is_endpoint(role);
  std::vector<std::vector<TokenId>> groups(replies.size(), {kNoToken});
  if (!in_words) {
    RECKON_ASSIGN_OR_RETURN(groups, distinct_first_tokens(context.model(role).vocabulary(), replies));
  }
  std::vector<TraceRequest> requests;
  for (ChatRequest question : questions) {
    question.role = role;
    question.purpose = Purpose::scoring;
    RECKON_ASSIGN_OR_RETURN(TraceRequest request, context.open_chat(question));
    request.max_tokens = 0;
    if (in_words) request.watched_texts.assign(replies.begin(), replies.end());
    else for (const auto& group : groups) request.watch.insert(request.watch.end(), group.begin(), group.end());
    requests.push_back(std::move(request));
  }
  std::vector<std::vector<double>> rows;
  bool any = false;
  Status lost;
  for (const Trace& trace : run_in_order(context, role, std::move(requests))) {
    if (trace.finish == FinishReason::failed && lost.ok()) lost = trace.error;
    rows.push_back(trace.watched.empty() ? std::vector<double>() : shares_of(trace.watched.front(), groups));
    any |= !rows.back().empty();
    if (rows.back().empty() && !trace.watched.empty()) context.ledger().charge({.abstentions = 1});
  }
  if (!any && !lost.ok()) return lost;
  if (!any && !rows.empty()) return model_failure("the model expects none of the replies that were to be told apart");
  return rows;
}

}  // namespace reckon
