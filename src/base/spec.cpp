#include "base/spec.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/text.h"

namespace reckon {
namespace {

std::string number_text(double value) {
  std::ostringstream out;
  out.precision(12);
  out << value;
  return out.str();
}

Status wrong_value(const Spec& spec, const OptionSpec& option, const std::string& given) {
  return invalid_argument(spec.name + "." + option.name + " = \"" + given + "\" is not allowed: it takes " +
                          describe_range(option));
}

bool in_range(const OptionSpec& option, double value) {
  return std::isfinite(value) && value >= option.minimum && value <= option.maximum;
}

Result<OptionValue> parse_value(const Spec& spec, const OptionSpec& option, const std::string& given) {
  switch (option.type) {
    case OptionType::flag:
      if (given == "true" || given == "1" || given == "yes" || given == "on") return OptionValue(true);
      if (given == "false" || given == "0" || given == "no" || given == "off") return OptionValue(false);
      break;
    case OptionType::integer: {
      const auto value = parse_number<std::int64_t>(given);
      if (value && in_range(option, static_cast<double>(*value))) return OptionValue(*value);
      break;
    }
    case OptionType::real: {
      const auto value = parse_number<double>(given);
      if (value && in_range(option, *value)) return OptionValue(*value);
      break;
    }
    case OptionType::text: return OptionValue(given);
    case OptionType::choice:
      if (std::ranges::find(option.choices, given) != option.choices.end()) return OptionValue(given);
      break;
  }
  return wrong_value(spec, option, given);
}

}  // namespace

OptionSpec OptionSpec::flag(std::string name, bool value, std::string help) {
  return {std::move(name), OptionType::flag, value, 0, 1, {}, std::move(help)};
}
OptionSpec OptionSpec::integer(std::string name, std::int64_t value, std::pair<std::int64_t, std::int64_t> range,
                               std::string help) {
  return {std::move(name), OptionType::integer, value, static_cast<double>(range.first),
          static_cast<double>(range.second), {}, std::move(help)};
}
OptionSpec OptionSpec::real(std::string name, double value, std::pair<double, double> range, std::string help) {
  return {std::move(name), OptionType::real, value, range.first, range.second, {}, std::move(help)};
}
OptionSpec OptionSpec::text(std::string name, std::string value, std::string help) {
  return {std::move(name), OptionType::text, std::move(value), 0, 0, {}, std::move(help)};
}
OptionSpec OptionSpec::choice(std::string name, std::string value, std::vector<std::string> choices,
                              std::string help) {
  return {std::move(name), OptionType::choice, std::move(value), 0, 0, std::move(choices), std::move(help)};
}

bool Options::flag(std::string_view name) const { return std::get<bool>(values_.find(name)->second); }
std::int64_t Options::integer(std::string_view name) const {
  return std::get<std::int64_t>(values_.find(name)->second);
}
double Options::real(std::string_view name) const { return std::get<double>(values_.find(name)->second); }
const std::string& Options::text(std::string_view name) const {
  return std::get<std::string>(values_.find(name)->second);
}
bool Options::given(std::string_view name) const { return std::ranges::find(given_, name) != given_.end(); }

std::string_view to_string(Need need) {
  switch (need) {
    case Need::logprobs: return "logprobs";
    case Need::self_certainty: return "self_certainty";
    case Need::fork: return "fork";
    case Need::scorer: return "scorer";
    case Need::comparable_scores: return "comparable scores";
    case Need::judge: return "judge";
    case Need::sandbox: return "sandbox";
    case Need::program_reply: return "a program in the reply";
    case Need::hidden_states: return "hidden_states";
    case Need::think_section: return "think_section";
    case Need::checker: return "checker";
  }
  return "unknown";
}

bool Spec::has(Need need) const { return std::ranges::find(needs, need) != needs.end(); }

const OptionSpec* Spec::find(std::string_view option) const {
  const auto found = std::ranges::find(options, option, &OptionSpec::name);
  return found == options.end() ? nullptr : &*found;
}

Result<Options> parse_options(const Spec& spec, const std::map<std::string, std::string>& given) {
  Options result;
  for (const auto& option : spec.options) result.values_[option.name] = option.default_value;
  for (const auto& [name, text] : given) {
    const OptionSpec* option = spec.find(name);
    if (option == nullptr) {
      std::vector<std::string> names;
      for (const auto& known : spec.options) names.push_back(known.name);
      const std::string nearest = nearest_name(name, names);
      return invalid_argument(spec.name + " has no option \"" + name + "\"" +
                              (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }
    RECKON_ASSIGN_OR_RETURN(result.values_[name], parse_value(spec, *option, text));
    result.given_.push_back(name);
  }
  return result;
}

std::string to_string(const OptionValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return number_text(*real);
  return std::get<std::string>(value);
}

std::string describe_range(const OptionSpec& option) {
  switch (option.type) {
    case OptionType::flag: return "true or false";
    case OptionType::integer: return "an integer from " + number_text(option.minimum) + " to " + number_text(option.maximum);
    case OptionType::real: return "a number from " + number_text(option.minimum) + " to " + number_text(option.maximum);
    case OptionType::text: return "text";
    case OptionType::choice: return "one of " + join(option.choices, ", ");
  }
  return "";
}

}  // namespace reckon
