// A language model made of a function, for tests: what it says is a pure function of the tokens that
// its fake KV cache holds, so that a wrong fork, eviction or truncation shows as a wrong token.
//
// The logits come from a LogitFunction: a table, a seeded hash, or a set of weighted replies. Delays
// and faults can be injected. Threading and ownership as for any LanguageModel; a FakeProbe shared
// with the contexts counts what was computed.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/language_model.h"

namespace reckon {

// Fills one row of logits for the token after `prefix`.
using LogitFunction = std::function<void(std::span<const TokenId> prefix, std::span<float> logits)>;

// Fills the hidden state after `prefix`; its size is the model's hidden_size.
using HiddenFunction = std::function<void(std::span<const TokenId> prefix, std::span<float> state)>;

// Byte-complete toy vocabulary: control tokens, 256 single bytes, then multi-byte pieces matched
// greedily, longest first.
class FakeVocabulary final : public Vocabulary {
 public:
  // Control tokens <eos>, <user>, <assistant>, <system>, <think>, </think>, all bytes, some words.
  static FakeVocabulary english();
  // Exactly `n` single-letter tokens "a", "b", ... plus <eos> as the last id: for exhaustive trees.
  static FakeVocabulary letters(int n);

  FakeVocabulary(std::vector<std::string> control, std::vector<std::string> pieces);

  int size() const override { return static_cast<int>(names_.size()); }
  Tokens tokenize(std::string_view text, ControlTokens control) const override;
  std::string_view piece(TokenId token) const override;
  std::string_view name(TokenId token) const override { return names_[static_cast<std::size_t>(token)]; }
  bool is_end_of_generation(TokenId token) const override { return token == eos_; }
  bool is_control(TokenId token) const override { return token < controls_; }
  TokenId eos() const { return eos_; }
  TokenId id(std::string_view name) const;  // kNoToken when there is none

 private:
  std::vector<std::string> names_;
  std::map<std::string, TokenId, std::less<>> ids_;
  int controls_ = 0;
  std::array<std::size_t, 256> longest_{};  // piece that begins with a byte
  std::array<TokenId, 256> bytes_;          // pieces of one byte
  TokenId eos_ = 0;
};

// What a test can see and do while a fake model runs. Thread-safe.
struct FakeProbe {
  std::atomic<std::int64_t> computed{0};      // tokens
  std::atomic<std::int64_t> decodes{0};       // calls
  std::atomic<std::int64_t> longest{0};       // tokens of the longest branch
  std::atomic<std::int64_t> fail_on_decode{0};          // this call (1-based) reports model_failure
  std::atomic<std::int64_t> out_of_memory_on_decode{0};  // this call reports out_of_memory
  std::atomic<int> delay_microseconds{0};     // per decode call
  std::function<void(std::int64_t call)> on_decode;  // at the start of each call, on its thread; set before the first
};

class FakeModel final : public LanguageModel {
 public:
  FakeModel(FakeVocabulary vocabulary, LogitFunction logits);

  const ModelInfo& info() const override { return info_; }
  const Vocabulary& vocabulary() const override { return vocabulary_; }
  const FakeVocabulary& fake_vocabulary() const { return vocabulary_; }
  Result<Tokens> tokenize_chat(std::span<const ChatMessage> messages, const ChatTemplateOptions& options,
                               std::string_view prefill) const override;
  Result<std::unique_ptr<KvContext>> create_context(const ContextOptions& options) const override;

  FakeProbe& probe() const { return *probe_; }
  ModelInfo& mutable_info() { return info_; }
  void give_hidden_states(int size, HiddenFunction hidden);

 private:
  ModelInfo info_;
  FakeVocabulary vocabulary_;
  LogitFunction logits_;
  HiddenFunction hidden_;
  std::shared_ptr<FakeProbe> probe_ = std::make_shared<FakeProbe>();
};

// Logits from a hash of (seed, prefix): a fixed but structureless model. `spread` scales them.
LogitFunction hashed_logits(std::uint64_t seed, float spread);

// One thing that the model may say after the last <assistant> of its prompt.
struct FakeReply {
  double weight = 1.0;
  std::string text;
};
// At each position the next token has the total weight of the replies that continue this way; <eos>
// follows a complete reply. After text that is no prefix of any reply (say, injected by a controller)
// the model says `otherwise` and stops.
LogitFunction weighted_replies(const FakeVocabulary& vocabulary, std::vector<FakeReply> replies, std::string otherwise);

}  // namespace reckon
