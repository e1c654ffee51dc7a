// A probe: a small classifier over the hidden states that a model wrote a step with, which says how likely
// the trace is to end right. It costs no model call: the states come from the policy's own decode.
//
// Features of a step: the state that its last token was sampled from, the mean of all its tokens' states, the
// mean log-probability and the mean self-certainty. They are standardised, go through a logistic unit or
// through one hidden layer (tanh) and one, and the logit is calibrated on held-out questions (Platt scaling).
// Trained with soft labels by cross-entropy, as Monte-Carlo process rewards are (2312.08935; 2408.03314,
// appendix); that correctness can be read off hidden states: 2207.05221, section 5; 2504.05419.
//
// A probe belongs to the weights that it was fitted on: the digest is in its file.
//
// Threading: a fitted probe is immutable. Cost: O(features x hidden units) a step.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/trace_stats.h"

namespace reckon {

using Features = std::vector<float>;
// Empty when no hidden states were recorded.
Features probe_features(const TraceStats& step);

struct ProbeExample {
  Features features;
  double label = 0.0;          // probability of ending right, 0 to 1
  std::int64_t question = 0;   // examples of one question are never on both sides of a split
};

struct ProbeOptions {
  int hidden_units = 0;  // 0: logistic
  int epochs = 40;       // at most; the weights of the best epoch on the held-out questions are kept
  int batch = 64;
  double learning_rate = 1e-3;
  double weight_decay = 1e-2;       // decoupled, on weights that are not biases
  double held_out = 0.2;            // share of the questions
  std::uint64_t seed = 0;
};

struct ProbeQuality {
  std::size_t examples = 0;
  double loss = 0.0;   // cross-entropy, nats
  double brier = 0.0;  // mean squared error of the probability
  double auroc = 0.5;
};

class StateProbe {
 public:
  // Between 0 and 1, calibrated.
  double probability(std::span<const float> features) const;
  std::size_t features() const { return means_.size(); }
  const std::string& model_digest() const { return model_digest_; }

  // One JSON object. Errors: io; invalid_argument for a file that is no probe.
  Status save(const std::string& path) const;
  static Result<StateProbe> load(const std::string& path);
  // The one that comes with reckon for these weights (models/probes). Errors: not_found.
  static Result<StateProbe> builtin(const std::string& model_digest);

 private:
  friend class ProbeTrainer;
  friend struct ProbeReader;
  double logit(std::span<const float> features) const;

  std::string model_digest_;
  int hidden_units_ = 0;
  std::vector<float> means_;
  std::vector<float> scales_;   // 1 / standard deviation
  std::vector<float> weights_;  // hidden_units rows of features (or one), then their biases, then the last layer's
  double slope_ = 1.0;
  double offset_ = 0.0;
};

struct FittedProbe {
  StateProbe probe;
  ProbeQuality training;
  ProbeQuality held_out;
};
// Errors: invalid_argument for too few questions (2), features of different sizes or labels of one kind only.
Result<FittedProbe> fit_probe(std::span<const ProbeExample> examples, const std::string& model_digest, const ProbeOptions& options);

ProbeQuality probe_quality(const StateProbe& probe, std::span<const ProbeExample> examples);
// Probability that a right one (label of at least 0.5) scores above a wrong one, ties half; 0.5 when one kind
// is missing.
double area_under_roc(std::span<const double> scores, std::span<const double> labels);

}  // namespace reckon
