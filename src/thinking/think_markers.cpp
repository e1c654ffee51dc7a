#include "thinking/think_markers.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace reckon {

extern const std::string_view embedded_think_markers_json;

namespace {

using Json = nlohmann::json;

Status read_text(const Json& entry, const char* key, std::string& target) {
  if (!entry.contains(key)) return ok_status();
  if (!entry[key].is_string()) return invalid_argument(std::string("\"") + key + "\" should be a text");
  target = entry[key].get<std::string>();
  return ok_status();
}

Status read_texts(const Json& entry, const char* key, std::vector<std::string>& target) {
  if (!entry.contains(key)) return ok_status();
  const Json& list = entry[key];
  const bool texts = list.is_array() && std::ranges::all_of(list, [](const Json& item) { return item.is_string() && !item.get<std::string>().empty(); });
  if (!texts) return invalid_argument(std::string("\"") + key + "\" should be a list of texts that are not empty");
  target = list.get<std::vector<std::string>>();
  return ok_status();
}

Result<ThinkFamily> read_family(const Json& entry) {
  static const std::set<std::string> known = {"name", "model_contains", "template_contains", "template_lacks", "control_tokens",
                                              "open", "close", "forced_close", "ends", "off", "soft_switch_on",
                                              "soft_switch_off", "native"};
  if (!entry.is_object()) return invalid_argument("a family should be a JSON object");
  for (const auto& [key, value] : entry.items()) {
    if (!known.contains(key)) return invalid_argument("unknown key \"" + key + "\"");
  }
  ThinkFamily family;
  for (const auto& [key, target] : {std::pair{"name", &family.name}, {"open", &family.open}, {"close", &family.close},
                                    {"forced_close", &family.forced_close}, {"off", &family.off},
                                    {"soft_switch_on", &family.soft_switch_on}, {"soft_switch_off", &family.soft_switch_off}}) {
    RECKON_RETURN_IF_ERROR(read_text(entry, key, *target));
  }
  for (const auto& [key, target] : {std::pair{"model_contains", &family.model_contains}, {"template_contains", &family.template_contains},
                                    {"template_lacks", &family.template_lacks}, {"control_tokens", &family.control_tokens},
                                    {"ends", &family.ends}}) {
    RECKON_RETURN_IF_ERROR(read_texts(entry, key, *target));
  }
  if (entry.contains("native")) {
    if (!entry["native"].is_boolean()) return invalid_argument("\"native\" should be true or false");
    family.native = entry["native"].get<bool>();
  }
  if (family.name.empty() || family.close.empty() || family.ends.empty()) return invalid_argument("a family needs name, close and ends");
  if (family.forced_close.empty()) family.forced_close = family.close;
  return family;
}

bool is_control_token(const std::string& text, const Vocabulary& vocabulary) {
  const Tokens tokens = vocabulary.tokenize(text, ControlTokens::parse);
  return tokens.size() == 1 && vocabulary.name(tokens.front()) == text && vocabulary.tokenize(text, ControlTokens::as_text) != tokens;
}

bool fits(const ThinkFamily& family, const ModelInfo& model, const Vocabulary& vocabulary) {
  const std::string who = to_lower(model.name + " " + model.architecture);
  const auto in_name = [&who](const std::string& part) { return who.find(to_lower(part)) != std::string::npos; };
  const auto in_template = [&model](const std::string& part) { return model.chat_template.find(part) != std::string::npos; };
  if (!family.model_contains.empty() && std::ranges::none_of(family.model_contains, in_name)) return false;
  if (!std::ranges::all_of(family.template_contains, in_template)) return false;
  if (std::ranges::any_of(family.template_lacks, in_template)) return false;
  return std::ranges::all_of(family.control_tokens, [&](const std::string& token) { return is_control_token(token, vocabulary); });
}

void add_forms(std::vector<Tokens>& all, const std::string& marker, const Vocabulary& vocabulary) {
  std::ranges::move(surface_forms(marker, vocabulary, ControlTokens::parse), std::back_inserter(all));
}

}  // namespace

Result<std::vector<ThinkFamily>> parse_think_families(std::string_view json) {
  const Json root = Json::parse(json, nullptr, false);
  if (!root.is_object() || !root.contains("families") || !root["families"].is_array()) {
    return invalid_argument("expected a JSON object {\"families\": [...]}");
  }
  std::vector<ThinkFamily> families;
  for (const Json& entry : root["families"]) {
    auto family = read_family(entry);
    if (!family.ok()) return family.status().while_doing("reading family " + std::to_string(families.size() + 1));
    families.push_back(std::move(family).value());
  }
  return families;
}

const std::vector<ThinkFamily>& builtin_think_families() {
  static const std::vector<ThinkFamily> families = [] {
    auto parsed = parse_think_families(embedded_think_markers_json);
    return parsed.ok() ? std::move(parsed).value() : std::vector<ThinkFamily>{};
  }();
  return families;
}

