// Choosing an answer among traces: plain majority, weighted majority, or the best score.
//
// Answers are grouped by equivalence, not by string; ties go to the answer seen first, in index
// order. A trace without an answer has no vote, but counts among the traces.
// Sources: self-consistency (2203.11171, section 2); best-of-N and weighted best-of-N (2408.03314,
// section 3 and appendix).
#pragma once

#include <span>

#include "search/sample.h"

namespace reckon {

enum class Selection {
  vote,      // every trace weighs 1
  weighted,  // the group with the largest sum of weights
  max,       // the answer of the trace with the largest weight
};

// weights: one per trace; read for `weighted` and `max`. A trace without an answer is chosen only when
// no trace has one; then the answer text is empty and `trace` is the first trace's.
Answer select_answer(std::span<const SampledTrace> traces, std::span<const double> weights, Selection selection);

}  // namespace reckon
