// Everything of a SolveRequest that is not a plug-in's option, as typed settings with defaults, ranges
// and help. The options of `solve` and `bench`, the keys of a bench configuration, their checks and
// the shell completion all come from this one table; the defaults are the engine's own.
//
// Threading: pure. Errors: invalid_argument, naming the setting, the value and what is allowed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/spec.h"
#include "engine/engine.h"

namespace reckon::cli {

struct RequestSetting {
  OptionSpec spec;
  const char* group;       // heading in --help
  const char* value_name;  // "SECONDS"
  Status (*apply)(SolveRequest& request, const OptionValue& value);  // null: make_request() deals with it
};

const std::vector<RequestSetting>& request_settings();
const RequestSetting* find_request_setting(std::string_view name);

// `value` is text from a command line.
Status apply_request_setting(SolveRequest& request, const std::string& name, const std::string& value);

// "10", "10s", "1.5m", "2h", "500ms" to milliseconds.
Result<double> parse_duration(std::string_view text);

// "auto", "number", "choice:4", "yes_no", "text".
Result<AnswerStyle> parse_answer_kind(std::string_view text);

// "max_tokens" to "--max-tokens".
std::string option_flag(std::string_view name);

}  // namespace reckon::cli
