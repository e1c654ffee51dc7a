#include "scoring/answer_scan.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scoring/answer_text.h"

namespace reckon::answer_detail {
namespace {

constexpr std::size_t kMaxPlace = 400;   // bytes; an answer sentence is shorter
constexpr std::size_t kMaxPlaces = 8;    // last ones of each kind
constexpr int kMaxFiller = 10;           // words between "answer" and "is"

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

bool is_wordy(char c) { return is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// Digits with thousands commas and a fraction after a point.
std::size_t end_of_decimal(std::string_view text, std::size_t at) {
  auto end = skip_digits(text, at);
  if (end > at && end - at <= 3) {
    while (end < text.size() && text[end] == ',' && skip_digits(text, end + 1) == end + 4) end += 4;
  }
  if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) end = skip_digits(text, end + 1);
  return end;
}

// "/4" directly behind digits, " 1/2" behind a whole number, ":30" of a time or ratio, "%".
std::size_t end_of_number(std::string_view text, std::size_t at) {
  auto end = end_of_decimal(text, at);
  const auto fraction = [&](std::size_t slash) {
    if (slash + 1 >= text.size() || text[slash] != '/' || !is_digit(text[slash + 1])) return slash;
    const auto stop = skip_digits(text, slash + 1);
    // A date, 05/23/1947, stays whole.
    return stop + 1 < text.size() && text[stop] == '/' && is_digit(text[stop + 1]) ? skip_digits(text, stop + 1) : stop;
  };
  if (end < text.size() && text[end] == ' ') {
    const auto top = skip_digits(text, end + 1);
    if (top > end + 1 && fraction(top) != top) return fraction(top);
  }
  end = fraction(end);
  while (end + 1 < text.size() && text[end] == ':' && is_digit(text[end + 1])) end = skip_digits(text, end + 1);
  if (end < text.size() && text[end] == '%') ++end;
  for (const std::string_view word : {" hundred", " thousand", " million", " billion", " trillion"}) {
    const auto after = end + word.size();
    if (starts_with_lower(text.substr(end), word) && (after >= text.size() || !is_letter(text[after]))) return after;
  }
  return end;
}

// \frac{3}{4} with plain arguments.
std::optional<std::size_t> end_of_fraction_command(std::string_view text, std::size_t at) {
  for (const std::string_view name : {"\\frac", "\\dfrac", "\\tfrac"}) {
    if (text.substr(at, name.size()) != name) continue;
    auto end = at + name.size();
    for (int argument = 0; argument < 2; ++argument) {
      if (end >= text.size() || text[end] != '{') return std::nullopt;
      const auto digits = end_of_decimal(text, end + 1);
      if (digits == end + 1 || digits >= text.size() || text[digits] != '}') return std::nullopt;
      end = digits + 1;
    }
    return end;
  }
  return std::nullopt;
}

// Takes a currency mark and a sign in front of the number at `begin` along.
std::size_t with_marks(std::string_view text, std::size_t begin) {
  const auto take_currency = [&] {
    if (begin > 0 && text[begin - 1] == '$') {
      --begin;
      if (begin > 0 && text[begin - 1] == '\\') --begin;
      return;
    }
    for (const std::string_view mark : {"€", "£", "¥", "₹"}) {
      if (begin >= mark.size() && text.substr(begin - mark.size(), mark.size()) == mark) begin -= mark.size();
    }
  };
  const auto take_sign = [&] {
    if (begin == 0 || text[begin - 1] != '-') return;
    const char before = begin >= 2 ? text[begin - 2] : ' ';
    // A sign has a space, a bracket or an operator before it; "10-3", "x-3" and "--3" have none.
    if (is_digit(before) || is_wordy(before) || before == ')' || before == '}' || before == '-' || before == '.') return;
    // "10 -3": a difference.
    auto previous = begin - 1;
    while (previous > 0 && text[previous - 1] == ' ') --previous;
    if (previous > 0 && is_space(before) && is_digit(text[previous - 1])) return;
    --begin;
  };
  take_sign();
  take_currency();
  take_sign();
  return begin;
}

std::string cleaned(std::string_view number) {
  std::string out;
  for (const char c : number) {
    if (c != '\\' || number.find("frac") != std::string_view::npos) out += c;
  }
  return out;
}

// One spelling of the characters that matter for numbers, so that the scan itself stays simple.
std::string number_text(std::string_view text) {
  return replace_all(replace_all(replace_all(plain_symbols(text), "{,}", ","), ",\\!", ","), "\\%", "%");
}

// Every number in turn; `visit` returns false to stop.
template <typename Visit>
void for_each_number(std::string_view text, Visit visit) {
  for (std::size_t i = 0; i < text.size();) {
    Span span{i, i};
    if (text[i] == '\\') {
      if (const auto end = end_of_fraction_command(text, i)) span.end = *end;
    } else if (is_digit(text[i]) || (text[i] == '.' && i + 1 < text.size() && is_digit(text[i + 1]))) {
      // Digits inside a word ("x2", "H2O") are part of its name; a full stop before is a decimal point.
      const bool inside = i > 0 && is_wordy(text[i - 1]) && !(i >= 2 && static_cast<unsigned char>(text[i - 1]) >= 0x80);
      if (inside) {
        i = text[i] == '.' ? i + 1 : skip_digits(text, i);
        continue;
      }
      span.end = text[i] == '.' ? skip_digits(text, i + 1) : end_of_number(text, i);
    }
    if (span.end == span.begin) {
      ++i;
      continue;
    }
    i = span.end;
    span.begin = with_marks(text, span.begin);
    if (!visit(span)) return;
  }
}

// ---- answer places ----

// Phrases of other languages that end where the answer begins.
constexpr std::array<std::string_view, 16> kForeignPhrases{
    "réponse est", "réponse finale est", "réponse :", "réponse:", "antwort ist", "antwort lautet", "antwort:",
    "respuesta es", "respuesta final es", "respuesta:", "risposta è", "resposta é", "答案是", "答案为", "答案：", "ответ:"};
constexpr std::array<std::string_view, 7> kConnectors{"is", "are", "be", "equals", "was", "becomes", "="};

bool is_decoration(char c) { return c == '*' || c == '_' || c == '`' || c == '"' || c == '}' || c == '#'; }

std::size_t skip_decoration(std::string_view text, std::size_t at) {
  while (at < text.size() && (is_decoration(text[at]) || text[at] == ' ' || text[at] == '\t')) ++at;
  return at;
}

// Where the answer begins, given the end of the word "answer": after a colon or equals sign, or
// after a connector within a few words. nullopt when the sentence goes another way.
std::optional<std::size_t> after_connector(std::string_view text, std::size_t at) {
  for (int words = 0; words <= kMaxFiller; ++words) {
    at = skip_decoration(text, at);
    if (at >= text.size() || text[at] == '\n' || text[at] == '.' || text[at] == ',') return std::nullopt;
    if (text[at] == ':' || text[at] == '=') return at + 1;
    if (text.substr(at, 3) == "→" || text.substr(at, 3) == "：") return at + 3;
    if (text.substr(at, 2) == "- ") return at + 2;
    auto end = at;
    while (end < text.size() && !is_space(text[end]) && text[end] != ':' && text[end] != '*' && text[end] != '.') ++end;
    if (end == at) return std::nullopt;
    const auto word = to_lower(text.substr(at, std::min<std::size_t>(end - at, 16)));
    at = end;
    if (std::find(kConnectors.begin(), kConnectors.end(), word) != kConnectors.end()) {
      const auto next = skip_decoration(text, at);
      return next < text.size() && text[next] == ':' ? next + 1 : at;
    }
  }
  return std::nullopt;
}

// Start positions of whole-word occurrences, last kMaxPlaces of them, in order.
std::vector<std::size_t> last_occurrences(std::string_view lower, std::string_view word) {
  std::vector<std::size_t> found;
  for (auto at = lower.rfind(word); at != std::string_view::npos && found.size() < kMaxPlaces; at = at == 0 ? std::string_view::npos : lower.rfind(word, at - 1)) {
    const bool starts = at == 0 || !is_letter(lower[at - 1]);
    const auto end = at + word.size();
    const bool ends = end >= lower.size() || !is_letter(lower[end]) || !is_letter(word.back());
    if (starts && ends) found.push_back(at);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

// "To find the answer: first add 3 and 4": talk about the answer, not the answer.
bool is_sought(std::string_view lower, std::size_t answer) {
  constexpr std::string_view kSkipped[] = {"the", "our", "your", "final", "correct", "numerical"};
  constexpr std::string_view kSeeking[] = {"find", "get", "finding", "getting", "calculate", "determine", "compute", "obtain", "reach",
                                           "check", "verify", "give", "provide", "simplify", "round", "express", "write"};
  auto end = answer;
  for (int words = 0; words < 4; ++words) {
    while (end > 0 && lower[end - 1] == ' ') --end;
    auto begin = end;
    while (begin > 0 && is_letter(lower[begin - 1])) --begin;
    const auto word = lower.substr(begin, end - begin);
    if (std::find(std::begin(kSeeking), std::end(kSeeking), word) != std::end(kSeeking)) return true;
    if (std::find(std::begin(kSkipped), std::end(kSkipped), word) == std::end(kSkipped)) return false;
    end = begin;
  }
  return false;
}

std::size_t end_of_sentence(std::string_view text, std::size_t at) {
  const auto limit = std::min(text.size(), at + kMaxPlace);
  int braces = 0;
  for (auto i = at; i < limit; ++i) {
    if (text[i] == '\n' || text.substr(i, 3) == "。") return i;
    if (text[i] == '{') ++braces;
    if (text[i] == '}') --braces;
    if (text[i] == '.' && braces <= 0) {
      auto next = i + 1;
      while (next < text.size() && is_decoration(text[next])) ++next;
      if (next >= text.size() || is_space(text[next])) return i;
    }
  }
  return limit;
}

// The content of maths or bold that begins exactly at `at`.
std::optional<std::string_view> delimited(std::string_view text, std::size_t at) {
  struct Pair {
    std::string_view open;
    std::string_view close;
  };
  for (const auto& pair : {Pair{"\\(", "\\)"}, Pair{"\\[", "\\]"}, Pair{"$$", "$$"}, Pair{"**", "**"}, Pair{"$", "$"}}) {
    if (text.substr(at, pair.open.size()) != pair.open) continue;
    const auto begin = at + pair.open.size();
    const auto window = text.substr(begin, kMaxPlace);
    const auto length = window.find(pair.close);
    if (length == std::string_view::npos || length == 0) return std::nullopt;
    const auto content = window.substr(0, length);
    if (pair.open == "$") {
      // "$18 and $20" is money: a closing dollar has no space before and no digit after.
      const auto end = begin + length + 1;
      if (content.find('\n') != std::string_view::npos || is_space(content.back()) || (end < text.size() && is_digit(text[end]))) return std::nullopt;
    }
    if (pair.open == "**" && content.find('\n') != std::string_view::npos) return std::nullopt;
    return trim(content);
  }
  return std::nullopt;
}

std::vector<std::string_view> places_of(std::string_view text, std::vector<std::size_t> starts) {
  std::sort(starts.begin(), starts.end());
  std::vector<std::string_view> places;
  for (const auto at : starts) {
    const auto place = place_at(text, at);
    if (!place.empty()) places.push_back(place);
  }
  return places;
}

}  // namespace

std::optional<std::string> first_number(std::string_view text) {
  const std::string plain = number_text(text);
  std::optional<std::string> found;
  for_each_number(plain, [&](Span span) {
    found = cleaned(std::string_view(plain).substr(span.begin, span.end - span.begin));
    return false;
  });
  return found;
}

std::optional<std::string> last_number(std::string_view text) {
  const std::string plain = number_text(text);
  std::optional<Span> last;
  for_each_number(plain, [&](Span span) {
    last = span;
    return true;
  });
  if (!last) return std::nullopt;
  return cleaned(std::string_view(plain).substr(last->begin, last->end - last->begin));
}

std::vector<std::string_view> answer_places(std::string_view text) {
  const std::string lower = to_lower(text);
  std::vector<std::size_t> starts;
  for (const std::string_view word : {"answer", "solution is", "result is"}) {
    for (const auto at : last_occurrences(lower, word)) {
      if (is_sought(lower, at)) continue;
      const bool complete = word.ends_with(" is");
      const auto place = complete ? std::optional(at + word.size()) : after_connector(text, at + word.size());
      if (place) starts.push_back(*place);
    }
  }
  for (const auto phrase : kForeignPhrases) {
    const auto at = lower.rfind(phrase);
    if (at != std::string_view::npos) starts.push_back(at + phrase.size());
  }
  return places_of(text, std::move(starts));
}

std::vector<std::string_view> option_places(std::string_view text) {
  const std::string lower = to_lower(text);
  std::vector<std::size_t> starts;
  for (const std::string_view word : {"option", "choice"}) {
    for (const auto at : last_occurrences(lower, word)) {
      const auto end = at + word.size();
      const auto sentence = std::string_view(lower).substr(end, end_of_sentence(lower, end) - end);
      // "option C is correct" names it before, "the correct option is C" after.
      const bool named_before = sentence.find(" is correct") != std::string_view::npos || sentence.find(" is the correct") != std::string_view::npos ||
                                sentence.find(" is the best") != std::string_view::npos || sentence.find(" is right") != std::string_view::npos;
      if (named_before) {
        starts.push_back(end);
      } else if (const auto place = after_connector(text, end)) {
        starts.push_back(*place);
      }
    }
  }
  return places_of(text, std::move(starts));
}

std::string_view place_at(std::string_view text, std::size_t at) {
  const auto skippable = [&](char c) { return is_space(c) || c == ':' || c == '"' || c == '`'; };
  while (at < text.size() && skippable(text[at])) ++at;
  // "**Answer:** 18" leaves a closing mark; "is: **18**" an opening one.
  if (text.substr(at, 2) == "**" && at + 2 < text.size() && is_space(text[at + 2])) {
    at += 2;
    while (at < text.size() && skippable(text[at])) ++at;
  }
  if (at >= text.size()) return {};
  if (const auto content = delimited(text, at)) return *content;
  return trim(text.substr(at, end_of_sentence(text, at) - at));
}

}  // namespace reckon::answer_detail
