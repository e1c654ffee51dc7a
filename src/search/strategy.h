// Strategies: how to spend a budget over traces and steps.
//
// A strategy is one blocking function that reads like the paper's algorithm. It asks its Context for
// traces, scores and answers, and returns the best answer that it has when the context says stop:
// running out of budget, time or patience is a normal end, not an error.
//
// Threading: run() is called on a thread of its own; many runs share one engine. A strategy object is
// used for one run at a time and keeps no state between runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/spec.h"
#include "model/language_model.h"
#include "scoring/scorer.h"
#include "search/budget.h"
#include "search/events.h"
#include "search/ledger.h"
#include "search/task.h"
#include "thinking/generation.h"

namespace reckon {

// A conversation of the strategy's own: to judge, compare or revise what traces said.
struct ChatRequest {
  std::string role = "";   // which model answers; see Context::generate()
  std::vector<ChatMessage> messages;
  // What the assistant's turn starts with. Without messages: plain text, outside any chat template.
  std::string prefill;
  std::uint64_t index = 0;  // keys the randomness: different for each conversation of a run
  int reply_tokens = 256;   // most tokens of the reply, never more than the run's max_tokens
  // A text that the reply is likely to repeat in part: its tokens are guessed and checked many at a time.
  // Changes the speed and the bill, never the reply.
  std::string reference = {};
  Purpose purpose = Purpose::answer;  // scoring: without the run's controllers and statistics
};

class Context {
 public:
  virtual ~Context() = default;

  virtual const Task& task() const = 0;
  virtual std::uint64_t seed() const = 0;

  // A request for the index-th trace of the task: prompt, controllers, sampling and limits of the run
  // filled in. Requests share the prompt's tokens. The strategy may change anything in it.
  virtual Result<TraceRequest> open_trace(std::uint64_t index) = 0;
  // A request that continues another conversation than the task's, with the run's controllers and
  // sampling; the strategy may change anything in it. Its prompt is paid for here. Errors:
  // invalid_argument when prompt and reply do not fit the context, before anything is spent;
  // budget_exhausted when the prompt passes a cap.
  virtual Result<TraceRequest> open_chat(const ChatRequest& chat) = 0;
  // Runs traces on the model of a role ("reward", "judge", ...); where the run has none for it, and for "",
  // on the model that answers, the policy. Branches go on with the model that they began with.
  virtual std::unique_ptr<Generation> generate(std::string_view role) = 0;
  std::unique_ptr<Generation> generate() { return generate({}); }
  // Of a role's model, by the same rule; of the policy's for a role that an endpoint plays.
  virtual const LanguageModel& model(std::string_view role) const = 0;
  // Whether an endpoint plays the role: then it is asked by open_chat() and generate(), in words, and has no branches.
  virtual bool is_endpoint(std::string_view role) const = 0;

  // What a trace of the task answers, in words: the last thing that the run's prompt has the user say, with what it asks of
  // the answer's form. What a response is to be judged and rewritten by.
  virtual const std::string& query() const = 0;
  // The answer in a finished trace, as the prompt's style says; empty when there is none.
  virtual std::string extract_answer(const Trace& trace) const = 0;

  // Null when the run has no scorer.
  virtual Scorer* scorer() = 0;

  virtual Budget& budget() = 0;
  virtual Ledger& ledger() = 0;
  // True when the budget, the deadline or the user ends the run: finish with what there is.
  virtual bool should_stop() const = 0;
  // The same for work that costs no tokens, such as running programs: it goes on when a cap on tokens ended the run.
  virtual bool out_of_time() const = 0;
  virtual void emit(Event event) = 0;
  // Something that the user should know beside the answer; also emitted as an event.
  virtual void warn(std::string text) = 0;
  // Tells everybody about a better answer; kept and returned when the strategy fails later.
  virtual void improve(const Answer& answer) = 0;
};

class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual Result<Answer> run(Context& context, const Task& task) = 0;
};

}  // namespace reckon
