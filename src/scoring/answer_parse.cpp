#include <algorithm>
#include <exception>
#include <utility>

#include "base/text.h"
#include "scoring/answer_choice.h"
#include "scoring/answer_data.h"
#include "scoring/answer_structure.h"
#include "scoring/answer_text.h"

namespace reckon {
namespace answer_detail {
namespace {

// Longer answers are compared as text only: no real answer needs more, and it bounds every parser.
constexpr std::size_t kMaxMathBytes = 8192;
constexpr std::size_t kMaxElements = 1024;
constexpr std::size_t kMaxParsedBytes = 400'000;  // retries included

// Spaces that mean something stay: "1 1/2" is not "11/2".
std::string without_spaces(std::string_view text) {
  const auto solid = [](char c) { return is_digit(c) || is_letter(c) || c == '.'; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_space(text[i])) {
      out += text[i];
    } else if (!out.empty() && solid(out.back()) && i + 1 < text.size() && solid(text[i + 1])) {
      out += ' ';
    }
  }
  return out;
}

AnswerData simple(AnswerKind kind, const Rational& number) {
  AnswerData data;
  data.kind = kind;
  data.number = number;
  return data;
}

// a_{8} and a_8 are one spelling, also in maths that is not understood.
std::string bare_scripts(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool script = (text[i] == '_' || text[i] == '^') && i + 3 < text.size() && text[i + 1] == '{' && text[i + 3] == '}';
    out += text[i];
    if (!script) continue;
    out += text[i + 2];
    i += 3;
  }
  return out;
}

AnswerData text_value(std::string_view text) {
  AnswerData data;
  data.normal = bare_scripts(normal_text(text));
  if (!data.normal.empty()) data.kind = AnswerKind::text;
  return data;
}

bool all_understood(const std::vector<AnswerData>& values) {
  return std::none_of(values.begin(), values.end(), [](const AnswerData& v) {
    return v.kind == AnswerKind::text || v.kind == AnswerKind::missing;
  });
}

std::vector<AnswerData> parse_all(const std::vector<std::string_view>& parts, ParseScope scope) {
  std::vector<AnswerData> values;
  values.reserve(parts.size());
  for (const auto part : parts) values.push_back(parse_value(part, scope.deeper()));
  return values;
}

// A set from list members; members that are such lists themselves ("\pm 1, \pm 2") are merged.
AnswerData make_set(std::vector<AnswerData> members) {
  AnswerData set;
  set.kind = AnswerKind::set;
  // "n = 2, 3, 4" names the list, "x = 1, y = 2" names its members.
  const bool only_first = members.size() > 1 && !members[0].name.empty() &&
                          std::all_of(members.begin() + 1, members.end(), [](const auto& m) { return m.name.empty(); });
  if (only_first) set.name = std::exchange(members[0].name, {});
  for (auto& member : members) {
    if (member.kind == AnswerKind::set && member.open == '\0' && member.name.empty()) {
      std::move(member.elements.begin(), member.elements.end(), std::back_inserter(set.elements));
    } else {
      set.elements.push_back(std::move(member));
    }
  }
  // "x = 1 or x = 2": one name for all.
  const bool same_name = !set.elements.empty() && !set.elements[0].name.empty() &&
                         std::all_of(set.elements.begin(), set.elements.end(), [&](const auto& m) { return m.name == set.elements[0].name; });
  if (same_name) {
    set.name = set.elements[0].name;
    for (auto& member : set.elements) member.name.clear();
  }
  return set;
}

std::optional<AnswerData> parse_plus_minus(std::string_view text, ParseScope scope) {
  if (text.find("\\pm") == std::string_view::npos) return std::nullopt;
  const std::string source(text);
  const auto upper = replace_all(replace_all(source, "\\pm", "+"), "\\mp", "-");
  const auto lower = replace_all(replace_all(source, "\\pm", "-"), "\\mp", "+");
  auto values = parse_all({upper, lower}, scope);
  if (!all_understood(values)) return std::nullopt;
  return make_set(std::move(values));
}

std::optional<AnswerData> parse_list(std::string_view text, ParseScope scope) {
  auto parts = split_list(text);
  if (parts.size() == 1) parts = split_at(text, {", or ", ", and ", " or ", " and ", "\\lor", "\\land"});
  if (parts.size() == 1 || parts.size() > kMaxElements) return std::nullopt;
  for (auto& part : parts) {  // "1, 2 and 3", "1, 2, and 3"
    for (const std::string_view word : {"and ", "or "}) {
      if (part.starts_with(word)) part = trim(part.substr(word.size()));
    }
  }
  auto values = parse_all(parts, scope);
  if (!all_understood(values)) return std::nullopt;
  return make_set(std::move(values));
}

std::optional<AnswerData> parse_union(std::string_view text, ParseScope scope) {
  const auto parts = split_at(text, {"\\cup"});
  if (parts.size() < 2 || parts.size() > kMaxElements) return std::nullopt;
  AnswerData set;
  set.kind = AnswerKind::set;
  set.open = 'U';
  set.elements = parse_all(parts, scope);
  if (!all_understood(set.elements)) return std::nullopt;
  return set;
}

std::optional<AnswerData> parse_container(std::string_view text, ParseScope scope) {
  const auto bracket = enclosed(text);
  if (!bracket) return std::nullopt;
  AnswerData data;
  data.open = bracket->open;
  data.close = bracket->close;
  // A brace pair without a backslash around one thing is TeX grouping.
  const bool grouping = text.front() == '{' || bracket->open == '(';
  // Inside brackets a comma always separates: (1,234) is a pair.
  std::vector<std::string_view> parts;
  if (!bracket->inner.empty()) parts = split_at(bracket->inner, {",", ";"});
  const bool mixed = data.open != '{' && (data.open == '(') != (data.close == ')');
  if (parts.size() > kMaxElements || (mixed && parts.size() != 2)) return std::nullopt;
  if (parts.size() == 1 && grouping && !mixed) {
    auto inner = parse_value(bracket->inner, scope.deeper());
    if (inner.kind == AnswerKind::text) return std::nullopt;
    return inner;
  }
  if (parts.empty() && data.open != '{') return std::nullopt;
  data.elements = parse_all(parts, scope);
  if (std::any_of(data.elements.begin(), data.elements.end(), [](const auto& e) { return e.kind == AnswerKind::missing; })) return std::nullopt;
  const bool infinite = bracket->inner.find("\\infty") != std::string_view::npos;
  const bool interval = parts.size() == 2 && (mixed || data.open == '[' || (data.open == '(' && infinite));
  data.kind = data.open == '{' ? AnswerKind::set : interval ? AnswerKind::interval : AnswerKind::tuple;
  return data;
}

std::optional<AnswerData> parse_matrix(std::string_view text, ParseScope scope) {
  if (!text.starts_with("\\begin{") || !text.ends_with('}')) return std::nullopt;
  const auto open = text.find('}');
  const auto close = text.rfind("\\end{");
  const auto name = text.substr(7, open - 7);
  if (close == std::string_view::npos || close < open || name.find("matrix") == std::string_view::npos) return std::nullopt;
  AnswerData data;
  data.kind = AnswerKind::matrix;
  for (const auto row : split_at(text.substr(open + 1, close - open - 1), {"\\\\"})) {
    if (row.empty()) continue;
    const auto cells = split_at(row, {"&"});
    if (data.columns != 0 && data.columns != cells.size()) return std::nullopt;
    data.columns = cells.size();
    if (data.elements.size() + cells.size() > kMaxElements) return std::nullopt;
    for (auto& cell : parse_all(cells, scope)) data.elements.push_back(std::move(cell));
  }
  if (data.elements.empty() || !all_understood(data.elements)) return std::nullopt;
  return data;
}

// "12:00", "3:30 pm", "10:15:30". Ambiguous "1:30" is a time: two digits after the colon.
std::optional<AnswerData> parse_time(std::string_view text) {
  std::string meridiem;
  for (const std::string_view mark : {"a.m", "p.m", "am", "pm"}) {
    if (text.size() > mark.size() && starts_with_lower(text.substr(text.size() - mark.size()), mark)) {
      meridiem = mark.front() == 'a' ? "am" : "pm";
      text = trim(text.substr(0, text.size() - mark.size()));
      break;
    }
  }
  const auto parts = split(text, ':');
  if (parts.size() > 3 || (parts.size() == 1 && meridiem.empty())) return std::nullopt;
  int fields[3] = {0, 0, 0};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool digits = !parts[i].empty() && std::all_of(parts[i].begin(), parts[i].end(), is_digit);
    if (!digits || parts[i].size() > 2 || (i > 0 && parts[i].size() != 2)) return std::nullopt;
    fields[i] = std::stoi(parts[i]);
  }
  if (fields[0] > 24 || fields[1] > 59 || fields[2] > 59 || (!meridiem.empty() && fields[0] > 12)) return std::nullopt;
  if (!meridiem.empty()) fields[0] = fields[0] % 12 + (meridiem == "pm" ? 12 : 0);
  auto data = simple(AnswerKind::time, Rational(fields[0] * 3600 + fields[1] * 60 + fields[2], 60));
  data.unit = meridiem;
  return data;
}

