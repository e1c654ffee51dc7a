// llama.cpp's vocabulary behind our interface. Pieces are cached at load: 150,000 short strings.
#pragma once

#include <string>
#include <vector>

#include "llama.h"
#include "model/vocabulary.h"

namespace reckon {

class LlamaVocabulary final : public Vocabulary {
 public:
  explicit LlamaVocabulary(const llama_vocab* vocabulary);

  int size() const override { return static_cast<int>(names_.size()); }
  int usable_size() const override { return usable_; }
  Tokens tokenize(std::string_view text, ControlTokens control) const override;
  std::string_view piece(TokenId token) const override;
  std::string_view name(TokenId token) const override { return names_[static_cast<std::size_t>(token)]; }
  bool is_end_of_generation(TokenId token) const override { return llama_vocab_is_eog(vocabulary_, token); }
  bool is_control(TokenId token) const override { return llama_vocab_is_control(vocabulary_, token); }

  bool mentions_control(std::string_view text) const override;
  bool adds_bos() const { return llama_vocab_get_add_bos(vocabulary_); }
  TokenId bos() const { return llama_vocab_bos(vocabulary_); }
  TokenId eos() const { return llama_vocab_eos(vocabulary_); }

 private:
  const llama_vocab* vocabulary_;
  std::vector<std::string> names_;
  std::vector<std::string> control_names_;
  int usable_ = 0;
};

}  // namespace reckon
