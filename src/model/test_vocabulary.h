// Tests only: a vocabulary for what is handed one and reads nothing in it.
#pragma once

#include "model/vocabulary.h"

namespace reckon::testing_support {

class WordlessVocabulary final : public Vocabulary {
 public:
  int size() const override { return 4; }
  Tokens tokenize(std::string_view, ControlTokens) const override { return {}; }
  std::string_view piece(TokenId) const override { return {}; }
  std::string_view name(TokenId) const override { return {}; }
  bool is_end_of_generation(TokenId) const override { return false; }
  bool is_control(TokenId) const override { return false; }
};

}  // namespace reckon::testing_support
