// A loaded language model: immutable weights, vocabulary and chat template, shareable by all.
//
// Capabilities are data (ModelInfo), so that a strategy that needs more than a model has is refused
// before any token is spent. Threading: all methods are const and thread-safe; each KvContext made
// from it belongs to one thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/kv_context.h"
#include "model/vocabulary.h"

namespace reckon {

struct ChatMessage {
  std::string role;  // "system", "user" or "assistant"
  std::string content;
};

// What a chat template is asked for besides the messages.
struct ChatTemplateOptions {
  enum class Thinking { template_default, on, off };
  Thinking thinking = Thinking::template_default;  // the family's own switch, where it has one
};

struct ModelInfo {
  std::string name;
  std::string architecture;   // "qwen2", "llama", ...
  std::string description;
  std::string chat_template;  // its source; empty when there is none
  std::string digest;         // tells weights apart, cheaply: not a cryptographic digest; empty: unknown
  std::uint64_t parameters = 0;
  std::uint64_t bytes = 0;
  int training_context = 0;   // tokens
  int hidden_size = 0;        // width of hidden states
  TokenId bos = kNoToken;     // what plain text begins with; kNoToken: nothing
  bool can_fork = true;
  bool can_truncate = true;
  bool has_logits = true;
  bool has_hidden_states = false;
  // FLOPs of one token's forward pass, 2 x parameters (Kaplan et al. 2020, section 2.1).
  double flops_per_token() const { return 2.0 * static_cast<double>(parameters); }
};

struct ContextOptions {
  int slots = 32;          // branches held at once
  int cells = 16384;       // tokens held at once
  int context = 4096;      // longest branch
  int threads = 0;         // 0: all cores
  bool deterministic = false;  // own memory per slot and fixed batch shapes (docs/decisions/0003)
};

class LanguageModel {
 public:
  virtual ~LanguageModel() = default;
  virtual const ModelInfo& info() const = 0;
  virtual const Vocabulary& vocabulary() const = 0;
  // The messages in the model's chat format, then the header of the assistant's turn and `prefill` as
  // its beginning. Control tokens written in message contents stay plain text, so that nobody can end
  // their own turn; those of the template and of the prefill count. Errors: a template that fails.
  virtual Result<Tokens> tokenize_chat(std::span<const ChatMessage> messages, const ChatTemplateOptions& options,
                                       std::string_view prefill) const = 0;
  virtual Result<std::unique_ptr<KvContext>> create_context(const ContextOptions& options) const = 0;
  // The same weights with a LoRA adapter (2106.09685) of a file applied at scale 1 in every context of the result. The
  // weights are shared, so that a role of its own costs no second copy. Not while another thread makes contexts of
  // this model. Errors: unsupported (this kind of model takes none), not_found, invalid_argument (broken, or made for
  // another architecture).
  virtual Result<std::shared_ptr<const LanguageModel>> with_adapter(const std::string& path) const {
    return unsupported(info().name + " takes no adapter, so " + path + " cannot be applied");
  }
};

}  // namespace reckon
