// Prompt templates: texts with {placeholders}, built in and replaceable by the user's own files.
//
// "{question}" stands for the value of that name. Only the names that the template's owner lists are
// placeholders; any other brace, as in \boxed{7} or JSON, is text. A name that is nearly one of them, such as
// {qestion}, is taken for a typing error and refused. Values are put in as they are and not looked at again:
// a question that says "{draft}" gets no draft.
//
// A line that is just [system], [user] or [assistant] begins a message; what comes before the first such
// line is a user message too. White space around a message is not part of it.
//
// Threading: values. Cost: parse and render are linear in the text.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/language_model.h"

namespace reckon {

struct TemplatePlaceholders {
  std::vector<std::string> required;  // the template must use these
  std::vector<std::string> optional = {};
};

using TemplateValues = std::map<std::string, std::string, std::less<>>;

class PromptTemplate {
 public:
  // Errors: invalid_argument for a template without a message, one that lacks a required placeholder, or one
  // whose placeholder is misspelt.
  static Result<PromptTemplate> parse(std::string_view text, const TemplatePlaceholders& placeholders);
  // The text of the user's file when `path` is not empty, else `built_in`. Errors: not_found for a file that
  // cannot be read; those of parse(), with the file's name.
  static Result<PromptTemplate> load(const std::string& path, std::string_view built_in,
                                     const TemplatePlaceholders& placeholders);

  // A placeholder without a value stands for nothing.
  std::vector<ChatMessage> messages(const TemplateValues& values) const;
  // All messages in one text, without their headings.
  std::string text(const TemplateValues& values) const;

 private:
  struct Piece {
    std::string text;
    bool placeholder = false;
  };
  struct Message {
    std::string role;
    std::vector<Piece> pieces;
  };

  std::vector<Message> messages_;
};

// The path of one of several templates in a folder of the user's: empty, so that the built-in one is taken,
// when no folder is given or it has no "<name>.txt".
std::string template_path(const std::string& folder, std::string_view name);

}  // namespace reckon
