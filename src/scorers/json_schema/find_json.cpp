#include "scorers/json_schema/find_json.h"

#include <string>
#include <vector>

#include "base/text.h"
#include "scoring/reply_text.h"

namespace reckon {
namespace {

using nlohmann::json;

// Reads on as long as the text is JSON of no more than the depth allowed, and keeps nothing.
class DepthCheck final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth_ <= kDeepestJson; }
  bool start_array(std::size_t) override { return ++depth_ <= kDeepestJson; }
  bool end_object() override { return --depth_ >= 0; }
  bool end_array() override { return --depth_ >= 0; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override { return false; }

 private:
  int depth_ = 0;
};

// One past the bracket that closes the first one. The text is known to begin with an object or array.
std::size_t end_of_value(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return i + 1;
    }
  }
  return text.size();
}

// The bodies of ``` and ~~~ blocks; one that the reply's end cuts off counts.
std::vector<std::string> fenced_blocks(std::string_view text) {
  std::vector<std::string> blocks;
  std::string fence;  // that opened the block; empty: outside
  for (const std::string& line : split(text, '\n')) {
    const std::string_view bare = trim(line);
    if (!fence.empty() && bare == fence) {
      fence.clear();
    } else if (!fence.empty()) {
      blocks.back() += line + "\n";
    } else if (bare.starts_with("```") || bare.starts_with("~~~")) {
      fence = bare.substr(0, bare.find_first_not_of(bare[0]));
      blocks.emplace_back();
    }
  }
  return blocks;
}

std::optional<json> last_bracketed(std::string_view text) {
  std::string_view last;
  for (auto at = text.find_first_of("{["); at != std::string_view::npos; at = text.find_first_of("{[", at)) {
    const std::string_view rest = text.substr(at);
    DepthCheck check;
    if (json::sax_parse(rest.begin(), rest.end(), &check, json::input_format_t::json, false)) {
      last = rest.substr(0, end_of_value(rest));
      at += last.size();
    } else {
      ++at;
    }
  }
  return last.empty() ? std::nullopt : read_json(last);
}

}  // namespace

std::optional<json> read_json(std::string_view text) {
  DepthCheck check;
  if (!json::sax_parse(text.begin(), text.end(), &check)) return std::nullopt;
  json value = json::parse(text.begin(), text.end(), nullptr, false);
  return value.is_discarded() ? std::nullopt : std::optional(std::move(value));
}

std::optional<json> find_json(std::string_view reply) {
  reply = after_thinking(reply);
  if (auto whole = read_json(reply)) return whole;
  const auto blocks = fenced_blocks(reply);
  for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
    if (auto value = read_json(*block)) return value;
  }
  return last_bracketed(reply);
}

}  // namespace reckon
