#include "backends/llama/llama_vocabulary.h"

#include <algorithm>

namespace reckon {
namespace {

std::string token_text(const llama_vocab* vocabulary, TokenId token) {
  char small[64];
  const int length = llama_token_to_piece(vocabulary, token, small, sizeof small, 0, true);
  if (length >= 0) return std::string(small, static_cast<std::size_t>(length));
  std::string text(static_cast<std::size_t>(-length), '\0');
  llama_token_to_piece(vocabulary, token, text.data(), static_cast<std::int32_t>(text.size()), 0, true);
  return text;
}

}  // namespace

LlamaVocabulary::LlamaVocabulary(const llama_vocab* vocabulary) : vocabulary_(vocabulary) {
  const int n = llama_vocab_n_tokens(vocabulary);
  names_.reserve(static_cast<std::size_t>(n));
  for (TokenId token = 0; token < n; ++token) {
    names_.push_back(token_text(vocabulary, token));
    if (llama_vocab_is_control(vocabulary, token) && names_.back().size() > 1) control_names_.push_back(names_.back());
    // Rows are often padded beyond the tokenizer's last token with ids that have no meaning.
    const auto attributes = llama_vocab_get_attr(vocabulary, token);
    if ((attributes & LLAMA_TOKEN_ATTR_UNUSED) == 0) usable_ = token + 1;
  }
}

Tokens LlamaVocabulary::tokenize(std::string_view text, ControlTokens control) const {
  Tokens tokens(text.size() + 8);
  const bool parse = control == ControlTokens::parse;
  const auto length = static_cast<std::int32_t>(text.size());
  int n = llama_tokenize(vocabulary_, text.data(), length, tokens.data(), static_cast<std::int32_t>(tokens.size()), false, parse);
  if (n < 0) {
    tokens.resize(static_cast<std::size_t>(-n));
    n = llama_tokenize(vocabulary_, text.data(), length, tokens.data(), static_cast<std::int32_t>(tokens.size()), false, parse);
  }
  tokens.resize(static_cast<std::size_t>(std::max(n, 0)));
  return tokens;
}

std::string_view LlamaVocabulary::piece(TokenId token) const {
  return is_control(token) ? std::string_view() : std::string_view(names_[static_cast<std::size_t>(token)]);
}

bool LlamaVocabulary::mentions_control(std::string_view text) const {
  return std::ranges::any_of(control_names_, [&](const std::string& name) { return text.find(name) != std::string_view::npos; });
}

}  // namespace reckon
