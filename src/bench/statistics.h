// Statistics for comparing methods: intervals for rates, paired differences, the Pareto front.
//
// Sources: Wilson, "Probable inference, the law of succession, and statistical inference" (JASA
// 1927); Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), percentile intervals.
// The unit of the bootstrap is the row (the question): seeds of one row are not independent
// questions, so they are averaged first and rows are resampled.
//
// Threading: pure functions. Determinism: the same input and seed give the same interval. In a
// namespace of its own because its names are common words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"

namespace reckon::statistics {

struct Interval {
  double low = 0.0;
  double high = 0.0;
};

// The standard normal quantile of `probability` in (0, 1).
double normal_quantile(double probability);

// The Wilson score interval for a rate. `trials` = 0 gives [0, 1]: nothing is known. Assumes
// independent trials; `successes` <= `trials`, `confidence` in (0, 1).
Interval wilson_interval(std::size_t successes, std::size_t trials, double confidence = 0.95);

// 0 for no values.
double mean(std::span<const double> values);
// Sample standard deviation (n - 1); 0 for fewer than two values.
double standard_deviation(std::span<const double> values);
// Linear interpolation between order statistics (Hyndman and Fan, type 7); `percent` in [0, 100] is
// clamped; 0 for no values.
double percentile(std::span<const double> values, double percent);

struct BootstrapOptions {
  std::size_t resamples = 10000;
  double confidence = 0.95;  // in (0, 1)
  std::uint64_t seed = 1;
};

// One measured value of one row under one seed, for example 1 for a correct answer.
struct Observation {
  std::string row;
  std::uint64_t seed = 0;
  double value = 0.0;
};

struct PairedDifference {
  double difference = 0.0;  // mean over the shared rows of (candidate - baseline)
  Interval interval;        // percentile bootstrap over rows
  std::size_t rows = 0;     // rows that both have
  std::size_t better = 0;   // rows where the candidate's mean is higher
  std::size_t worse = 0;    // rows where it is lower
};

// Averages the seeds of each row, pairs by row, resamples rows. Rows that only one side has are left
// out. Errors: invalid_argument when no row is shared or an option is out of range.
// Cost: O(resamples x rows).
Result<PairedDifference> paired_difference(std::span<const Observation> candidate,
                                           std::span<const Observation> baseline,
                                           const BootstrapOptions& options = {});

struct BootstrapMean {
  double mean = 0.0;
  Interval interval;
  std::size_t rows = 0;
};

// The mean over rows of the mean over seeds, with an interval from resampling rows. Unlike Wilson's
// over rows x seeds, this does not take the seeds of one row for independent questions.
// Errors: as above.
Result<BootstrapMean> mean_over_rows(std::span<const Observation> observations,
                                     const BootstrapOptions& options = {});

struct CostAndValue {
  double cost = 0.0;   // less is better
  double value = 0.0;  // more is better
};

// Indices of the points that no other point beats (at most its cost and at least its value, one of
// them strictly), by ascending cost. Of equal points the first is kept.
std::vector<std::size_t> pareto_front(std::span<const CostAndValue> points);

}  // namespace reckon::statistics
