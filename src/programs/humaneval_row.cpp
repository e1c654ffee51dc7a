#include "programs/humaneval_row.h"

#include <vector>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace reckon {
namespace {

using nlohmann::json;

Result<std::string> text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return invalid_argument("no text in \"" + std::string(name) + "\"");
  return found->get<std::string>();
}

// Calls of the entry point in one line each, with a result in one line.
std::vector<ProgramTest> docstring_examples(const std::string& prompt, const std::string& entry_point) {
  constexpr std::string_view kQuotes = "\"\"\"";
  std::vector<ProgramTest> examples;
  const auto lines = split(prompt, '\n');
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    std::string_view call = trim(lines[i]);
    if (!call.starts_with(">>>")) continue;
    call = trim(call.substr(3));
    std::string_view expected = trim(lines[i + 1]);
    if (expected.ends_with(kQuotes)) expected = trim(expected.substr(0, expected.size() - kQuotes.size()));
    const bool one_call = call.starts_with(entry_point + "(") && call.ends_with(')');
    if (one_call && !expected.empty() && !expected.starts_with(">>>")) examples.push_back({std::string(call), std::string(expected)});
  }
  return examples;
}

}  // namespace

Result<HumanEvalRow> parse_humaneval_row(std::string_view line) {
  const json object = json::parse(line, nullptr, false);
  if (!object.is_object()) return invalid_argument("not a JSON object on one line");
  HumanEvalRow row;
  RECKON_ASSIGN_OR_RETURN(row.id, text_of(object, "task_id"));
  row.examples.kind = ProgramTests::Kind::function;
  RECKON_ASSIGN_OR_RETURN(row.examples.entry_point, text_of(object, "entry_point"));
  RECKON_ASSIGN_OR_RETURN(row.examples.starter, text_of(object, "prompt"));
  RECKON_ASSIGN_OR_RETURN(const std::string check, text_of(object, "test"));
  if (object.contains("canonical_solution")) {
    RECKON_ASSIGN_OR_RETURN(row.solution, text_of(object, "canonical_solution"));
  }
  row.hidden = row.examples;
  row.hidden.tests = {{check + "\ncheck(" + row.examples.entry_point + ")\n", ""}};
  row.examples.tests = docstring_examples(row.examples.starter, row.examples.entry_point);
  return row;
}

}  // namespace reckon
