// What a probe is worth on questions that it was not fitted on: how well it tells right steps from wrong ones,
// and what choosing by it gains over a vote and over chance.
//
// Threading: pure. Cost: a bootstrap of 10,000 resamples for each comparison.
#pragma once

#include "apps/prm/step_samples.h"
#include "bench/statistics.h"

namespace reckon::prm {

// Accuracy of answering each question from all its traces by their probabilities, and the paired differences.
struct ProbeChoice {
  double accuracy = 0.0;
  statistics::PairedDifference to_vote, to_random;
};

struct ProbeReport {
  ProbeQuality steps;   // against the labels
  ProbeQuality lasts;   // the last step's probability against the outcome
  ProbeQuality wholes;  // the whole trace's
  // Means over questions.
  double random = 0.0;  // one trace
  double vote = 0.0;
  double any = 0.0;     // some trace is right: what a perfect choice would reach
  // By the probability of the last step, as a search over steps has it, or of the whole trace, as a best-of-N.
  ProbeChoice best_by_last, weighted_by_last;    // the highest; a vote weighted by it
  ProbeChoice best_by_whole, weighted_by_whole;
  std::size_t questions = 0;
};

// Errors: invalid_argument without questions, or with features of another size.
Result<ProbeReport> evaluate_probe(const StateProbe& probe, const std::vector<LabelledQuestion>& questions);

}  // namespace reckon::prm
