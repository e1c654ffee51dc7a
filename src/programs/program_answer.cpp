#include "programs/program_answer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/text.h"
#include "scoring/code_extract.h"

namespace reckon {
namespace {

// Of the mantissa, without zeros before it.
int significant_digits(std::string_view number) {
  const std::string_view mantissa = number.substr(0, number.find_first_of("eE"));
  const auto first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return 0;
  return static_cast<int>(std::ranges::count_if(mantissa.substr(first), [](char c) { return c >= '0' && c <= '9'; }));
}

// Not printf, which takes its decimal point from the locale.
std::string formatted(double value, std::chars_format format, int precision) {
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision);
  return {buffer.data(), end.ptr};
}

// Whether so many digits are all that the double has: a rounded one goes on for twenty more at the least.
bool is_exact(double value, int digits) {
  constexpr int kMore = 20;
  if (digits > 300) return true;
  const std::string whole = formatted(value, std::chars_format::scientific, digits - 1 + kMore);
  const std::string_view mantissa = std::string_view(whole).substr(0, whole.find('e'));
  return mantissa.substr(mantissa.size() - kMore).find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

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
    std::string program = program_in(replies[i]);
    if (program.empty()) continue;
    programs.push_back(std::move(program));
    written.push_back(i);
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
  constexpr int kExactDigits = 15;  // of a double; what Python prints beyond them is how it was rounded
  constexpr int kKept = 12;
  constexpr double kLarge = 1e6;  // from here on kKept digits may be too few for what is meant
  constexpr double kRounding = 8.0 * std::numeric_limits<double>::epsilon();
  const std::string text(number);
  const auto value = parse_number<double>(text);
  const int digits = significant_digits(text);
  if (!value || !std::isfinite(*value) || digits <= kExactDigits || text.find('.') == std::string::npos) return text;
  if (is_exact(*value, digits)) return text;
  const std::string kept = formatted(*value, std::chars_format::general, kKept);
  const bool is_rounding = std::abs(*value - *parse_number<double>(kept)) <= kRounding * std::abs(*value);
  return is_rounding || std::abs(*value) < kLarge ? kept : text;
}

}  // namespace reckon