std::optional<AnswerData> parse_ratio(std::string_view text, ParseScope scope) {
  auto parts = split_at(text, {":"});
  if (parts.size() == 1) {
    parts = split_at(text, {" to "});
    if (parts.size() != 2) return std::nullopt;
  }
  if (parts.size() < 2 || parts.size() > kMaxElements) return std::nullopt;
  if (parts.back() == "..." && parts.size() > 2) parts.pop_back();
  if (parts.back().ends_with("...")) parts.back() = trim(parts.back().substr(0, parts.back().size() - 3));
  AnswerData data;
  data.kind = AnswerKind::ratio;
  data.elements = parse_all(parts, scope);
  const bool numbers = std::all_of(data.elements.begin(), data.elements.end(), [](const auto& e) {
    return e.kind == AnswerKind::number || e.kind == AnswerKind::expression;
  });
  if (!numbers) return std::nullopt;
  return data;
}

// x = 5, total = 18, x = 2 + 3 = 5, 5 = x: a value with a name. Words are no names.
std::optional<AnswerData> parse_assignment(const Relations& relations, ParseScope scope) {
  if (!std::all_of(relations.signs.begin(), relations.signs.end(), [](const auto& s) { return s == "="; })) return std::nullopt;
  const auto left = relations.sides.front();
  const auto right = relations.sides.back();
  const bool left_name = is_short_name(left);
  const bool right_name = is_short_name(right);
  if (left_name && !(right_name && relations.sides.size() == 2)) {
    auto value = parse_value(right, scope.deeper());
    if (value.kind == AnswerKind::missing) return std::nullopt;
    value.name = without_spaces(left);
    return value;
  }
  if (relations.sides.size() != 2) return std::nullopt;
  auto first = parse_value(left, scope.deeper());
  if (right_name && !left_name && first.kind != AnswerKind::text && first.kind != AnswerKind::missing) {
    first.name = without_spaces(right);
    return first;
  }
  if (first.kind != AnswerKind::text && first.kind != AnswerKind::missing) return std::nullopt;
  auto value = parse_value(right, scope.deeper());
  if (value.kind == AnswerKind::text || value.kind == AnswerKind::missing) return std::nullopt;
  return value;
}

