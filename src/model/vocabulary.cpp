#include "model/vocabulary.h"

namespace reckon {

std::string detokenize(const Vocabulary& vocabulary, const Tokens& tokens) {
  std::string text;
  for (TokenId token : tokens) text += vocabulary.piece(token);
  return text;
}

Tokens end_of_generation_ids(const Vocabulary& vocabulary) {
  Tokens ids;
  for (TokenId token = 0; token < vocabulary.size(); ++token) {
    if (vocabulary.is_end_of_generation(token)) ids.push_back(token);
  }
  return ids;
}

}  // namespace reckon
