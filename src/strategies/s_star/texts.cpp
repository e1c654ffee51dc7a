#include "strategies/s_star/texts.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "programs/programming_prompt.h"
#include "scoring/code_extract.h"

namespace reckon::s_star {
namespace {

constexpr std::size_t kShownBytes = 1024;  // of an input or output, shown to the judge
constexpr std::size_t kInputBytes = 2000;  // longest input that is taken from a reply

std::string in_block(std::string_view code) {
  return fence_of(detect_language(code)) + "\n" + std::string(code) + (code.ends_with('\n') ? "" : "\n") + "```\n";
}

std::string form_of_inputs(const ProgramTests& tests) {
  if (tests.kind == ProgramTests::Kind::function) {
    return "Write each as one call on a line of its own, such as " +
           (tests.tests.empty() ? tests.entry_point + "(...)" : tests.tests.front().input) + ". Keep them short.";
  }
  return "Write each as \"Input:\" and below it a ``` block with the whole standard input. Keep them short.";
}

bool is_name_character(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

// The end of the bracket that opens at `open`, strings skipped.
std::optional<std::size_t> closing_bracket(std::string_view text, std::size_t open) {
  int depth = 0;
  char quote = '\0';
  for (std::size_t i = open; i < std::min(text.size(), open + kInputBytes); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == '\\') ++i;
      else if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if ((c == ')' || c == ']' || c == '}') && --depth == 0) {
      return i;
    }
  }
  return std::nullopt;
}

std::vector<std::string> calls_in(std::string_view reply, std::string_view name) {
  std::vector<std::string> calls;
  for (auto at = reply.find(name); at != std::string_view::npos; at = reply.find(name, at + 1)) {
    const std::size_t open = at + name.size();
    const bool part_of_name = at > 0 && (is_name_character(reply[at - 1]) || reply[at - 1] == '.');
    const bool definition = at >= 4 && reply.substr(at - 4, 4) == "def ";
    if (part_of_name || definition || open >= reply.size() || reply[open] != '(') continue;
    const auto end = closing_bracket(reply, open);
    if (!end) continue;
    std::string call(reply.substr(at, *end + 1 - at));
    if (call.find("...") == std::string::npos) calls.push_back(std::move(call));
  }
  return calls;
}

enum class Line { input, other_header, fence, text };

Line kind_of(std::string_view line) {
  if (line.starts_with("```") || line.starts_with("~~~")) return Line::fence;
  line.remove_prefix(std::min(line.find_first_not_of(" #*->0123456789.)"), line.size()));
  const std::string lower = to_lower(line);
  if (lower.starts_with("input")) return Line::input;
  for (const char* word : {"output", "expected", "explanation", "test"}) {
    if (lower.starts_with(word)) return Line::other_header;
  }
  return Line::text;
}

// What stands behind "Input:" in its line, before the model's own opinion of the output.
std::string inline_input(const std::string& line) {
  const auto colon = line.find(':');
  std::string_view rest = colon == std::string::npos ? std::string_view() : std::string_view(line).substr(colon + 1);
  const std::string lower = to_lower(rest);
  for (const char* word : {"output", "expected"}) rest = rest.substr(0, lower.find(word));
  rest = trim(rest);
  while (rest.starts_with('*')) rest = trim(rest.substr(1));
  while (rest.ends_with('*') || rest.ends_with(',') || rest.ends_with(';')) rest = trim(rest.substr(0, rest.size() - 1));
  return rest.empty() ? "" : std::string(rest) + "\n";
}

// What stands below each "Input:": the block, or lines up to the next header or a blank line after text. Inside a block
// no line is a header.
std::vector<std::string> labelled_inputs(std::span<const std::string> lines) {
  std::vector<std::string> inputs;
  bool wanted = false;  // of the last input
  bool in_block = false;
  for (const auto& line : lines) {
    const Line kind = kind_of(line);
    if (kind == Line::fence) {
      in_block = !in_block;
      if (!in_block || (wanted && !inputs.back().empty())) wanted = false;
    } else if (in_block) {
      if (wanted) inputs.back() += line + "\n";
    } else if (kind == Line::input) {
      inputs.push_back(inline_input(line));
      wanted = true;
    } else if (kind == Line::other_header || (trim(line).empty() && wanted && !inputs.back().empty())) {
      wanted = false;
    } else if (wanted && !trim(line).empty()) {
      inputs.back() += line + "\n";
    }
  }
  return inputs;
}

std::vector<std::string> fenced_inputs(std::span<const std::string> lines) {
  std::vector<std::string> inputs;
  bool inside = false;
  for (const auto& line : lines) {
    if (kind_of(line) == Line::fence) {
      inside = !inside;
      if (inside) inputs.emplace_back();
    } else if (inside) {
      inputs.back() += line + "\n";
    }
  }
  return inputs;
}

std::vector<std::string> standard_inputs_in(std::string_view reply) {
  const auto lines = split(reply, '\n');
  const bool labelled = std::ranges::any_of(lines, [](const std::string& line) { return kind_of(line) == Line::input; });
  if (!labelled) return fenced_inputs(lines);
  auto inputs = labelled_inputs(lines);
  if (std::ranges::any_of(inputs, [](const std::string& input) { return !input.empty(); })) return inputs;
  // The whole list may stand in one block.
  std::vector<std::string> bare;
  std::ranges::copy_if(lines, std::back_inserter(bare), [](const std::string& line) { return kind_of(line) != Line::fence; });
  return labelled_inputs(bare);
}

}  // namespace

std::string execution_feedback(const ProgramTests& tests, const TestReport& report) {
  return "I ran your program on the examples:\n" + test_feedback(tests, report) +
         "\nExplain briefly why it fails, then write the whole corrected program in one " + fence_of(tests.language) + " block.";
}

std::string self_feedback(const ProgramTests& tests) {
  return "Go through your program again, line by line, for every case that the task allows. Explain briefly what is "
         "wrong, then write the whole corrected program in one " + fence_of(tests.language) + " block.";
}

std::string inputs_request(std::string_view question, const ProgramTests& tests, int count) {
  return "This is a programming task:\n\n" + programming_question(question, tests) +
         "\n\nDo not solve it. Write " + std::to_string(count) +
         " inputs to test programs with: small, large and unusual cases that a wrong program may get wrong. " + form_of_inputs(tests);
}

std::string distinguishing_request(std::string_view question, const ProgramTests& tests, std::string_view first,
                                   std::string_view second) {
  return "Two programs were written for this task:\n\n" + std::string(question) + "\n\nProgram 1:\n" + in_block(first) +
         "\nProgram 2:\n" + in_block(second) +
         "\nWrite 3 inputs on which one of them may be wrong and the other right. " + form_of_inputs(tests);
}

std::vector<std::string> inputs_in(std::string_view reply, const ProgramTests& tests, std::size_t most) {
  auto found = tests.kind == ProgramTests::Kind::function ? calls_in(reply, tests.entry_point) : standard_inputs_in(reply);
  std::vector<std::string> inputs;
  for (auto& input : found) {
    if (inputs.size() == most) break;
    while (input.ends_with("\n\n")) input.pop_back();
    if (trim(input).empty() || input.size() > kInputBytes || std::ranges::find(inputs, input) != inputs.end()) continue;
    inputs.push_back(std::move(input));
  }
  return inputs;
}

std::string judge_request(std::string_view question, std::string_view first, std::string_view second,
                          std::span<const Evidence> evidence) {
  std::string text = "Two programs were written for this task:\n\n" + std::string(question) + "\n\nProgram 1:\n" + in_block(first) +
                     "\nProgram 2:\n" + in_block(second);
  for (const Evidence& one : evidence) {
    text += "\nInput:\n" + shortened(trim(one.input), kShownBytes) + "\nProgram 1 gives:\n" + shortened(one.first, kShownBytes) +
            "\nProgram 2 gives:\n" + shortened(one.second, kShownBytes) + "\n";
  }
  text += evidence.empty() ? "\nSay what each does wrong, if anything." : "\nWork out the right result for each input yourself and compare.";
  return text + " End with one line: \"Better: 1\", \"Better: 2\", or \"Better: tie\".";
}

Verdict verdict_in(std::string_view reply) {
  constexpr std::string_view kLabel = "better:";
  const std::string lower = to_lower(reply);
  const auto at = lower.rfind(kLabel);
  if (at == std::string::npos) return Verdict::unreadable;
  std::string_view rest = std::string_view(lower).substr(at + kLabel.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(" \n*\"`("), rest.size()));
  if (rest.starts_with("program ")) rest.remove_prefix(8);
  const bool longer_number = rest.size() > 1 && rest[1] >= '0' && rest[1] <= '9';
  if (rest.starts_with("tie")) return Verdict::tie;
  if (rest.empty() || longer_number) return Verdict::unreadable;
  return rest[0] == '1' ? Verdict::first : rest[0] == '2' ? Verdict::second : Verdict::unreadable;
}

std::string observed(const Execution& execution) {
  if (!execution.ok()) return "error: " + std::string(sandbox::to_string(execution.verdict)) + " " + execution.error;
  return std::string(trim(execution.output));
}

}  // namespace reckon::s_star
