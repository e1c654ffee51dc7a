#include "controllers/loop_guard/repetition.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <set>

#include "base/text.h"

namespace reckon {

double distinct_ngram_share(const Tokens& window, std::size_t n) {
  if (window.size() < n) return 1.0;
  std::set<Tokens> seen;
  const std::size_t count = window.size() - n + 1;
  for (std::size_t i = 0; i < count; ++i) {
    const auto begin = window.begin() + static_cast<std::ptrdiff_t>(i);
    seen.emplace(begin, begin + static_cast<std::ptrdiff_t>(n));
  }
  return static_cast<double>(seen.size()) / static_cast<double>(count);
}

double lz78_ratio(const Tokens& window) {
  if (window.empty()) return 1.0;
  std::map<std::pair<int, TokenId>, int> phrases;
  int current = 0;
  int count = 0;
  for (const TokenId token : window) {
    const auto [entry, fresh] = phrases.emplace(std::pair{current, token}, static_cast<int>(phrases.size()) + 1);
    current = fresh ? 0 : entry->second;
    count += fresh ? 1 : 0;
  }
  return static_cast<double>(count + (current != 0 ? 1 : 0)) / static_cast<double>(window.size());
}

void LineCounter::add(std::string_view piece) {
  ++tokens_;
  for (const char c : piece) {
    if (c == '\n') end_line();
    else line_ += c;
  }
  while (!lines_.empty() && lines_.front().at <= tokens_ - horizon_) lines_.pop_front();
}

void LineCounter::end_line() {
  std::string normal = to_lower(trim(line_));
  while (!normal.empty() && std::ispunct(static_cast<unsigned char>(normal.back())) != 0) normal.pop_back();
  line_.clear();
  if (normal.size() >= 8) lines_.push_back({std::hash<std::string>{}(normal), tokens_});
}

int LineCounter::most() const {
  std::map<std::size_t, int> counts;
  int most = 0;
  for (const Line& line : lines_) most = std::max(most, ++counts[line.hash]);
  return most;
}

}  // namespace reckon
