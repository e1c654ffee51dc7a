#include "model/vocabulary.h"

#include <algorithm>

namespace reckon {

std::string detokenize(const Vocabulary& vocabulary, const Tokens& tokens) {
  std::string text;
  for (TokenId token : tokens) text += vocabulary.piece(token);
  return text;
}

Tokens tokenize_parts(const Vocabulary& vocabulary, std::span<const TextPart> parts) {
  const bool hostile = std::ranges::any_of(parts, [&](const TextPart& part) { return part.is_content && vocabulary.mentions_control(part.text); });
  if (!hostile) {
    std::string whole;
    for (const TextPart& part : parts) whole += part.text;
    return vocabulary.tokenize(whole, ControlTokens::parse);
  }
  Tokens tokens;
  for (const TextPart& part : parts) {
    const Tokens more = vocabulary.tokenize(part.text, part.is_content ? ControlTokens::as_text : ControlTokens::parse);
    tokens.insert(tokens.end(), more.begin(), more.end());
  }
  return tokens;
}

Tokens end_of_generation_ids(const Vocabulary& vocabulary) {
  Tokens ids;
  for (TokenId token = 0; token < vocabulary.size(); ++token) {
    if (vocabulary.is_end_of_generation(token)) ids.push_back(token);
  }
  return ids;
}

}  // namespace reckon
