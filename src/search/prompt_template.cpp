#include "search/prompt_template.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"

namespace reckon {
namespace {

bool is_heading(std::string_view line) {
  return line == "[system]" || line == "[user]" || line == "[assistant]";
}

// The name of the placeholder that `text` begins with, which is {lower_case}; empty: none.
std::string_view name_at(std::string_view text) {
  const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", 1);
  if (end == std::string_view::npos || end == 1 || text[end] != '}') return {};
  return text.substr(1, end - 1);
}

struct RawMessage {
  std::string role = "user";
  std::string text;
};

std::vector<RawMessage> split_messages(std::string_view text) {
  std::vector<RawMessage> found(1);
  for (const auto& line : split(text, '\n')) {
    const std::string_view bare = trim(line);
    if (is_heading(bare)) {
      found.push_back({std::string(bare.substr(1, bare.size() - 2)), ""});
    } else {
      found.back().text += line + "\n";
    }
  }
  for (auto& message : found) message.text = std::string(trim(message.text));
  std::erase_if(found, [](const RawMessage& message) { return message.text.empty(); });
  return found;
}

}  // namespace

Result<PromptTemplate> PromptTemplate::parse(std::string_view text, const TemplatePlaceholders& placeholders) {
  std::vector<std::string> known = placeholders.required;
  known.insert(known.end(), placeholders.optional.begin(), placeholders.optional.end());
  std::vector<std::string> missing = placeholders.required;
  PromptTemplate made;
  for (const auto& raw : split_messages(text)) {
    Message message{raw.role, {}};
    std::string_view rest = raw.text;
    std::string plain;
    while (!rest.empty()) {
      const std::string name(rest.front() == '{' ? name_at(rest) : std::string_view());
      const bool is_known = std::ranges::find(known, name) != known.end();
      const bool may_be_misspelt = !is_known && name.size() > 3;  // x^{n} is no mistake
      if (const std::string meant = may_be_misspelt ? nearest_name(name, known) : ""; !meant.empty()) {
        return invalid_argument("the template has no placeholder {" + name + "}; did you mean {" + meant + "}?");
      }
      const std::size_t length = is_known ? name.size() + 2 : 1;
      if (is_known) {
        message.pieces.push_back({std::move(plain)});
        message.pieces.push_back({.text = name, .placeholder = true});
        plain.clear();
        std::erase(missing, name);
      } else {
        plain += rest.front();
      }
      rest.remove_prefix(length);
    }
    message.pieces.push_back({std::move(plain)});
    made.messages_.push_back(std::move(message));
  }
  if (!missing.empty()) return invalid_argument("the template must use {" + join(missing, "}, {") + "}");
  if (made.messages_.empty()) return invalid_argument("the template is empty");
  return made;
}

Result<PromptTemplate> PromptTemplate::load(const std::string& path, std::string_view built_in,
                                            const TemplatePlaceholders& placeholders) {
  if (path.empty()) return parse(built_in, placeholders);
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return not_found("there is no readable template at \"" + path + "\"");
  auto made = parse(text.str(), placeholders);
  if (!made.ok()) return made.status().while_doing("reading the template " + path);
  return made;
}

std::vector<ChatMessage> PromptTemplate::messages(const TemplateValues& values) const {
  std::vector<ChatMessage> rendered;
  for (const auto& message : messages_) {
    std::string text;
    for (const auto& piece : message.pieces) {
      const auto value = piece.placeholder ? values.find(piece.text) : values.end();
      if (value != values.end()) text += value->second;
      if (!piece.placeholder) text += piece.text;
    }
    rendered.push_back({message.role, std::move(text)});
  }
  return rendered;
}

std::string PromptTemplate::text(const TemplateValues& values) const {
  std::vector<std::string> texts;
  for (auto& message : messages(values)) texts.push_back(std::move(message.content));
  return join(texts, "\n\n");
}

std::string template_path(const std::string& folder, std::string_view name) {
  if (folder.empty()) return "";
  const auto path = std::filesystem::path(folder) / (std::string(name) + ".txt");
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) ? path.string() : "";
}

}  // namespace reckon