// Greater-than is turned round, so that 5 > x and x < 5 have one form. nullopt when mixed.
bool turn_round(AnswerData& data) {
  const bool greater = std::any_of(data.relations.begin(), data.relations.end(), [](const auto& s) { return s[0] == '>'; });
  const bool less = std::any_of(data.relations.begin(), data.relations.end(), [](const auto& s) { return s[0] == '<'; });
  if (greater && less) return false;
  if (!greater) return true;
  std::reverse(data.relations.begin(), data.relations.end());
  std::reverse(data.elements.begin(), data.elements.end());
  for (auto& sign : data.relations) {
    if (sign[0] == '>') sign[0] = '<';
  }
  return true;
}

// "3 * 6 = 18": numbers that agree are that number.
bool is_true_chain(const std::vector<AnswerData>& sides) {
  return std::all_of(sides.begin(), sides.end(), [&](const AnswerData& side) {
    return side.kind == AnswerKind::number && side.number == sides.back().number;
  });
}

std::optional<AnswerData> parse_relation(std::string_view text, ParseScope scope) {
  if (const auto parts = split_at(text, {"\\in "}); parts.size() == 2 && is_short_name(parts[0])) {
    auto value = parse_value(parts[1], scope.deeper());
    value.name = without_spaces(parts[0]);
    if (value.kind != AnswerKind::text && value.kind != AnswerKind::missing) return value;
  }
  const auto relations = split_relations(text);
  if (relations.signs.empty() || relations.sides.size() > kMaxElements) return std::nullopt;
  if (auto assignment = parse_assignment(relations, scope)) return assignment;
  AnswerData data;
  const bool equation = std::all_of(relations.signs.begin(), relations.signs.end(), [](const auto& s) { return s == "="; });
  data.kind = equation ? AnswerKind::equation : AnswerKind::inequality;
  data.relations = relations.signs;
  data.elements = parse_all(relations.sides, scope);
  if (!all_understood(data.elements) || !turn_round(data)) return std::nullopt;
  if (equation && is_true_chain(data.elements)) return std::move(data.elements.back());
  return data;
}