Result<std::vector<ThinkFamily>> load_think_families(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return not_found("there is no file of thinking markers at \"" + path + "\"");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto families = parse_think_families(text);
  if (!families.ok()) return families.status().while_doing("reading " + path);
  std::ranges::copy(builtin_think_families(), std::back_inserter(*families));
  return families;
}

const ThinkFamily* find_think_family(const std::vector<ThinkFamily>& families, const ModelInfo& model, const Vocabulary& vocabulary) {
  const auto found = std::ranges::find_if(families, [&](const ThinkFamily& family) { return fits(family, model, vocabulary); });
  return found == families.end() ? nullptr : &*found;
}

Result<ThinkFamily> choose_think_family(const std::string& file, const std::string& name, const ModelInfo& model, const Vocabulary& vocabulary) {
  std::vector<ThinkFamily> families = builtin_think_families();
  if (!file.empty()) {
    RECKON_ASSIGN_OR_RETURN(families, load_think_families(file));
  }
  if (name.empty()) {
    const ThinkFamily* found = find_think_family(families, model, vocabulary);
    if (found == nullptr) return internal_error("no family of thinking markers fits this model");
    return *found;
  }
  std::vector<std::string> names;
  for (const ThinkFamily& family : families) {
    if (family.name == name) return family;
    names.push_back(family.name);
  }
  const std::string nearest = nearest_name(name, names);
  return not_found("there is no family of thinking markers named \"" + name + "\"" +
                   (nearest.empty() ? "; there are " + join(names, ", ") : "; did you mean \"" + nearest + "\"?"));
}

std::optional<bool> soft_switch_in(const ThinkFamily& family, std::string_view message) {
  std::optional<bool> last;
  for (std::size_t end = 0; end < message.size();) {
    const std::size_t begin = message.find_first_not_of(" \t\r\n", end);
    if (begin == std::string_view::npos) break;
    end = std::min(message.find_first_of(" \t\r\n", begin), message.size());
    const std::string_view word = message.substr(begin, end - begin);
    if (word == family.soft_switch_on) last = true;
    if (word == family.soft_switch_off) last = false;
  }
  return last;
}

Result<std::shared_ptr<const ThinkSection>> resolve_think_section(const ThinkFamily& family, const Vocabulary& vocabulary) {
  for (const std::string& token : family.control_tokens) {
    if (!is_control_token(token, vocabulary)) {
      return unsupported("the thinking markers of \"" + family.name + "\" do not fit this model: it has no control token " + token);
    }
  }
  auto section = std::make_shared<ThinkSection>();
  section->family = family;
  section->close = vocabulary.tokenize(family.close, ControlTokens::parse);
  section->forced_close = vocabulary.tokenize(family.forced_close, ControlTokens::parse);
  std::vector<Tokens> opens;
  std::vector<Tokens> ends;
  add_forms(opens, family.open, vocabulary);
  for (const std::string& end : family.ends) add_forms(ends, end, vocabulary);
  if (ends.empty() || section->close.empty() || section->forced_close.empty()) {
    return unsupported("the thinking markers of \"" + family.name + "\" cannot be written in this model's vocabulary");
  }
  section->end_marker = vocabulary.tokenize(family.ends.front(), ControlTokens::parse);
  section->end_progress = PhraseMatcher({section->end_marker});
  section->opens = PhraseMatcher(opens);
  section->ends = PhraseMatcher(ends);
  section->turn_ends = end_of_generation_ids(vocabulary);
  return std::shared_ptr<const ThinkSection>(std::move(section));
}

namespace {

// The tokens end with one of the phrases and white space after it.
bool ends_with_phrase(const PhraseMatcher& phrases, const Vocabulary& vocabulary, const Tokens& tokens) {
  int position = 0;
  bool found = false;
  for (const TokenId token : tokens) {
    position = phrases.advance(position, token);
    const bool space = !vocabulary.is_control(token) && trim(vocabulary.piece(token)).empty();
    found = phrases.matched(position) > 0 || (found && space);
  }
  return found;
}

}  // namespace

bool prompt_opens_section(const ThinkSection& section, const Vocabulary& vocabulary, const Tokens& prompt) {
  return section.opens.empty() || ends_with_phrase(section.opens, vocabulary, prompt);  // empty: the turn itself is the section
}

std::string section_prefill(const ThinkSection& section, const Vocabulary& vocabulary, const Tokens& templated, bool off) {
  const ThinkFamily& family = section.family;
  const bool opened = prompt_opens_section(section, vocabulary, templated);
  if (!off) return opened ? "" : family.open;
  if (ends_with_phrase(section.ends, vocabulary, templated)) return "";
  if (!opened || section.opens.empty()) return family.off;
  return family.off.starts_with(family.open) ? family.off.substr(family.open.size()) : family.close;
}

}  // namespace reckon
