#include "programs/program_answer.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "scoring/code_extract.h"

namespace reckon {

std::string program_answer_request(std::string_view question) {
  return std::string(question) +
         "\n\nWrite a Python 3 program that computes the answer step by step from the numbers in "
         "the question and prints only the final answer with print(). It reads no input. Reply with "
         "the program in one ```python block.";
}

Result<std::string> program_answer(const ProgramRunner& runner, std::string_view reply) {
  const ExtractedCode code = extract_code(reply);
  const bool written = code.source != ExtractedCode::Source::none && code.source != ExtractedCode::Source::whole_text;
  if (!written) return std::string();
  const Execution execution = runner.run(code.code);
  if (execution.verdict == sandbox::Verdict::sandbox_failure) return internal_error("the sandbox failed: " + execution.error);
  const std::string_view output = trim(execution.passed_output());
  return without_float_noise(trim(output.substr(output.rfind('\n') + 1)));
}

std::string without_float_noise(std::string_view number) {
  constexpr std::ptrdiff_t kExactDigits = 15;  // of a double; what Python prints beyond them is how it was rounded
  constexpr int kKept = 12;
  const std::string text(number);
  const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
  const auto value = parse_number<double>(text);
  if (!value || digits <= kExactDigits || text.find('.') == std::string::npos) return text;
  char kept[40];
  std::snprintf(kept, sizeof kept, "%.*g", kKept, *value);
  return kept;
}

}  // namespace reckon
