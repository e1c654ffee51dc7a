// What a probe is worth on questions that it was not fitted on: how well it tells right steps from wrong ones,
// and what choosing by it gains over a vote and over chance.
//
// Threading: pure. Cost: a bootstrap of 10,000 resamples for each comparison.
#pragma once

#include "apps/prm/step_samples.h"
#include "bench/statistics.h"

namespace reckon::prm {

struct ProbeReport {
  ProbeQuality steps;   // against the labels
  ProbeQuality traces;  // the last step's probability against the outcome
  // Accuracy of answering each question from all its traces, by rule; means over questions.
  double random = 0.0;  // one trace
  double vote = 0.0;
  double best = 0.0;      // best-of-N: the answer of the trace with the highest probability
  double weighted = 0.0;  // a vote weighted by probability
  statistics::PairedDifference best_to_vote, best_to_random, weighted_to_vote, weighted_to_random;
  std::size_t questions = 0;
};

// Errors: invalid_argument without questions, or with features of another size.
Result<ProbeReport> evaluate_probe(const StateProbe& probe, const std::vector<LabelledQuestion>& questions);

}  // namespace reckon::prm
