#include "scoring/answer_extract.h"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

#include "base/text.h"
#include "scoring/answer_choice.h"
#include "scoring/answer_scan.h"
#include "scoring/answer_text.h"
#include "scoring/answer_value.h"

namespace reckon {
namespace {

using namespace answer_detail;

using Kind = AnswerStyle::Kind;
using Strategy = ExtractionStrategy;

bool has_number(std::string_view text) { return std::any_of(text.begin(), text.end(), is_digit); }

std::size_t word_count(std::string_view text) {
  const auto words = collapse_spaces(text);
  return words.empty() ? 0 : static_cast<std::size_t>(std::count(words.begin(), words.end(), ' ')) + 1;
}

// "3 * 6 = 18 dollars": the number that a calculation ends in, else the first one.
std::optional<std::string> number_of_sentence(std::string_view text) {
  if (const auto equals = text.rfind('='); equals != std::string_view::npos) {
    if (auto number = first_number(text.substr(equals + 1))) return number;
  }
  return first_number(text);
}

// What an answer place says, in the style's terms; empty when it says nothing usable.
std::string read_number_place(std::string_view place) {
  // "x = 3^2" and "3 * 3 = 9": only what stands behind the last sign is the answer.
  const auto value = parse_answer(place.substr(place.rfind('=') + 1));
  const bool formula = value.kind() == AnswerKind::expression && value.text().find('\\') != std::string_view::npos;
  if (value.kind() == AnswerKind::number || formula) return value.text();
  return number_of_sentence(place).value_or("");
}

std::string read_automatic_place(std::string_view place) {
  const auto value = parse_answer(place);
  if (value.missing()) return {};
  // A sentence, not an answer: "that Janet makes $18 every day".
  if (value.kind() == AnswerKind::text && has_number(place) && word_count(place) > 2) {
    if (auto number = number_of_sentence(place)) return *number;
  }
  return value.text();
}

// "The answer is not 5", "the answer is correct": about an answer, without giving one.
bool is_remark(std::string_view place) {
  constexpr std::string_view kRemarks[] = {"not ", "correct", "incorrect", "wrong", "right", "as follows", "clear", "obvious", "unclear"};
  return std::any_of(std::begin(kRemarks), std::end(kRemarks), [&](auto remark) { return starts_with_lower(place, remark); });
}

std::string read_place(std::string_view place, const AnswerStyle& style) {
  if (is_remark(place)) return {};
  switch (style.kind) {
    case Kind::number: return read_number_place(place);
    case Kind::choice: {
      const auto letter = choice_in_place(place, style);
      return letter ? std::string(1, *letter) : std::string();
    }
    case Kind::yes_no: {
      const auto answer = first_yes_or_no(place);
      return answer ? (*answer ? "yes" : "no") : std::string();
    }
    case Kind::automatic: return read_automatic_place(place);
    case Kind::free_text: return std::string(strip_wrapping(place));
  }
  return {};
}

// A box holds the answer and nothing else: it is taken as it is, except where the style is narrower.
ExtractedAnswer from_box(const Box& box, const AnswerStyle& style) {
  ExtractedAnswer result{.strategy = Strategy::boxed};
  if (!box.content) return result;
  const auto content = strip_wrapping(*box.content);
  const bool as_is = style.kind == Kind::automatic || style.kind == Kind::free_text;
  if (as_is && !parse_answer(content).missing()) {
    result.text = content;
  } else if (!as_is) {
    result.text = read_place(content, style);
  }
  return result;
}

std::optional<ExtractedAnswer> from_places(const std::vector<std::string_view>& places, const AnswerStyle& style) {
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    auto text = read_place(*place, style);
    if (!text.empty()) return ExtractedAnswer{std::move(text), Strategy::stated};
  }
  return std::nullopt;
}

// Chat models also use #### for headings ("#### Step 1: Add").
bool is_heading(std::string_view tail) {
  return tail.empty() || tail.back() == ':' || starts_with_lower(strip_wrapping(tail), "step") || word_count(tail) > 12;
}

std::string marker_tail(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == '#' || text[at] == ' ' || text[at] == ':')) ++at;
  const auto line = text.substr(at, text.find('\n', at) - at);
  if (!trim(line).empty()) return std::string(trim(line));
  return std::string(place_at(text, at));
}

std::string read_marker(std::string_view text, std::size_t at, const AnswerStyle& style) {
  const auto tail = marker_tail(text, at);
  if (is_heading(tail)) return {};
  if (starts_with_lower(tail, "answer") || starts_with_lower(tail, "final answer") || starts_with_lower(tail, "the answer")) {
    const auto places = answer_places(tail);
    return places.empty() ? std::string() : read_place(places.back(), style);
  }
  return read_place(tail, style);
}

