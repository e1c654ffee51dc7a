#include "model/vocabulary.h"

namespace reckon {

std::string detokenize(const Vocabulary& vocabulary, const Tokens& tokens) {
  std::string text;
  for (TokenId token : tokens) text += vocabulary.piece(token);
  return text;
}

}  // namespace reckon