std::optional<AnswerData> parse_word(std::string_view text) {
  if (const auto letter = lone_letter(text, 10)) return simple(AnswerKind::choice, Rational(*letter - 'A'));
  if (const auto answer = yes_or_no(text)) return simple(AnswerKind::yes_no, Rational(*answer ? 1 : 0));
  if (text == "\\emptyset") {
    AnswerData data;
    data.kind = AnswerKind::set;
    data.open = '{';
    return data;
  }
  const bool symbol = text.size() == 1 && is_letter(text[0]);
  const bool name = text == "pi" || to_lower(text) == "infinity";
  if (!symbol && !name) return std::nullopt;
  AnswerData data;
  data.kind = AnswerKind::expression;
  data.expression = parse_expression(name && text != "pi" ? "\\infty" : text);
  if (!data.expression) return std::nullopt;
  return data;
}

// Most specific first; the first that understands all of the text wins.
std::optional<AnswerData> parse_structure(std::string_view text, ParseScope scope) {
  if (auto word = parse_word(text)) return word;
  if (auto time = parse_time(text)) return time;
  if (auto quantity = parse_quantity(text)) return quantity;
  if (auto list = parse_list(text, scope)) return list;
  if (auto relation = parse_relation(text, scope)) return relation;
  if (auto both = parse_plus_minus(text, scope)) return both;
  if (auto joined = parse_union(text, scope)) return joined;
  if (auto container = parse_container(text, scope)) return container;
  if (auto matrix = parse_matrix(text, scope)) return matrix;
  return parse_ratio(text, scope);
}

AnswerData parse_styled(std::string_view text, const AnswerStyle& style) {
  if (style.kind == AnswerStyle::Kind::choice) {
    const auto letter = choice_in_place(text, style);
    return letter ? simple(AnswerKind::choice, Rational(*letter - 'A')) : AnswerData{};
  }
  if (style.kind == AnswerStyle::Kind::yes_no) {
    const auto answer = first_yes_or_no(text);
    return answer ? simple(AnswerKind::yes_no, Rational(*answer ? 1 : 0)) : AnswerData{};
  }
  if (style.kind == AnswerStyle::Kind::free_text || text.size() > kMaxMathBytes) return text_value(text);
  const std::string tidy = tidy_latex(plain_symbols(text));
  std::size_t bytes = kMaxParsedBytes;
  return parse_value(tidy, {.bytes_left = &bytes});
}

}  // namespace

std::string normal_text(std::string_view text) {
  std::string lower = to_lower(collapse_spaces(text));
  std::string_view view = lower;
  const auto punctuation = [](char c) { return c == '.' || c == ',' || c == '!' || c == '?' || c == '"' || c == '\'' || c == ' ' || c == '*' || c == '`'; };
  while (!view.empty() && punctuation(view.back())) view.remove_suffix(1);
  while (!view.empty() && punctuation(view.front())) view.remove_prefix(1);
  for (const std::string_view article : {"the ", "an ", "a "}) {
    if (view.starts_with(article) && view.size() > article.size()) {
      view.remove_prefix(article.size());
      break;
    }
  }
  return std::string(view);
}

AnswerData parse_value(std::string_view text, ParseScope scope) {
  text = strip_wrapping(text);
  const std::size_t cost = text.size() + 16;
  if (scope.depth > 0 && !text.empty() && cost <= *scope.bytes_left) {
    *scope.bytes_left -= cost;
    if (auto data = parse_structure(text, scope)) {
      data->normal = without_spaces(text);
      return std::move(*data);
    }
  }
  return text_value(text);
}

}  // namespace answer_detail

AnswerValue parse_answer(std::string_view text, const AnswerStyle& style) {
  try {
    const auto stripped = answer_detail::strip_wrapping(text);
    if (stripped.empty()) return {};
    auto data = answer_detail::parse_styled(stripped, style);
    if (data.kind == AnswerKind::missing) return {};
    data.text = stripped;
    return AnswerValue(std::make_shared<const answer_detail::AnswerData>(std::move(data)));
  } catch (const std::exception&) {
    return {};  // out of memory, or a number beyond a limit of the arithmetic library
  }
}

}  // namespace reckon
