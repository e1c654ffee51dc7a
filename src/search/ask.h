// Asking a model on the side, for scorers and for strategies that compare: traces side by side, and the
// probability of one reply against others, read off the next token without sampling anything.
//
// What is asked for Purpose::scoring is billed as scored. Threading: the run's thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "search/strategy.h"

namespace reckon {

// Runs all requests on a role's model and returns the traces in the order of the requests.
std::vector<Trace> run_in_order(Context& context, std::string_view role, std::vector<TraceRequest> requests);

// The first tokens of a text as a reply may begin with it: plain, after a space, capitalised and not.
// Spelling pieces that some other text may share (a lone space) are left out.
std::vector<TokenId> first_tokens(const Vocabulary& vocabulary, const std::string& text);

struct Question {
  std::vector<ChatMessage> messages;
  std::string prefill;
};

// For each question, how the probability is shared among `replies`, by their first tokens. A row sums to 1; it
// is empty when the model hardly expects any of them (together below 1 in 1000) or the question failed to
// run. Errors: invalid_argument when two replies begin alike or a question does not fit the context;
// budget_exhausted; model_failure when no question has a row.
Result<std::vector<std::vector<double>>> reply_shares(Context& context, std::string_view role, std::span<const Question> questions,
                                                      std::span<const std::string> replies);

}  // namespace reckon
