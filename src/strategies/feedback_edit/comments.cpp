#include "strategies/feedback_edit/comments.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <utility>

#include "base/text.h"

namespace reckon {
namespace {

constexpr std::array<std::string_view, 5> kGrades{"not", "slightly", "partially", "mostly", "perfectly"};
constexpr std::array<std::string_view, 11> kCues{"could", "should",  "would be better", "missing", "lacks", "incorrect",
                                                 "error", "however", "instead",         "add",     "fix"};
constexpr double kAlike = 0.8;

// In order, in lower case.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : to_lower(text) + " ") {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80U;
    if (letter) word += c;
    else if (!word.empty()) words.push_back(std::exchange(word, {}));
  }
  return words;
}

std::set<std::string> word_set(std::string_view text) {
  const auto words = words_of(text);
  return {words.begin(), words.end()};
}

bool alike(const std::set<std::string>& a, const std::set<std::string>& b) {
  const auto common = std::ranges::count_if(a, [&b](const std::string& word) { return b.contains(word); });
  const auto all = static_cast<std::ptrdiff_t>(a.size() + b.size()) - common;
  return all > 0 && static_cast<double>(common) > kAlike * static_cast<double>(all);
}

}  // namespace

Helpfulness grade_of(std::string_view comment) {
  const std::string lower = to_lower(comment.substr(0, 200));
  const auto at = lower.find(" helpful");
  if (at == std::string::npos) return Helpfulness::unclear;
  const auto before = words_of(std::string_view(lower).substr(0, at));
  const auto found = before.empty() ? kGrades.end() : std::ranges::find(kGrades, before.back());
  return found == kGrades.end() ? Helpfulness::unclear : static_cast<Helpfulness>(found - kGrades.begin());
}

double constructiveness(std::string_view comment) {
  const std::string said = " " + join(words_of(comment), " ") + " ";
  const auto cues = std::ranges::count_if(kCues, [&said](const std::string_view cue) {
    const std::string word = " " + std::string(cue);
    return said.find(word + " ") != std::string::npos || said.find(word + "s ") != std::string::npos;
  });
  const Helpfulness grade = grade_of(comment);
  const int steps = static_cast<int>(grade == Helpfulness::unclear ? Helpfulness::partially : grade);
  return (cues > 0 ? 2.0 : 0.0) + static_cast<double>(cues) / 3.0 - steps / 4.0;
}

std::vector<std::string> kept_comments(std::span<const std::string> comments, const CommentChoice& choice) {
  std::vector<std::string> ranked;
  for (const auto& comment : comments) {
    const Helpfulness grade = grade_of(comment);
    if (grade == Helpfulness::unclear || grade < choice.content) ranked.push_back(comment);
  }
  std::ranges::stable_sort(ranked, std::greater<>(), constructiveness);
  std::vector<std::string> kept;
  std::vector<std::set<std::string>> said;
  for (const auto& comment : ranked) {
    if (static_cast<int>(kept.size()) >= choice.most) break;
    auto words = word_set(comment);
    if (std::ranges::any_of(said, [&words](const auto& other) { return alike(words, other); })) continue;
    said.push_back(std::move(words));
    kept.push_back(comment);
  }
  return kept;
}

}  // namespace reckon
