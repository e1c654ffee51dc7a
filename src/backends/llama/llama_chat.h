// Chat templates through llama.cpp's jinja engine.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/language_model.h"

namespace reckon {

// A piece of a rendered chat: the template's own text, or what came from a message.
struct ChatPart {
  std::string text;
  bool from_message = false;
};

struct SpecialTexts {
  std::string bos;
  std::string eos;
};

class ChatTemplate {
 public:
  // Errors: invalid_argument when the template does not parse.
  static Result<std::unique_ptr<ChatTemplate>> parse(const std::string& source, SpecialTexts special);
  ~ChatTemplate();
  // Ends with the header of the assistant's turn. Thread-safe.
  Result<std::vector<ChatPart>> render(std::span<const ChatMessage> messages, const ChatTemplateOptions& options) const;

 private:
  struct Program;
  ChatTemplate();
  std::unique_ptr<Program> program_;
};

}  // namespace reckon
