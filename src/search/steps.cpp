#include "search/steps.h"

#include <algorithm>

#include "base/text.h"

namespace reckon {

Result<StepRule> make_step_rule(const StepRuleOptions& options) {
  StepRule rule;
  rule.boundary.tokens = options.most_tokens;
  if (options.kind == "newline") {
    rule.boundary.delimiters = {"\n"};
  } else if (options.kind == "paragraph") {
    rule.boundary.delimiters = {"\n\n"};
  } else if (options.kind == "heading") {
    rule.boundary.delimiters = {"\nStep ", "\n## Step ", "\n### Step ", "\n**Step "};
    rule.opens_next = true;
  } else if (options.kind == "tokens") {
    if (options.most_tokens < 1) return invalid_argument("steps of tokens need step_tokens of at least 1");
  } else if (options.kind == "custom") {
    const std::string text = replace_all(replace_all(std::string(options.delimiter), "\\n", "\n"), "\\t", "\t");
    if (text.empty()) return invalid_argument("custom steps need a delimiter");
    rule.boundary.delimiters = {text};
  } else {
    return invalid_argument("there is no step rule \"" + std::string(options.kind) + "\"");
  }
  return rule;
}

StepText divide_step(std::string carried, const Trace& trace, const StepRule& rule) {
  StepText divided{std::move(carried) + trace.text, ""};
  if (!rule.opens_next || trace.finish != FinishReason::boundary) return divided;
  const bool at_heading = std::ranges::find(rule.boundary.delimiters, trace.detail) != rule.boundary.delimiters.end();
  const std::size_t at = at_heading ? divided.step.rfind(trace.detail) : std::string::npos;
  if (at == std::string::npos) return divided;  // it ended for its length
  const std::size_t heading = at + 1;           // the line break is the old step's
  divided.carried = divided.step.substr(heading);
  divided.step.resize(heading);
  return divided;
}

}  // namespace reckon