std::optional<ExtractedAnswer> from_last_marker(std::string_view text, const AnswerStyle& style) {
  int tries = 8;
  for (auto at = text.rfind("####"); at != std::string_view::npos && tries-- > 0; at = at == 0 ? std::string_view::npos : text.rfind("####", at - 1)) {
    auto answer = read_marker(text, at + 4, style);
    if (!answer.empty()) return ExtractedAnswer{std::move(answer), Strategy::marker};
  }
  return std::nullopt;
}

// Display maths that ends the text, with nothing but punctuation behind it.
std::optional<ExtractedAnswer> from_display(std::string_view text, const AnswerStyle& style) {
  text = trim(text);
  while (!text.empty() && text.back() == '.') text.remove_suffix(1);
  struct Pair {
    std::string_view open;
    std::string_view close;
  };
  for (const auto& pair : {Pair{"\\[", "\\]"}, Pair{"$$", "$$"}, Pair{"\\(", "\\)"}}) {
    if (!text.ends_with(pair.close)) continue;
    const auto body = text.substr(0, text.size() - pair.close.size());
    const auto open = body.rfind(pair.open);
    if (open == std::string_view::npos) return std::nullopt;
    auto content = trim(body.substr(open + pair.open.size()));
    const auto value = parse_answer(content);
    if (style.kind == Kind::automatic && !value.missing() && value.kind() != AnswerKind::text) {
      return ExtractedAnswer{value.text(), Strategy::display};
    }
    auto number = read_number_place(content);
    if (number.empty()) return std::nullopt;
    return ExtractedAnswer{std::move(number), Strategy::display};
  }
  return std::nullopt;
}

// The last bold span of the last line, when it holds a number.
std::optional<ExtractedAnswer> from_emphasis(std::string_view text) {
  const auto line = last_line(text);
  const auto close = line.rfind("**");
  if (close == std::string_view::npos || close == 0) return std::nullopt;
  const auto open = line.rfind("**", close - 1);
  if (open == std::string_view::npos || open + 2 > close) return std::nullopt;
  const auto number = number_of_sentence(line.substr(open + 2, close - open - 2));
  if (!number) return std::nullopt;
  return ExtractedAnswer{*number, Strategy::emphasis};
}

// "Yes, ..." or "So, no." at the start of the last line's sentences or of the text.
std::optional<ExtractedAnswer> from_yes_no(std::string_view text) {
  for (auto line : {last_line(text), trim(text)}) {
    while (!line.empty() && !is_letter(line.front())) line.remove_prefix(1);
    std::size_t end = 0;
    while (end < line.size() && is_letter(line[end])) ++end;
    const bool alone = end == line.size() || line[end] == ',' || line[end] == '.' || line[end] == '!' || line[end] == '*' ||
                       line[end] == '\n' || line[end] == ':' || line[end] == ';';
    const auto answer = yes_or_no(line.substr(0, end));
    if (answer && alone) return ExtractedAnswer{*answer ? "yes" : "no", Strategy::yes_no};
  }
  return std::nullopt;
}

// "(C) 12 cm" and "C) 12 cm"; "C. 12 cm" only with that option's text, it may be prose.
std::optional<char> letter_line(std::string_view line, const AnswerStyle& style) {
  const int count = style.choice_count > 0 ? std::min(style.choice_count, 26) : 5;
  if (const auto letter = lone_letter(line, count)) return letter;
  line = strip_wrapping(line);
  if (line.size() < 3) return std::nullopt;
  const bool bracket = line.front() == '(' && line[2] == ')';
  const char letter = bracket ? line[1] : line[0];
  if (letter < 'A' || letter - 'A' >= count) return std::nullopt;
  if (bracket || line[1] == ')') return choice_in_place(line, style);
  if (line[1] == '.' || line[1] == ':') {
    const auto option = option_text_letter(line.substr(2), style);
    if (option == letter) return letter;
  }
  return std::nullopt;
}

ExtractedAnswer extract_choice(std::string_view text, const AnswerStyle& style) {
  if (auto stated = from_places(answer_places(text), style)) return *stated;
  if (auto stated = from_places(option_places(text), style)) return *stated;
  if (auto marker = from_last_marker(text, style)) return *marker;
  const auto trimmed = trim(text);
  const auto first = trimmed.substr(0, trimmed.find('\n'));
  for (const auto line : {last_line(text), first}) {
    if (const auto letter = letter_line(line, style)) return {std::string(1, *letter), Strategy::lone_letter};
  }
  if (const auto letter = option_text_letter(last_line(text), style)) return {std::string(1, *letter), Strategy::option_text};
  return {};
}

