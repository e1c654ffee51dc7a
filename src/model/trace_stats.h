// What a trace's tokens say about the model's confidence, summed while they are sampled.
//
// Sources: log-likelihood (Wang et al. 2203.11171, section 2, "normalised" and "unnormalised");
// self-certainty, the mean KL divergence from the uniform distribution (Kang et al. 2502.18581);
// token confidence over the top k (DeepConf, 2508.15260). All are taken from the raw logits: before
// temperature, truncation and controllers' edits. Values.
#pragma once

#include <cstdint>

namespace reckon {

struct TokenStats {
  double logprob = 0.0;         // natural log, of the token chosen
  double self_certainty = 0.0;  // nats, >= 0
};

struct TraceStats {
  std::int64_t tokens = 0;  // sampled tokens that were recorded
  double logprob = 0.0;     // sum
  double self_certainty = 0.0;  // sum
  void add(const TokenStats& token) {
    ++tokens;
    logprob += token.logprob;
    self_certainty += token.self_certainty;
  }
  double mean_logprob() const { return tokens > 0 ? logprob / static_cast<double>(tokens) : 0.0; }
  double mean_self_certainty() const { return tokens > 0 ? self_certainty / static_cast<double>(tokens) : 0.0; }
};

}  // namespace reckon
