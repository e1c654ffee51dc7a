// The sampler: a pure function from a row of logits, settings and one uniform number to a token.
//
// Order of operations, as in the field: edits (masks, biases), then top-k, top-p, min-p, then
// temperature. Temperature 0 is argmax (lowest id on ties). Logits are natural-log units; a row is
// never written to, because forks may share it.
//
// Cost: two vectorised passes over the vocabulary (maximum, then the softmax's block sums, or the
// candidates near the maximum when truncating), one more when there are edits and one when statistics
// are recorded; about 0.1 ms for 150,000 logits. Threading: each thread needs its own SamplerScratch.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/status.h"
#include "model/token.h"
#include "model/trace_stats.h"

namespace reckon {

struct SamplingSettings {
  double temperature = 0.7;  // >= 0; 0: greedy
  int top_k = 0;             // 0: off
  double top_p = 1.0;        // (0, 1]; 1: off
  double min_p = 0.0;        // [0, 1]; 0: off
};
// Says which value is out of range and what the range is.
Status validate(const SamplingSettings& settings);

// What controllers want changed for one step.
struct LogitEdits {
  std::vector<TokenId> masked;                       // never sampled
  std::vector<std::pair<TokenId, float>> biased;     // added to the logit
  std::optional<double> temperature;                 // overrides the setting
  // Taken instead of a random draw when its logit is among the `within` largest.
  struct Preferred {
    TokenId token = kNoToken;
    int within = 0;  // 0: never
  } preferred;
  bool empty() const { return masked.empty() && biased.empty() && !temperature && preferred.within == 0; }
  void clear();
};

// What is kept of each sampled token. Hidden states come with the statistics, and only from models that
// have them.
enum class Record { nothing, statistics, hidden_states };

struct SamplerScratch {
  std::vector<float> edited;
  std::vector<double> block_sums;
  std::vector<std::pair<float, TokenId>> candidates;
};

struct Sampled {
  TokenId token = kNoToken;  // kNoToken when everything is masked
  TokenStats stats;          // zero unless recorded
};

struct SampleInput {
  std::span<const float> logits;
  int usable = 0;            // ids from here on are padding and never sampled
  double uniform = 0.0;      // [0, 1)
  Record record = Record::nothing;
};

Sampled sample(const SampleInput& input, const SamplingSettings& settings, const LogitEdits& edits, SamplerScratch& scratch);

// The natural log of each id's probability under a raw row: the softmax over the whole vocabulary. Ids
// that the row does not have get kLeastLogProbability.
std::vector<double> log_probabilities(std::span<const float> logits, std::span<const TokenId> ids);

// Statistics of one token under a raw row: its log-probability, the row's self-certainty and its
// confidence over the most probable tokens.
TokenStats token_stats(std::span<const float> logits, TokenId token);

}  // namespace reckon
