#include "backends/llama/llama_context.h"

#include <algorithm>

namespace reckon {
namespace {

constexpr int kMicroBatch = 512;  // tokens computed at once
constexpr int kBatch = 2048;
constexpr int kDraftOutputs = 32;  // outputs beside one for each slot

}  // namespace

Result<std::unique_ptr<KvContext>> LlamaContext::create(llama_model* model, llama_adapter_lora* adapter, const ContextOptions& options) {
  const auto most_slots = static_cast<int>(llama_max_parallel_sequences());
  if (options.slots < 1 || options.slots > most_slots) {
    return invalid_argument("slots = " + std::to_string(options.slots) + " is out of range: llama.cpp takes 1 to " + std::to_string(most_slots));
  }
  llama_context_params params = llama_context_default_params();
  params.n_seq_max = static_cast<std::uint32_t>(options.slots);
  params.kv_unified = !options.deterministic;
  // Without shared cells every slot has a context of its own.
  params.n_ctx = static_cast<std::uint32_t>(options.deterministic ? options.context * options.slots : options.cells);
  params.n_batch = kBatch;
  params.n_ubatch = kMicroBatch;
  params.n_outputs_max = static_cast<std::uint32_t>(std::min(kMicroBatch, std::max(options.slots, 1) + kDraftOutputs));
  params.n_threads = params.n_threads_batch = std::max(1, options.threads);
  params.no_perf = true;
  params.pooling_type = LLAMA_POOLING_TYPE_NONE;  // hidden states token by token
  llama_context* context = llama_init_from_model(model, params);
  if (context == nullptr) {
    return out_of_memory("llama.cpp could not make a context of " + std::to_string(params.n_ctx) +
                         " cells; try fewer --slots or a smaller --context");
  }
  if (adapter != nullptr) {
    float scale = 1.0F;
    if (llama_set_adapters_lora(context, &adapter, 1, &scale) != 0) {
      llama_free(context);
      return model_failure("llama.cpp could not apply the adapter");
    }
  }
  const int vocabulary_size = llama_vocab_n_tokens(llama_model_get_vocab(model));
  return std::unique_ptr<KvContext>(new LlamaContext(context, vocabulary_size, options));
}

LlamaContext::LlamaContext(llama_context* context, int vocabulary_size, const ContextOptions& options)
    : context_(context),
      memory_(llama_get_memory(context)),
      vocabulary_size_(vocabulary_size),
      lengths_(static_cast<std::size_t>(options.slots), 0) {
  limits_.slots = options.slots;
  limits_.cells = static_cast<int>(llama_n_ctx(context));
  limits_.context_tokens = std::min(options.context, static_cast<int>(llama_n_ctx_seq(context)));
  limits_.batch_tokens = static_cast<int>(llama_n_batch(context));
  limits_.outputs = std::min(kMicroBatch, std::max(options.slots, 1) + kDraftOutputs);
  limits_.shared_cells = !options.deterministic;
}

LlamaContext::~LlamaContext() { llama_free(context_); }

Status LlamaContext::copy_prefix(int from, int to, int length) {
  auto& source = lengths_[static_cast<std::size_t>(from)];
  auto& target = lengths_[static_cast<std::size_t>(to)];
  if (from == to || length > source || target != 0) return internal_error("bad prefix copy");
  if (limits_.shared_cells) {
    llama_memory_seq_cp(memory_, from, to, 0, length);
  } else {
    // Separate memory can only be copied whole; the surplus is cut off.
    llama_memory_seq_cp(memory_, from, to, -1, -1);
    if (length < source && !llama_memory_seq_rm(memory_, to, length, -1)) return model_failure("llama.cpp could not cut a copied prefix");
  }
  target = length;
  return ok_status();
}

Status LlamaContext::truncate(int slot, int length) {
  auto& held = lengths_[static_cast<std::size_t>(slot)];
  if (length > held) return internal_error("truncate beyond the end");
  if (length == held) return ok_status();
  if (!llama_memory_seq_rm(memory_, slot, length, -1)) return model_failure("llama.cpp could not remove tokens");
  held = length;
  return ok_status();
}

Status LlamaContext::decode(std::span<const BatchToken> batch) {
  const bool hidden = outputs_ == Outputs::logits_and_hidden;
  llama_set_embeddings(context_, false);
  return hidden ? decode_with_hidden(batch) : decode_once(batch);
}

// llama.cpp gives hidden states only for batches of which every token is an output, and would compute the
// logits of a whole prompt for them. So tokens without output go first, in a call of their own.
Status LlamaContext::decode_with_hidden(std::span<const BatchToken> batch) {
  std::vector<BatchToken> silent;
  std::vector<BatchToken> wanted;
  for (const auto& token : batch) (token.want_output ? wanted : silent).push_back(token);
  const std::vector<int> before = lengths_;
  RECKON_RETURN_IF_ERROR(decode_once(silent));
  llama_set_embeddings(context_, !wanted.empty());
  Status status = decode_once(wanted);
  if (!status.ok() && status.kind() == ErrorKind::out_of_memory) {
    for (const auto& token : silent) {
      const int length = before[static_cast<std::size_t>(token.slot)];
      if (length < lengths_[static_cast<std::size_t>(token.slot)]) RECKON_RETURN_IF_ERROR(truncate(token.slot, length));
    }
  }
  return status;
}

Status LlamaContext::decode_once(std::span<const BatchToken> batch) {
  const std::size_t n = batch.size();
  if (n == 0) return ok_status();
  if (static_cast<int>(n) > limits_.batch_tokens) return internal_error("batch larger than the context's");
  tokens_.resize(n), positions_.resize(n), slots_.resize(n), wanted_.resize(n), slot_pointers_.resize(n);
  slot_counts_.assign(n, 1);
  output_rows_.clear();
  for (std::size_t i = 0; i < n; ++i) {
    const BatchToken& item = batch[i];
    if (item.token < 0 || item.token >= vocabulary_size_) return internal_error("token id out of range");
    if (item.slot < 0 || item.slot >= limits_.slots) return internal_error("slot out of range");
    tokens_[i] = item.token;
    positions_[i] = item.position;
    slots_[i] = item.slot;
    slot_pointers_[i] = &slots_[i];
    wanted_[i] = item.want_output ? 1 : 0;
    if (item.want_output) output_rows_.push_back(static_cast<int>(i));
  }
  llama_batch raw{};
  raw.n_tokens = static_cast<std::int32_t>(n);
  raw.token = tokens_.data();
  raw.pos = positions_.data();
  raw.n_seq_id = slot_counts_.data();
  raw.seq_id = slot_pointers_.data();
  raw.logits = wanted_.data();
  const int code = llama_decode(context_, raw);
  if (code == 1) return out_of_memory("the KV cache is full (" + std::to_string(limits_.cells) + " cells)");
  if (code != 0) return model_failure("llama.cpp could not compute a batch (code " + std::to_string(code) + ")");
  for (const auto& item : batch) {
    auto& length = lengths_[static_cast<std::size_t>(item.slot)];
    length = std::max(length, item.position + 1);
  }
  return ok_status();
}

std::span<const float> LlamaContext::logits(int output) const {
  const float* row = llama_get_logits_ith(context_, output_rows_[static_cast<std::size_t>(output)]);
  return {row, static_cast<std::size_t>(row == nullptr ? 0 : vocabulary_size_)};
}

std::span<const float> LlamaContext::hidden(int output) const {
  if (outputs_ != Outputs::logits_and_hidden) return {};
  const float* row = llama_get_embeddings_ith(context_, output_rows_[static_cast<std::size_t>(output)]);
  return {row, static_cast<std::size_t>(row == nullptr ? 0 : llama_model_n_embd_out(llama_get_model(context_)))};
}

}  // namespace reckon
