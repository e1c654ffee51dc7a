#include "programs/program_answer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

#include "base/text.h"
#include "scoring/code_extract.h"

namespace reckon {

std::string program_answer_request(std::string_view question) {
  return std::string(question) +
         "\n\nWrite a Python 3 program that computes the answer step by step from the numbers in "
         "the question and prints only the final answer with print(). It reads no input. Reply with "
         "the program in one ```python block.";
}

std::string program_in(std::string_view reply) {
  ExtractedCode code = extract_code(reply);
  return code.source == ExtractedCode::Source::whole_text ? std::string() : std::move(code.code);
}

std::string printed_answer(const Execution& execution) {
  const std::string_view output = trim(execution.passed_output());
  return without_float_noise(trim(output.substr(output.rfind('\n') + 1)));
}

Result<std::vector<std::optional<std::string>>> program_answers(const ProgramRunner& runner, std::span<const std::string_view> replies) {
  std::vector<std::optional<std::string>> answers(replies.size(), "");
  std::vector<std::string> programs;
  std::vector<std::size_t> written;  // by which reply
  for (std::size_t i = 0; i < replies.size(); ++i) {
    programs.push_back(program_in(replies[i]));
    if (programs.back().empty()) programs.pop_back();
    else written.push_back(i);
  }
  const std::vector<std::string> no_input = {""};
  const auto table = runner.run_inputs(programs, {}, no_input);
  for (std::size_t row = 0; row < table.size(); ++row) {
    const Execution& execution = table[row].front();
    std::optional<std::string>& answer = answers[written[row]];
    if (!execution.begun) answer.reset();
    else if (execution.verdict == sandbox::Verdict::sandbox_failure) return internal_error("the sandbox failed: " + execution.error);
    else answer = printed_answer(execution);
  }
  return answers;
}

std::string without_float_noise(std::string_view number) {
  constexpr std::ptrdiff_t kExactDigits = 15;  // of a double; what Python prints beyond them is how it was rounded
  constexpr int kKept = 12;
  constexpr double kLarge = 1e6;  // from here on kKept digits may be too few for what is meant
  constexpr double kRounding = 8.0 * std::numeric_limits<double>::epsilon();
  const std::string text(number);
  const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
  const auto value = parse_number<double>(text);
  if (!value || digits <= kExactDigits || text.find('.') == std::string::npos) return text;
  char kept[40];
  std::snprintf(kept, sizeof kept, "%.*g", kKept, *value);
  const double lost = std::abs(*value - *parse_number<double>(kept));
  const bool is_rounding = lost <= kRounding * std::abs(*value);
  const bool is_small = std::abs(*value) < kLarge;
  return is_rounding || is_small ? kept : text;
}

}  // namespace reckon
