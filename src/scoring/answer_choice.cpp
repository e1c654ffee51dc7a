#include "scoring/answer_choice.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scoring/answer_data.h"
#include "scoring/answer_text.h"

namespace reckon::answer_detail {
namespace {

// What may stand before the letter in an answer place.
constexpr std::array<std::string_view, 24> kPrefixes{
    "\\text{", "\\textbf{", "\\textrm{", "\\mathrm{", "\\mathbf{", "\\boxed{", "\\(", "\\[", "\\ ", "option", "choice",
    "answer", "letter", "the ", "is ", "*", "_", "`", "\"", "'", "$", ":", "{", "~"};
// What may follow a bare "A" or "I" without making it an article or a pronoun.
constexpr std::array<std::string_view, 8> kReasons{"because", "since", "as", "or", "and", "which", "with", "for"};

bool is_word_byte(char c) { return is_letter(c) || is_digit(c) || c == '\'' || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

struct LetterToken {
  char letter = '\0';
  std::string_view rest;  // behind the letter and its bracket
};

std::string_view next_word(std::string_view text) {
  text = trim(text);
  std::size_t end = 0;
  while (end < text.size() && is_letter(text[end])) ++end;
  return text.substr(0, end);
}

// Upper case, or lower case in brackets; `count` letters are allowed.
std::optional<LetterToken> read_letter(std::string_view text, int count) {
  const bool bracket = text.starts_with('(') || text.starts_with('[');
  if (bracket) text.remove_prefix(1);
  text = trim(text);
  if (text.empty() || !is_letter(text.front())) return std::nullopt;
  const bool lower = text.front() >= 'a';
  const char letter = lower ? static_cast<char>(text.front() - 'a' + 'A') : text.front();
  auto rest = text.substr(1);
  const bool closed = rest.starts_with(')') || rest.starts_with(']');
  if (letter - 'A' >= count || (bracket && !closed) || (lower && !closed)) return std::nullopt;
  if (closed) return LetterToken{letter, rest.substr(1)};
  if (!rest.empty() && (is_word_byte(rest.front()) || rest.front() == '-')) return std::nullopt;
  // "A car", "I think": a word follows directly.
  const auto word = next_word(rest);
  const bool space = !rest.empty() && is_space(rest.front()) && rest.front() != '\n';
  if ((letter == 'A' || letter == 'I') && space && !word.empty()) {
    if (std::find(kReasons.begin(), kReasons.end(), to_lower(word)) == kReasons.end()) return std::nullopt;
  }
  return LetterToken{letter, rest};
}

std::string_view skip_prefixes(std::string_view text) {
  for (int round = 0; round < 32; ++round) {
    text = trim(text);
    bool found = false;
    for (const auto prefix : kPrefixes) {
      if (!starts_with_lower(text, prefix)) continue;
      text.remove_prefix(prefix.size());
      found = true;
      break;
    }
    if (!found) return text;
  }
  return text;
}

// "A or B", "(A) and (C)", "A, B": another letter of the same answer place.
bool another_letter(LetterToken token, int count) {
  const char first = token.letter;
  for (int round = 0; round < 26; ++round) {
    auto rest = trim(token.rest);
    while (!rest.empty() && (rest.front() == '}' || rest.front() == '*' || rest.front() == '$')) rest = trim(rest.substr(1));
    bool joined = false;
    for (const std::string_view word : {", or ", ", and ", "or ", "and ", ",", "/", "&", "(", "\\text{ or }", "\\text{ and }"}) {
      if (!starts_with_lower(rest, word)) continue;
      if (word != "(") rest = skip_prefixes(rest.substr(word.size()));
      joined = true;
      break;
    }
    if (!joined) return false;
    const auto next = read_letter(rest, count);
    if (!next) return false;
    if (next->letter != first) return true;
    token = *next;
  }
  return false;
}

int letter_count(const AnswerStyle& style) { return style.choice_count > 0 ? std::min(style.choice_count, 26) : 5; }

}  // namespace

std::optional<char> lone_letter(std::string_view text, int count) {
  text = strip_wrapping(text);
  if (text.size() >= 3 && ((text.front() == '(' && text.back() == ')') || (text.front() == '[' && text.back() == ']'))) {
    text = trim(text.substr(1, text.size() - 2));
  } else if (text.size() == 2 && text.back() == ')') {
    text.remove_suffix(1);
  }
  if (text.size() != 1 || text[0] < 'A' || text[0] > 'Z' || text[0] - 'A' >= count) return std::nullopt;
  return text[0];
}

std::optional<char> choice_in_place(std::string_view place, const AnswerStyle& style) {
  const int count = letter_count(style);
  const auto start = skip_prefixes(place);
  if (const auto token = read_letter(start, count)) {
    if (another_letter(*token, count)) return std::nullopt;
    return token->letter;
  }
  // A lower-case letter that is the whole place.
  const auto word = strip_wrapping(start);
  if (word.size() == 1 && word[0] >= 'a' && word[0] - 'a' < count) return static_cast<char>(word[0] - 'a' + 'A');
  if (const auto letter = option_text_letter(place, style)) return letter;
  return option_text_letter(start, style);
}

std::optional<char> first_choice(std::string_view text, const AnswerStyle& style) {
  const int count = letter_count(style);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && is_word_byte(text[i - 1])) continue;
    if (!is_letter(text[i]) && text[i] != '(' && text[i] != '[') continue;
    const auto token = read_letter(text.substr(i), count);
    if (!token) continue;
    if (another_letter(*token, count)) return std::nullopt;
    return token->letter;
  }
  return option_text_letter(text, style);
}

std::optional<char> option_text_letter(std::string_view text, const AnswerStyle& style) {
  const auto wanted = normal_text(strip_wrapping(text));
  if (wanted.empty()) return std::nullopt;
  std::optional<char> found;
  const auto limit = std::min<std::size_t>(style.option_texts.size(), 26);
  for (std::size_t i = 0; i < limit; ++i) {
    if (normal_text(strip_wrapping(style.option_texts[i])) != wanted) continue;
    if (found) return std::nullopt;  // two options read the same
    found = static_cast<char>('A' + i);
  }
  return found;
}

std::optional<bool> yes_or_no(std::string_view text) {
  const auto word = normal_text(text);
  if (word == "yes" || word == "true") return true;
  if (word == "no" || word == "false") return false;
  return std::nullopt;
}

std::optional<bool> first_yes_or_no(std::string_view text) {
  for (std::size_t begin = 0; begin < text.size();) {
    if (!is_word_byte(text[begin])) {
      ++begin;
      continue;
    }
    auto end = begin;
    while (end < text.size() && is_word_byte(text[end])) ++end;
    if (end - begin <= 5) {
      if (const auto answer = yes_or_no(text.substr(begin, end - begin))) return answer;
    }
    begin = end;
  }
  return std::nullopt;
}

}  // namespace reckon::answer_detail
