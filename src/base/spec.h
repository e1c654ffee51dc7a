// What a plug-in says about itself, once: name, summary, typed options, what it needs, references.
// The same record feeds CLI flags, server validation, the web form, the docs and the bench matrix.
//
// Threading: values. Nothing here knows a concrete plug-in.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/status.h"

namespace reckon {

using OptionValue = std::variant<bool, std::int64_t, double, std::string>;

enum class OptionType { flag, integer, real, text, choice };

struct OptionSpec {
  std::string name;            // snake_case, unique in its plug-in
  OptionType type = OptionType::text;
  OptionValue default_value;
  double minimum = 0.0;        // inclusive range, for integer and real
  double maximum = 0.0;
  std::vector<std::string> choices;  // for choice
  std::string help;            // one line, says the unit

  static OptionSpec flag(std::string name, bool value, std::string help);
  static OptionSpec integer(std::string name, std::int64_t value, std::pair<std::int64_t, std::int64_t> range, std::string help);
  static OptionSpec real(std::string name, double value, std::pair<double, double> range, std::string help);
  static OptionSpec text(std::string name, std::string value, std::string help);
  static OptionSpec choice(std::string name, std::string value, std::vector<std::string> choices, std::string help);
};

// Validated values for every option of one plug-in. Getters take a name that the Spec declares; a
// name it does not declare is a programming error (assert).
class Options {
 public:
  bool flag(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  double real(std::string_view name) const;
  const std::string& text(std::string_view name) const;  // also for choice
  // True when the user gave this value, false when it is the default.
  bool given(std::string_view name) const;
  const std::map<std::string, OptionValue, std::less<>>& values() const { return values_; }

 private:
  friend Result<Options> parse_options(const struct Spec&, const std::map<std::string, std::string>&);
  std::map<std::string, OptionValue, std::less<>> values_;
  std::vector<std::string> given_;
};

enum class Need {
  logprobs,
  self_certainty,
  fork,
  scorer,
  comparable_scores,  // of a scorer, where there is one: its scores of different calls are compared
  judge,
  sandbox,
  program_reply,      // it works on replies that hold a program, and asks for them by default
  hidden_states,
  think_section,
  checker
};
std::string_view to_string(Need need);

struct Spec {
  std::string name;
  std::string summary;  // one line, no full stop
  std::vector<OptionSpec> options;
  std::vector<Need> needs;
  std::vector<std::string> references;  // "arXiv 2203.11171, section 2"
  // Controllers only: who decides first about a token, smaller numbers before larger. A hard cap is 10,
  // a loop 20, an early exit 40, a bias 50 (it decides nothing).
  int authority = 50;

  const OptionSpec* find(std::string_view option) const;
  bool has(Need need) const;
};

// Text values (from a command line or JSON) to typed ones. Errors name the option, the given value,
// the allowed range or choices and, for an unknown option, the nearest name.
Result<Options> parse_options(const Spec& spec, const std::map<std::string, std::string>& given);
inline Result<Options> default_options(const Spec& spec) { return parse_options(spec, {}); }

std::string to_string(const OptionValue& value);
// "1 to 256", "one of sum, mean", "true or false".
std::string describe_range(const OptionSpec& option);

}  // namespace reckon
