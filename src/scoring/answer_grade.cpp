#include "scoring/answer_grade.h"

namespace reckon {

AnswerValue parse_reference(std::string_view reference, const AnswerStyle& style) {
  AnswerStyle lenient = style;
  lenient.strict = false;  // strictness is about what the model wrote
  const bool solution = reference.find("\\boxed") != std::string_view::npos || reference.find("####") != std::string_view::npos;
  return solution ? parse_answer(extract_answer(reference, lenient).text, lenient) : parse_answer(reference, lenient);
}

bool grade_answer(const AnswerValue& answer, std::string_view reference, const AnswerStyle& style, const EquivalencePolicy& policy) {
  return equivalent(answer, parse_reference(reference, style), policy);
}

bool grade(std::string_view model_output, std::string_view reference, const AnswerStyle& style) {
  const auto extracted = extract_answer(model_output, style);
  if (!extracted.found()) return false;
  return grade_answer(parse_answer(extracted.text, style), reference, style);
}

}  // namespace reckon
