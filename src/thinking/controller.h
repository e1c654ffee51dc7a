// Controllers: what may happen, token by token, inside one trace.
//
// A controller belongs to one branch and forks with it (clone). Before a token is sampled it may mask
// or bias ids; when one was sampled it may accept it, withhold it (it never enters the sequence) and
// take back the tokens before it, append an id sequence, ask for the thinking to end, or stop the
// trace. It works on token ids, never on decoded pieces.
//
// Several controllers run in order of authority (spec: user, hard cap, loop, minimum and "Wait", early
// exit, penalties); the first verdict that is not a plain accept wins, and all of them learn what
// really happened through observe() and retract(). One of them may own the thinking section: then it
// says which section the branch is in, and how to end the thinking.
//
// Threading: a controller is called by one thread at a time, the branch's. Calls must not block.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/vocabulary.h"
#include "thinking/phrases.h"
#include "thinking/sampler.h"

namespace reckon {

// Where a token came from. Forced tokens replace a decision of the model (a closing marker at a cap);
// injected ones are text put into the trace (a "Wait", an answer trigger).
enum class TokenOrigin { sampled, forced, injected };

// Where in a trace a token belongs. Without an owner of the section a whole trace is thinking.
enum class Section { thinking, answer };

struct BranchView {
  const Vocabulary& vocabulary;
  std::int64_t prompt_tokens = 0;     // length of the prompt
  std::int64_t generated_tokens = 0;  // tokens of any origin after the prompt
  Section section = Section::thinking;
  const TokenStats* stats = nullptr;  // of the sampled token: in on_token(), when the request records them
};

// A look ahead: `suffix` is written after the trace so far, without the token just sampled, and decoded
// greedily on a fork that is then dropped. It costs the suffix and the tokens of the trial; the trace
// goes on as if it had not been.
struct Probe {
  Tokens suffix;
  int max_tokens = 20;
  int open_braces = 0;  // that the suffix leaves open; the trial ends where all are closed again
  std::shared_ptr<const PhraseMatcher> until = nullptr;  // where given, the trial ends after one of these and not at a brace
  int behind = 0;       // tokens before the sampled one that the trial does not see either; they came since the prompt
};
struct ProbeResult {
  std::string text;
  std::vector<double> probabilities;  // of each trial token, under the raw logits
  bool closed = false;  // every brace is closed again, by the last byte of the text; with `until`, it came
  int behind = 0;       // as the probe's: what it did not see
};

struct Verdict {
  enum class Action {
    accept,
    withhold,
    close,    // accept, then end the thinking; without an owner of the section: as stop
    stop,
    discard,  // stop, and nothing of this trace will be used; it ends as cancelled, and is billed so
  };
  Action action = Action::accept;
  Tokens append;                                  // after the sampled token, if that was accepted
  TokenOrigin append_as = TokenOrigin::injected;  // never sampled
  std::string_view reason;                        // a literal, for the trace events
  bool yields = false;         // with close: a minimum of thinking, and a "Wait" to come, go before it
  std::optional<Probe> probe;  // with accept: look ahead first, then ask on_probe() about the token
  int retract = 0;  // with withhold: how many tokens before the sampled one go too; they came since the prompt

  static Verdict accept() { return {}; }
  static Verdict stop(std::string_view reason) { return {.action = Action::stop, .reason = reason}; }
  static Verdict close(std::string_view reason) { return {.action = Action::close, .reason = reason}; }
  static Verdict close_unless_too_early(std::string_view reason) { return {.action = Action::close, .reason = reason, .yields = true}; }
  static Verdict discard(std::string_view reason) { return {.action = Action::discard, .reason = reason}; }
  bool plain() const { return action == Action::accept && append.empty() && !probe; }
};

// What became of the thinking of one trace.
struct ThinkReport {
  std::int64_t tokens = 0;          // inside the section, of any origin, markers excluded
  std::int64_t injected = 0;        // of these
  std::int64_t waits = 0;           // times that an end was suppressed
  std::int64_t answer_begins = -1;  // tokens after the prompt before the answer, markers included; -1: still thinking
  std::int64_t marker_begins = -1;  // the same without the marker that closed the thinking
  // "natural", "eos", "budget", "loop", "early_exit", "user", "off"; empty: still thinking.
  std::string_view close_reason;
};

// Tokens of a trace that are kept for the answer: 64, or a tenth of its limit when that is more.
std::int64_t answer_reserve(std::int64_t max_tokens);

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
  // The look ahead that on_token() asked for, and now the verdict on the token: plain accept, or close.
  virtual Verdict on_probe(const ProbeResult& result) {
    (void)result;
    return Verdict::accept();
  }
  // Its own verdict was carried out: called before observe() sees the tokens that it appended.
  virtual void carried_out() {}
  // Every token that entered the sequence, in order, whoever decided it.
  virtual void observe(TokenId token, TokenOrigin origin) { (void)token, (void)origin; }
  // The last n observed tokens left the sequence again.
  virtual void retract(int n) { (void)n; }

  // Tokens at the end of the sequence that this controller may still take back: not to be shown yet.
  virtual int held() const { return 0; }

  // Only the owner of the thinking section answers the following.
  virtual std::optional<Section> section() const { return std::nullopt; }
  // How to end the thinking after an accepted token, as somebody's verdict `wish` wants: what to append.
  // Nothing when it must go on (a minimum, where the wish yields to it) or has ended.
  virtual std::optional<Verdict> close_thinking(const Verdict& wish) {
    (void)wish;
    return std::nullopt;
  }
  virtual std::optional<ThinkReport> think_report() const { return std::nullopt; }
};

using Controllers = std::vector<std::unique_ptr<Controller>>;
Controllers clone_all(const Controllers& controllers);
// The section that the owner names; thinking when there is none.
Section section_of(const Controllers& controllers);
// The verdict on a sampled token, and who gave it (null: all accept).
struct Ruling {
  Verdict verdict;
  Controller* by = nullptr;
};
Ruling rule_on(const Controllers& controllers, const BranchView& branch, TokenId token);
// The verdict on a token after the look ahead that `asker` wanted. Where that closes the thinking, what the trial
// did not see is withheld.
Ruling rule_after(const ProbeResult& result, const Controllers& controllers, Controller& asker);

}  // namespace reckon
