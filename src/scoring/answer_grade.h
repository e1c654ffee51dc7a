// One call from a model's output to a verdict: extract, parse, compare under the grading policy.
//
// The reference may be a bare answer or a whole solution with \boxed{...} or "#### n".
//
// Threading: pure. Cost: linear in the output plus one comparison. Errors: none; no answer in the
// output or no reference is false. Source: shared specification 6.
#pragma once

#include <string_view>

#include "scoring/answer_equivalence.h"
#include "scoring/answer_extract.h"
#include "scoring/answer_style.h"
#include "scoring/answer_value.h"

namespace reckon {

bool grade(std::string_view model_output, std::string_view reference, const AnswerStyle& style = {});

// The same for an answer that was extracted before, and for another policy.
bool grade_answer(const AnswerValue& answer, std::string_view reference, const AnswerStyle& style,
                  const EquivalencePolicy& policy = EquivalencePolicy::grading());

AnswerValue parse_reference(std::string_view reference, const AnswerStyle& style = {});

}  // namespace reckon
