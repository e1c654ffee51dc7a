// A model's vocabulary: text to token ids and back. Immutable and thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/token.h"

namespace reckon {

// Whether control tokens written in the text ("<|im_end|>") become their single id or plain text.
// User text is always plain; only rendered chat templates may contain control tokens.
enum class ControlTokens { as_text, parse };

class Vocabulary {
 public:
  virtual ~Vocabulary() = default;
  virtual int size() const = 0;  // number of logits a row has
  virtual Tokens tokenize(std::string_view text, ControlTokens control) const = 0;
  // The bytes of one token; empty for control tokens. May be part of a UTF-8 character.
  virtual std::string_view piece(TokenId token) const = 0;
  // The written form of any token, control tokens included ("<|im_end|>").
  virtual std::string_view name(TokenId token) const = 0;
  virtual bool is_end_of_generation(TokenId token) const = 0;
  virtual bool is_control(TokenId token) const = 0;
  // Whether plain text contains the written form of a control token.
  virtual bool mentions_control(std::string_view text) const { return tokenize(text, ControlTokens::parse) != tokenize(text, ControlTokens::as_text); }
  // Ids at or above this are padding of the logit row and must never be sampled.
  virtual int usable_size() const { return size(); }
};

// A piece of a prompt: our own text, whose control tokens count, or content, whose do not.
struct TextPart {
  std::string_view text;
  bool is_content = false;
};
// The parts as one text, in one piece, so that tokens merge across the seams as they did in training: cut in parts, words
// and the spaces before them would become other tokens. Where some content mentions a control token, each part by itself.
Tokens tokenize_parts(const Vocabulary& vocabulary, std::span<const TextPart> parts);

// Every id that ends a turn. O(vocabulary).
Tokens end_of_generation_ids(const Vocabulary& vocabulary);

// Concatenated pieces; the tail may end inside a UTF-8 character.
std::string detokenize(const Vocabulary& vocabulary, const Tokens& tokens);

}  // namespace reckon
