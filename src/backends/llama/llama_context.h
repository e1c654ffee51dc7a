// One llama.cpp context as a KvContext. One thread at a time.
//
// Unified cells by default: seq_cp of a prefix is book-keeping, and samples of one prompt share its
// memory. In deterministic mode each slot owns its memory, so that a prefix's cells always lie in
// order. docs/decisions/0002 has the measurements.
#pragma once

#include <memory>
#include <vector>

#include "llama.h"
#include "model/language_model.h"

namespace reckon {

class LlamaContext final : public KvContext {
 public:
  // `adapter` may be null, or is one of the model's.
  static Result<std::unique_ptr<KvContext>> create(llama_model* model, llama_adapter_lora* adapter, const ContextOptions& options);
  ~LlamaContext() override;

  const KvLimits& limits() const override { return limits_; }
  Status copy_prefix(int from, int to, int length) override;
  Status truncate(int slot, int length) override;
  Status decode(std::span<const BatchToken> batch) override;
  void set_outputs(Outputs outputs) override { outputs_ = outputs; }
  std::span<const float> logits(int output) const override;
  std::span<const float> hidden(int output) const override;

 private:
  LlamaContext(llama_context* context, int vocabulary_size, const ContextOptions& options);
  Status decode_with_hidden(std::span<const BatchToken> batch);
  Status decode_once(std::span<const BatchToken> batch);

  llama_context* context_;
  llama_memory_t memory_;
  int vocabulary_size_;
  Outputs outputs_ = Outputs::logits;
  KvLimits limits_;
  std::vector<int> lengths_;     // tokens per slot, to check what llama.cpp would assert
  std::vector<int> output_rows_;  // batch index of each wanted output
  std::vector<llama_token> tokens_;
  std::vector<llama_pos> positions_;
  std::vector<int32_t> slot_counts_;
  std::vector<llama_seq_id> slots_;
  std::vector<llama_seq_id*> slot_pointers_;
  std::vector<int8_t> wanted_;
};

}  // namespace reckon
