// Choosing an answer among traces: every rule that a vote or a best-of-n uses is here.
//
// Answers are grouped by equivalence, not by string; ties go to the answer seen first, in index
// order. A trace without an answer has no vote and no rank, but counts among the traces.
//
// rule                 how                                     source
// majority             vote                                    2203.11171, section 2
// weighted best-of-N   weighted, weights = scores              2408.03314, section 3 and appendix
// best-of-N            max                                     2110.14168; 2408.03314
// CISC                 weighted, softmax_weights               2502.06233
// Borda                weighted, borda_weights                 2502.18581, section 4
// DeepConf, offline    weighted, weights = scores of only_top  2508.15260, section 3
// laconic              shortest                                compared in 2501.18585
//
// Threading: pure functions. Cost: parsing the answers; one equivalence test per group and answer.
#pragma once

#include <span>
#include <vector>

#include "search/sample.h"

namespace reckon {

enum class Selection {
  vote,      // every trace weighs 1
  weighted,  // the group with the largest sum of weights
  max,       // the answer of the trace with the largest weight
  shortest,  // of the traces with an answer, the completed one with the fewest tokens; else the shortest
};

enum class Calibration { calibrated, uncalibrated };  // whether scores are meant as probabilities

// weights: one per trace; read for `weighted` and `max`. A trace without an answer is chosen only when
// no trace has one; then the answer text is empty and `trace` is the first trace's, or for `max` that of the
// largest weight: an open question has no answer to extract, and its responses are ranked all the same.
Answer select_answer(std::span<const SampledTrace> traces, std::span<const double> weights, Selection selection);

// The answer of traces[chosen], even if it has none, with the shares of a plain vote beside it.
Answer answer_of(std::span<const SampledTrace> traces, std::size_t chosen);

// Traces with an answer, best score first, ties in index order; a score that is no number comes last.
std::vector<std::size_t> ranked_by_score(std::span<const SampledTrace> traces, std::span<const double> scores);

// Weights from scores, one per trace; 0 for a trace without an answer.
//
// Calibrated scores as they are, others through softmax_weights at temperature 1; what is no number counts 0.
std::vector<double> verifier_weights(std::span<const SampledTrace> traces, std::span<const double> scores, Calibration calibration);

// e^(score / temperature), normalised over the traces with an answer. Scores may be negative.
std::vector<double> softmax_weights(std::span<const SampledTrace> traces, std::span<const double> scores,
                                    double temperature);
// (N - rank + 1)^power for rank 1 to N; power 0 is the plain vote. Equal scores share the mean of their
// ranks' weights, so that equal scores make a plain vote too.
std::vector<double> borda_weights(std::span<const SampledTrace> traces, std::span<const double> scores, double power);
// The weights with 0 for all traces but the best `percent` of those with an answer, rounded up.
std::vector<double> only_top(std::span<const SampledTrace> traces, std::span<const double> scores,
                             std::vector<double> weights, double percent);

}  // namespace reckon
