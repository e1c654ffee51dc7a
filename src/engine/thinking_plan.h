// How much thinking is asked for, resolved from all the places that may say so.
//
// Highest first: a ceiling of the operator (it may only lower), an explicit number, an explicit switch,
// an effort level, a soft switch in the user's text (families that have one), the server's default, the
// template's. 0 means off, -1 unlimited. Contradictions are errors, never a silent choice: off together
// with a positive number, two different numbers.
//
// Pure functions over values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "engine/engine.h"

namespace reckon {

struct ThinkingFields {
  std::optional<std::int64_t> ceiling;         // the operator's; at least 0
  std::vector<std::int64_t> numbers;           // explicit budgets, under whatever names they came
  std::optional<bool> on;                      // explicit switch
  std::string effort;                          // empty: not given
  std::optional<bool> soft_switch;             // "/think" or "/no_think" in the last user message
  std::optional<std::int64_t> server_default;  // a number
};

struct ThinkingBudget {
  enum class Mode { template_default, off, on } mode = Mode::template_default;
  std::int64_t cap = -1;  // thinking tokens; -1: no limit of its own
  std::string source;     // which field decided: "number", "switch", "effort", "soft switch", "server default", ""
};

// `room`: tokens that a trace may have after its prompt and the answer's reserve. Errors:
// invalid_argument for contradictions, numbers below -1 and unknown efforts.
Result<ThinkingBudget> resolve_thinking(const ThinkingFields& fields, std::int64_t room);

// "none", "minimal", "low", "medium", "high", "xhigh": 0, 1/16, 1/8, 1/4, 1/2 and 3/4 of the room.
Result<std::int64_t> effort_cap(const std::string& effort, std::int64_t room);

// What a person asked for on top of a request, as text.
struct ThinkingArguments {
  std::string think;   // "on", "off", a number of tokens; empty: not given
  std::string wait;    // times that an end is put off; empty: not given
  std::string effort;  // a level, or a number: generated tokens for the whole run; empty: not given
  bool strategy_given = false;
  bool samples_given = false;
  bool max_tokens_given = false;
  bool budget_given = false;
  int context = 4096;
  bool any() const { return !think.empty() || !wait.empty() || !effort.empty(); }
};

// Carries the arguments out on the request: strategy, samples, caps and the think_budget controller.
// Returns one line that says what was decided. Errors as above.
Result<std::string> plan_thinking(const ThinkingArguments& arguments, SolveRequest& request);

}  // namespace reckon