ExtractedAnswer extract_yes_no(std::string_view text, const AnswerStyle& style) {
  if (auto stated = from_places(answer_places(text), style)) return *stated;
  if (auto marker = from_last_marker(text, style)) return *marker;
  return from_yes_no(text).value_or(ExtractedAnswer{});
}

ExtractedAnswer extract_free_text(std::string_view text, const AnswerStyle& style) {
  if (auto stated = from_places(answer_places(text), style)) return *stated;
  if (auto marker = from_last_marker(text, style)) return *marker;
  const auto line = strip_wrapping(last_line(text));
  if (line.empty()) return {};
  return {std::string(line), Strategy::whole_text};
}

ExtractedAnswer extract_number(std::string_view text, const AnswerStyle& style) {
  if (auto stated = from_places(answer_places(text), style)) return *stated;
  if (auto marker = from_last_marker(text, style)) return *marker;
  if (auto display = from_display(text, style)) return *display;
  if (auto emphasis = from_emphasis(text)) return *emphasis;
  if (auto number = last_number(text)) return {*number, Strategy::last_number};
  return {};
}

ExtractedAnswer extract_automatic(std::string_view text, const AnswerStyle& style) {
  const auto whole = strip_wrapping(text);
  // A short direct answer is maths as it stands: "(1, 2)", "x = 5".
  if (word_count(whole) <= 3 && !whole.empty() && whole.find("####") == std::string_view::npos && !starts_with_lower(whole, "answer")) {
    const auto value = parse_answer(whole);
    if (!value.missing() && (value.kind() != AnswerKind::text || !has_number(whole))) return {value.text(), Strategy::whole_text};
  }
  auto answer = extract_number(text, style);
  if (answer.found()) return answer;
  return from_yes_no(text).value_or(ExtractedAnswer{});
}

ExtractedAnswer extract_visible(std::string_view text, const AnswerStyle& style) {
  if (const auto box = find_last_box(text); box.present) return from_box(box, style);
  if (style.strict) return {};
  switch (style.kind) {
    case Kind::choice: return extract_choice(text, style);
    case Kind::yes_no: return extract_yes_no(text, style);
    case Kind::free_text: return extract_free_text(text, style);
    case Kind::number: return extract_number(text, style);
    case Kind::automatic: return extract_automatic(text, style);
  }
  return {};
}

std::string read_continuation(std::string_view text, const AnswerStyle& style) {
  switch (style.kind) {
    case Kind::choice: {
      const auto letter = first_choice(text, style);
      return letter ? std::string(1, *letter) : std::string();
    }
    case Kind::free_text: {
      std::string_view bare = trim(text);
      bare = bare.substr(0, bare.find('\n'));
      const auto edge = [](char c) { return c == '"' || c == '\'' || c == '.' || is_space(c); };
      while (!bare.empty() && edge(bare.back())) bare.remove_suffix(1);
      while (!bare.empty() && edge(bare.front())) bare.remove_prefix(1);
      return std::string(bare);
    }
    case Kind::number: return first_number(text).value_or("");
    case Kind::yes_no: return read_place(text, style);
    case Kind::automatic: return read_place(place_at(text, 0), style);
  }
  return {};
}

template <typename Extract>
ExtractedAnswer guarded(std::string_view output, Extract extract) {
  try {
    const auto text = visible_answer(output);
    return text ? extract(*text) : ExtractedAnswer{};
  } catch (const std::exception&) {
    return {};  // out of memory
  }
}

}  // namespace

std::string_view to_string(ExtractionStrategy strategy) {
  constexpr std::array<std::string_view, 12> kNames{"none", "boxed", "stated", "marker", "display", "emphasis", "last_number",
                                                    "yes_no", "whole_text", "lone_letter", "option_text", "trigger"};
  return kNames[static_cast<std::size_t>(strategy)];
}

ExtractedAnswer extract_answer(std::string_view output, const AnswerStyle& style) {
  return guarded(output, [&](std::string_view text) { return extract_visible(text, style); });
}

ExtractedAnswer extract_after_trigger(std::string_view continuation, const AnswerStyle& style) {
  return guarded(continuation, [&](std::string_view text) {
    if (const auto box = find_last_box(text); box.present) return from_box(box, style);
    return ExtractedAnswer{read_continuation(text, style), Strategy::trigger};
  });
}

ExtractedAnswer extract_after_separator(std::string_view output, const AnswerStyle& style, std::string_view separator) {
  return guarded(output, [&](std::string_view text) {
    ExtractedAnswer result{.strategy = Strategy::marker};
    int tries = 32;
    for (auto at = separator.empty() ? std::string_view::npos : text.find(separator); at != std::string_view::npos && tries-- > 0; at = text.find(separator, at + 1)) {
      result.text = read_marker(text, at + separator.size(), style);
      if (result.found()) return result;
    }
    return result;
  });
}

}  // namespace reckon
