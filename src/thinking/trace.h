// Traces: what a strategy asks the engine for, and what it gets back.
//
// A Branch is a point in a tree of texts from which generation can go on: a token prefix, its
// controllers' state and the key of its randomness. A TraceRequest continues a branch until it ends,
// reaches its boundary or runs into a limit; the Trace that comes back carries the branch again, so
// that it can be forked or continued. Nothing here touches a KV cache: forks are logical.
//
// Threading: values, moved between the strategy's thread and the engine's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/status.h"
#include "model/chat_endpoint.h"
#include "model/sequence.h"
#include "model/trace_stats.h"
#include "thinking/controller.h"

namespace reckon {

enum class FinishReason {
  end_of_text,   // the model ended its turn
  stop_string,   // one of the request's stop strings appeared
  boundary,      // the request's step boundary was reached: the branch can go on
  length,        // the request's max_tokens
  context_full,  // the model's context
  controller,    // a controller stopped it; see Trace::detail
  budget,        // a cap of the run
  deadline,
  cancelled,
  failed,        // see Trace::error
};
std::string_view to_string(FinishReason reason);
// The model was done, rather than cut off.
inline bool is_complete(FinishReason reason) {
  return reason == FinishReason::end_of_text || reason == FinishReason::stop_string || reason == FinishReason::controller;
}
// The run ended before the trace did.
inline bool was_told_to_stop(FinishReason reason) {
  return reason == FinishReason::budget || reason == FinishReason::deadline || reason == FinishReason::cancelled;
}

// Where a step ends. Text delimiters are looked for in the generated text, so they are found when
// they straddle tokens; the token that completes one belongs to the step. Only text before it makes a
// step: blank lines at its beginning are part of it.
struct Boundary {
  std::vector<std::string> delimiters;  // empty: none
  int tokens = 0;                       // 0: none; else after this many
};

// Tokens by where they came from; see search/ledger.h for what the parts add up to.
struct TokenCounts {
  std::int64_t prefilled = 0;   // prompt tokens computed
  std::int64_t cached = 0;      // prompt tokens found computed already
  std::int64_t recomputed = 0;  // computed again after an eviction
  std::int64_t rejected = 0;    // drafted by lookup, computed, and not what came
  std::int64_t sampled = 0;
  std::int64_t forced = 0;
  std::int64_t injected = 0;
  std::int64_t pending = 0;     // of the three above: not (yet) computed, because nothing followed
  std::int64_t withheld = 0;    // of `sampled`: taken back by a controller, not part of the text
  std::int64_t thinking = 0;    // of the three above: inside the thinking section, markers excluded
  std::int64_t generated() const { return sampled + forced + injected; }
  TokenCounts& operator+=(const TokenCounts& more);
};

struct Branch {
  Sequence sequence;
  Controllers controllers;
  BranchPath path;
  std::int64_t prompt_tokens = 0;
  std::int64_t settled = 0;  // tokens whose computing was charged: the engine's book-keeping
  std::int64_t thought = 0;  // thinking tokens that were charged: the same
  std::string text;          // everything generated since the prompt
  bool ended = false;        // the model ended its turn: there is nothing to continue

  // A copy that draws different random numbers. O(1) in the tokens, O(text) in the text.
  Branch fork(std::uint64_t child);
};

enum class TraceId : std::uint64_t {};

// What a trace is for. A scorer's computing is billed as scored, whatever it prefills or generates; nothing
// of it counts as generated, and listeners do not hear of it.
enum class Purpose { answer, scoring };

struct TraceRequest {
  Branch branch;
  TraceId parent{};  // the trace that this one goes on from, for listeners; 0: none
  SamplingSettings sampling;
  int max_tokens = 1024;                  // generated in this request, of any origin
  std::vector<std::string> stop_strings;  // not part of the text that comes back
  Boundary boundary;
  // A text that the trace is likely to repeat in part. Tokens copied from it are computed ahead, many at a
  // time, and kept only where they are the ones that are sampled: the trace is the same without, but slower.
  std::shared_ptr<const Tokens> reference = nullptr;
  Record record = Record::nothing;
  Purpose purpose = Purpose::answer;
  Tokens forced;  // written at the branch's end first; max_tokens does not count them
  // Ids whose probabilities are wanted wherever a token is sampled. With max_tokens 0 (or hidden states to
  // record), nothing is sampled: what is there is evaluated, and the probabilities of what comes next are read.
  std::vector<TokenId> watch;
  // Where an endpoint plays the role that is asked: what it is sent, in place of a branch's tokens, and replies whose
  // probabilities are wanted by their first tokens (then nothing is sampled). Trace::watched has one value for each.
  std::shared_ptr<const Conversation> conversation = nullptr;
  std::vector<std::string> watched_texts = {};
  bool wants_reward = false;  // or the reward of the conversation, the one value of Trace::watched; nothing is sampled
  bool only_reads() const { return max_tokens == 0 && (!watch.empty() || record == Record::hidden_states); }
};

struct Trace {
  TraceId id{};
  std::string text;   // generated in this request; valid UTF-8
  std::string full_text;  // since the prompt, over all requests of this branch
  FinishReason finish = FinishReason::failed;
  std::string detail;  // why, for `controller` and a trace that one discarded; which string, for `stop_string`
  Status error;        // for `failed`
  TraceStats stats;    // when the request recorded them
  TokenCounts counts;  // of this request
  Purpose purpose = Purpose::answer;
  // For each position at which a token was sampled (or read), the log-probabilities of the watched ids, in
  // their order: of the whole softmax, before temperature, truncation and controllers' edits.
  std::vector<std::vector<double>> watched;
  // When a controller owns the thinking section. The offsets are bytes of full_text: where the marker
  // that closed the thinking begins and where the answer does; both its size while it is open.
  std::optional<ThinkReport> think;
  std::size_t marker_offset = 0;
  std::size_t answer_offset = 0;
  double milliseconds = 0.0;
  Branch branch;
};

}  // namespace reckon
