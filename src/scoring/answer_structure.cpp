#include "scoring/answer_structure.h"

#include <algorithm>

#include "base/text.h"
#include "scoring/answer_data.h"
#include "scoring/answer_text.h"

namespace reckon::answer_detail {
namespace {

struct RelationSign {
  std::string_view text;
  std::string_view sign;
};
// Longest first.
constexpr RelationSign kRelations[] = {{"\\le", "<="}, {"\\ge", ">="}, {"\\ne", "!="}, {"<=", "<="}, {">=", ">="},
                                       {"!=", "!="}, {":=", "="}, {"==", "="}, {"=", "="}, {"<", "<"}, {">", ">"}};

const RelationSign* relation_at(std::string_view text, std::size_t at) {
  for (const auto& relation : kRelations) {
    if (text.substr(at, relation.text.size()) != relation.text) continue;
    const auto end = at + relation.text.size();
    // \left is gone by now, but \leftarrow and \neg are not relations.
    if (relation.text[0] == '\\' && end < text.size() && is_letter(text[end])) continue;
    return &relation;
  }
  return nullptr;
}

}  // namespace

bool DepthCounter::outside(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == '(' || c == '[' || c == '{') {
    ++depth_;
    return false;
  }
  if (c == ')' || c == ']' || c == '}') {
    if (depth_ > 0) --depth_;
    return false;
  }
  return depth_ == 0;
}

std::vector<std::string_view> split_list(std::string_view text) {
  std::vector<std::string_view> parts;
  DepthCounter depth;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!depth.outside(text, i) || (text[i] != ',' && text[i] != ';')) continue;
    if (text[i] == ',' && is_thousands_comma(text, i)) continue;
    parts.push_back(trim(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  parts.push_back(trim(text.substr(begin)));
  return parts;
}

std::vector<std::string_view> split_at(std::string_view text, const std::vector<std::string_view>& separators) {
  std::vector<std::string_view> parts;
  DepthCounter depth;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!depth.outside(text, i)) continue;
    for (const auto separator : separators) {
      if (text.substr(i, separator.size()) != separator) continue;
      parts.push_back(trim(text.substr(begin, i - begin)));
      begin = i + separator.size();
      i = begin - 1;
      break;
    }
  }
  parts.push_back(trim(text.substr(begin)));
  return parts;
}

Relations split_relations(std::string_view text) {
  Relations result;
  DepthCounter depth;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!depth.outside(text, i)) continue;
    const auto* relation = relation_at(text, i);
    if (relation == nullptr) continue;
    result.sides.push_back(trim(text.substr(begin, i - begin)));
    result.signs.emplace_back(relation->sign);
    begin = i + relation->text.size();
    i = begin - 1;
  }
  result.sides.push_back(trim(text.substr(begin)));
  return result;
}

std::optional<Enclosed> enclosed(std::string_view text) {
  Enclosed result;
  std::size_t begin = 1;
  if (text.starts_with("\\{")) {
    result.open = '{';
    begin = 2;
  } else if (text.starts_with('(') || text.starts_with('[') || text.starts_with('{')) {
    result.open = text.front();
  } else {
    return std::nullopt;
  }
  // The first bracket must be closed by the last byte.
  int depth = 0;
  for (std::size_t i = begin - 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '(' || c == '[' || c == '{') ++depth;
    if ((c == ')' || c == ']' || c == '}') && --depth == 0) {
      if (i + 1 != text.size()) return std::nullopt;
      result.close = c;
      const auto end = i > begin && c == '}' && text[i - 1] == '\\' ? i - 1 : i;
      result.inner = trim(text.substr(begin, end - begin));
      const bool braces = result.open == '{' || result.close == '}';
      if (braces && result.open != '{') return std::nullopt;
      return result;
    }
  }
  return std::nullopt;
}

bool is_short_name(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.size() > 24) return false;
  if (text.starts_with('\\')) {
    text.remove_prefix(1);
    return std::all_of(text.begin(), text.end(), is_letter) && text != "pi" && text != "infty";
  }
  if (!is_letter(text.front())) return false;
  if (text.size() <= 2) return text.size() == 1 || is_letter(text[1]) || is_digit(text[1]) || text[1] == '\'';
  if (text[1] == '_') {
    return std::all_of(text.begin() + 2, text.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '{' || c == '}'; });
  }
  // f(x), P(A), f(x, y)
  const auto open = text.find('(');
  if (open == std::string_view::npos || open > 2 || text.back() != ')') return false;
  const auto inner = text.substr(open + 1, text.size() - open - 2);
  return std::all_of(inner.begin(), inner.end(), [](char c) { return is_letter(c) || is_digit(c) || c == ',' || c == ' '; });
}

}  // namespace reckon::answer_detail
