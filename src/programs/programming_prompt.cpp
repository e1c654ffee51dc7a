#include "programs/programming_prompt.h"

#include "base/text.h"
#include "scoring/code_extract.h"

namespace reckon {
namespace {

constexpr std::size_t kShownBytes = 400;  // of an input, of an output
constexpr std::size_t kExamples = 3;

std::string example(const ProgramTests& tests, const ProgramTest& test) {
  if (tests.kind == ProgramTests::Kind::standard_input) {
    return "Input:\n" + shortened(trim(test.input), kShownBytes) + "\nOutput:\n" + shortened(trim(test.expected), kShownBytes) + "\n";
  }
  if (test.expected.empty()) return shortened(trim(test.input), kShownBytes) + "\n";
  return shortened(test.input, kShownBytes) + " == " + shortened(test.expected, kShownBytes) + "\n";
}

}  // namespace

std::string shortened(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return std::string(text);
  const std::size_t head = complete_utf8_prefix(text.substr(0, most_bytes / 2));
  std::size_t tail = text.size() - most_bytes / 2;
  while (tail < text.size() && (static_cast<unsigned char>(text[tail]) & 0xC0U) == 0x80U) ++tail;
  return std::string(text.substr(0, head)) + " ... " + std::string(text.substr(tail));
}

std::string fence_of(ProgramLanguage language) { return "```" + std::string(to_string(language)); }

std::string programming_question(std::string_view question, const ProgramTests& tests) {
  std::string prompt(trim(question));
  for (std::size_t i = 0; i < std::min(kExamples, tests.tests.size()); ++i) {
    if (i == 0) prompt += "\n\nExamples:\n";
    prompt += "\n" + example(tests, tests.tests[i]);
  }
  if (tests.kind == ProgramTests::Kind::standard_input) {
    return prompt + "\nWrite a complete " + std::string(tests.language == ProgramLanguage::cpp ? "C++20" : "Python 3") +
           " program that reads from standard input and prints only the answer. Reply with the program in one " + fence_of(tests.language) + " block.";
  }
  if (!tests.starter.empty()) prompt += "\n```python\n" + tests.starter + (tests.starter.ends_with('\n') ? "" : "\n") + "```\n";
  return prompt + "\nWrite the Python 3 function `" + tests.entry_point +
         "`, complete with its signature and imports. Reply with the function in one ```python block.";
}

std::string test_feedback(const ProgramTests& tests, const TestReport& report) {
  std::string text;
  for (std::size_t i = 0; i < report.tests.size(); ++i) {
    const ProgramTest& test = tests.tests[i];
    const Execution& run = report.tests[i];
    text += "Test " + std::to_string(i + 1) + ": " + (run.passed ? "passed" : run.ok() || run.verdict == sandbox::Verdict::wrong_answer ? "wrong answer" : "error");
    text += "\n  Input: " + shortened(trim(test.input), kShownBytes);
    if (!test.expected.empty()) text += "\n  Expected: " + shortened(trim(test.expected), kShownBytes);
    if (run.verdict == sandbox::Verdict::wrong_answer || run.passed) text += "\n  Got: " + shortened(trim(run.output), kShownBytes);
    else text += "\n  Error: " + run.error;
    text += "\n";
  }
  return text;
}

}  // namespace reckon
