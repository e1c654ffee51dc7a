// The primitive operations of one KV cache: what a backend implements and the Decoder drives.
//
// A context has `slots` numbered 0..slots-1, each holding the keys and values of one token prefix,
// and a common pool of `cells` (one cell = one token's keys and values, shared between slots where
// copy_prefix made them equal). Residency policy lives in the Decoder, not here.
//
// Threading: used by one thread at a time. Ownership: the context owns the cache and its buffers.
#pragma once

#include <cstdint>
#include <span>

#include "base/status.h"
#include "model/token.h"

namespace reckon {

struct KvLimits {
  int slots = 1;           // prefixes held at once
  int cells = 0;           // tokens held at once, shared ones counted once
  int context_tokens = 0;  // longest single prefix
  int batch_tokens = 0;    // most tokens in one decode call
  int outputs = 0;         // most of them that want output
  // True when slots share cells (a copy is bookkeeping); false when each slot owns its memory.
  bool shared_cells = true;
};

struct BatchToken {
  TokenId token = kNoToken;
  std::int32_t position = 0;
  std::int32_t slot = 0;
  bool want_output = false;
};

// What a decode gives for the tokens that want output.
enum class Outputs { logits, logits_and_hidden };

class KvContext {
 public:
  virtual ~KvContext() = default;
  virtual const KvLimits& limits() const = 0;

  // Makes the first `length` tokens of `from` the contents of `to`, which must be empty.
  virtual Status copy_prefix(int from, int to, int length) = 0;
  // Keeps the first `length` tokens of a slot; 0 clears it.
  virtual Status truncate(int slot, int length) = 0;
  // Computes the tokens, in order; within a slot, positions continue what is there. out_of_memory
  // means that cells were short and nothing changed; any other error poisons the slots named.
  virtual Status decode(std::span<const BatchToken> batch) = 0;
  // From the next decode on. Hidden states cost little beside a decode of single tokens, but a backend may
  // need a call of its own for the tokens without output, so they are switched on only where wanted.
  virtual void set_outputs(Outputs outputs) { (void)outputs; }
  // Row of vocabulary.size() logits for the i-th token of the last decode that wanted output. Valid
  // until the next decode. hidden(): the final-norm state, or empty when the backend has none
  // or they were not asked for.
  virtual std::span<const float> logits(int output) const = 0;
  virtual std::span<const float> hidden(int output) const { (void)output; return {}; }
};

}  // namespace reckon
