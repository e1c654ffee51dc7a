// Controllers: what may happen, token by token, inside one trace.
//
// A controller belongs to one branch and forks with it (clone). Before a token is sampled it may mask
// or bias ids; when one was sampled it may accept it, withhold it (it never enters the sequence),
// append an id sequence, or stop the trace. It works on token ids, never on decoded pieces.
//
// Several controllers run in order of authority; the first verdict that is not a plain accept wins,
// and the others learn what really happened through observe().
//
// Threading: a controller is called by one thread at a time, the branch's. Calls must not block.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/vocabulary.h"
#include "thinking/sampler.h"

namespace reckon {

// Where a token came from. Forced tokens replace a decision of the model (a closing marker at a cap);
// injected ones are text put into the trace (a "Wait", an answer trigger).
enum class TokenOrigin { sampled, forced, injected };

struct BranchView {
  const Vocabulary& vocabulary;
  std::int64_t prompt_tokens = 0;     // length of the prompt
  std::int64_t generated_tokens = 0;  // tokens of any origin after the prompt
  const TokenStats* stats = nullptr;  // of the sampled token: in on_token(), when the request records them
};

struct Verdict {
  // discard: stop, and nothing of this trace will be used; it ends as cancelled, and is billed so.
  enum class Action { accept, withhold, stop, discard };
  Action action = Action::accept;
  Tokens append;                                  // after the sampled token, if that was accepted
  TokenOrigin append_as = TokenOrigin::injected;  // never sampled
  std::string_view reason;                        // a literal, for the trace events

  static Verdict accept() { return {}; }
  static Verdict stop(std::string_view reason) { return {Action::stop, {}, TokenOrigin::injected, reason}; }
  static Verdict discard(std::string_view reason) { return {Action::discard, {}, TokenOrigin::injected, reason}; }
};

class Controller {
 public:
  virtual ~Controller() = default;
  virtual std::unique_ptr<Controller> clone() const = 0;
  virtual std::string_view name() const = 0;

  virtual void before_token(const BranchView& branch, LogitEdits& edits) { (void)branch, (void)edits; }
  virtual Verdict on_token(const BranchView& branch, TokenId token) {
    (void)branch, (void)token;
    return Verdict::accept();
  }
  // Its own verdict was carried out: called before observe() sees the tokens that it appended.
  virtual void carried_out() {}
  // Every token that entered the sequence, in order, whoever decided it.
  virtual void observe(TokenId token, TokenOrigin origin) { (void)token, (void)origin; }
};

using Controllers = std::vector<std::unique_ptr<Controller>>;
Controllers clone_all(const Controllers& controllers);

}  // namespace reckon
