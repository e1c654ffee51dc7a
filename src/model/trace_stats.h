// What a trace's tokens say about the model's confidence, recorded while they are sampled.
//
// Sources: log-likelihood (Wang et al. 2203.11171, section 2, "normalised" and "unnormalised");
// self-certainty, the mean KL divergence from the uniform distribution (Kang et al. 2502.18581);
// token confidence (DeepConf, 2508.15260, section 2): C = -(1/k) sum over the k most probable tokens of
// log P. All are taken from the raw logits: before temperature, truncation and controllers' edits.
//
// Sums are kept for the first two; token confidences one by one (4 bytes each), because the scores made
// of them look at windows whose length is a setting (scoring/confidence.h). Values.
#pragma once

#include <cstdint>
#include <vector>

namespace reckon {

inline constexpr int kConfidenceTop = 20;  // k; all tokens of a vocabulary that has fewer
// A probability below e^-100 (less than a float can hold) counts as that, so that C stays finite when
// fewer than k tokens are possible.
inline constexpr double kLeastLogProbability = -100.0;

struct TokenStats {
  double logprob = 0.0;         // natural log, of the token chosen
  double self_certainty = 0.0;  // nats, >= 0
  double confidence = 0.0;      // nats, log k to 100; higher: more peaked
};

// Hidden states (after the final norm, before the output layer) from which tokens were sampled: that of the
// last one, and the sum over all. Empty unless recorded.
struct HiddenStats {
  std::int64_t tokens = 0;
  std::vector<float> last;
  std::vector<float> sum;
  void add(const std::vector<float>& state);
  void add(const HiddenStats& more);
  bool operator==(const HiddenStats&) const = default;
};

struct TraceStats {
  std::int64_t tokens = 0;         // sampled tokens that were recorded
  double logprob = 0.0;            // sum
  double self_certainty = 0.0;     // sum
  std::vector<float> confidences;  // of each token, in order
  HiddenStats hidden;
  void add(const TokenStats& token) {
    ++tokens;
    logprob += token.logprob;
    self_certainty += token.self_certainty;
    confidences.push_back(static_cast<float>(token.confidence));
  }
  void add(const TraceStats& more) {
    tokens += more.tokens;
    logprob += more.logprob;
    self_certainty += more.self_certainty;
    confidences.insert(confidences.end(), more.confidences.begin(), more.confidences.end());
    hidden.add(more.hidden);
  }
  double mean_logprob() const { return tokens > 0 ? logprob / static_cast<double>(tokens) : 0.0; }
  bool operator==(const TraceStats&) const = default;
  double mean_self_certainty() const { return tokens > 0 ? self_certainty / static_cast<double>(tokens) : 0.0; }
};

inline void HiddenStats::add(const std::vector<float>& state) {
  if (state.empty()) return;
  add(HiddenStats{1, state, state});
}

inline void HiddenStats::add(const HiddenStats& more) {
  if (more.tokens == 0) return;
  tokens += more.tokens;
  last = more.last;
  sum.resize(more.sum.size());
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more.sum[i];
}

}  // namespace reckon
