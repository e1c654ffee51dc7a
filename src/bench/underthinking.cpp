#include "bench/underthinking.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace reckon {
namespace {

bool is_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// Marks that may stand before the first word of a sentence: quotes, list marks, emphasis.
bool opens_sentence(char c) {
  return std::string_view(" \t\r\"'*_-()>#").find(c) != std::string_view::npos;
}

// Where the marks before the word at `at` begin, when a sentence begins with them; else nothing.
std::optional<std::size_t> sentence_start(std::string_view text, std::size_t at) {
  std::size_t start = at;
  while (start > 0 && opens_sentence(text[start - 1])) --start;
  if (start == 0 || text[start - 1] == '\n') return start;
  // "end. Alternatively": the stop and closing marks belong to the sentence before.
  const bool after_stop = std::string_view(".!?").find(text[start - 1]) != std::string_view::npos;
  const auto gap = text.substr(start, at - start).find_first_of(" \t\r");
  if (!after_stop || gap == std::string_view::npos) return std::nullopt;
  return start + gap;
}

bool has_phrase(std::string_view text, std::size_t at, std::string_view phrase) {
  if (phrase.empty() || at + phrase.size() > text.size()) return false;
  if (to_lower(text.substr(at, 1)) != to_lower(phrase.substr(0, 1))) return false;
  if (text.substr(at + 1, phrase.size() - 1) != phrase.substr(1)) return false;
  const std::size_t end = at + phrase.size();
  return end == text.size() || !is_letter(text[end]);
}

}  // namespace

double underthinking(const JudgedResponse& response) {
  if (response.correct || !response.until_correct || response.tokens <= 0) return 0.0;
  const std::int64_t until = std::clamp<std::int64_t>(*response.until_correct, 0, response.tokens);
  return 1.0 - static_cast<double>(until) / static_cast<double>(response.tokens);
}

std::optional<double> underthinking_of_wrong(std::span<const JudgedResponse> responses) {
  double sum = 0.0;
  std::size_t wrong = 0;
  for (const auto& response : responses) {
    if (response.correct) continue;
    sum += underthinking(response);
    ++wrong;
  }
  if (wrong == 0) return std::nullopt;
  return sum / static_cast<double>(wrong);
}

std::optional<double> underthinking_weighted(std::span<const JudgedResponse> responses) {
  if (responses.empty()) return std::nullopt;
  double sum = 0.0;
  for (const auto& response : responses) sum += underthinking(response);
  return sum / static_cast<double>(responses.size());
}

const std::vector<std::string>& switch_phrases() {
  static const std::vector<std::string> phrases = {"Alternatively",        "Another approach", "Another way",
                                                   "A different approach", "Let me try",       "Let's try"};
  return phrases;
}

std::vector<std::string_view> split_thoughts(std::string_view text, std::span<const std::string> phrases) {
  std::vector<std::string_view> thoughts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at > 0 && is_letter(text[at - 1])) continue;  // inside a word
    const bool found =
        std::ranges::any_of(phrases, [&](const std::string& phrase) { return has_phrase(text, at, phrase); });
    const auto start = found ? sentence_start(text, at) : std::nullopt;
    if (!start || *start <= begin) continue;
    thoughts.push_back(text.substr(begin, *start - begin));
    begin = *start;
  }
  if (begin < text.size()) thoughts.push_back(text.substr(begin));
  return thoughts;
}

std::optional<std::size_t> until_correct_thought(std::string_view text, std::span<const std::string> phrases,
                                                 const ThoughtJudge& judge) {
  std::size_t end = 0;
  for (const std::string_view thought : split_thoughts(text, phrases)) {
    end += thought.size();
    if (judge(thought)) return end;
  }
  return std::nullopt;
}

}  // namespace reckon
