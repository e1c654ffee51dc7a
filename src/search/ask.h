// Asking a model on the side: traces side by side, and the probability of one reply against others, read off the
// next token without sampling anything. questions.h, on top of this, is for strategies that sample replies and go
// on without those that are lost.
//
// What is asked for Purpose::scoring is billed as scored. Threading: the run's thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "search/strategy.h"

namespace reckon {

// A conversation to open; a last message of the assistant's becomes the beginning of the reply.
ChatRequest chat_request(std::vector<ChatMessage> messages);

// Runs all requests on a role's model and returns the traces in the order of the requests; one that did not
// come back is a failed trace.
std::vector<Trace> run_in_order(Context& context, std::string_view role, std::vector<TraceRequest> requests);

// The first tokens of a text as a reply may begin with it: plain, after a space, capitalised and not.
// Spelling pieces that some other text may share (a lone space) are left out.
std::vector<TokenId> first_tokens(const Vocabulary& vocabulary, const std::string& text);

// For each conversation, how the probability is shared among `replies`, by their first tokens; it is asked of the
// role's model, for scoring, whatever it says of these. A row sums to 1; it is empty when the model hardly expects any of them (together below 1 in 1000), which
// is charged as an abstention, or when the question failed to run. Errors: invalid_argument when two replies begin alike or a question does not fit the context;
// budget_exhausted; model_failure when no question has a row.
Result<std::vector<std::vector<double>>> reply_shares(Context& context, std::string_view role, std::span<const ChatRequest> questions,
                                                      std::span<const std::string> replies);

}  // namespace reckon
