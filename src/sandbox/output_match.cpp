#include "sandbox/output_match.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"

namespace reckon::sandbox {
namespace {

constexpr std::string_view blanks = " \t\r\v\f";

std::string_view strip_right(std::string_view line) {
  const auto last = line.find_last_not_of(blanks);
  return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const auto end = text.find('\n');
    lines.push_back(strip_right(text.substr(0, end)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; (at = line.find_first_not_of(blanks, at)) != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

// A decimal as digits without leading or trailing zeros, times ten to `exponent`; exact at any length.
struct Decimal {
  bool negative = false;
  std::string digits;  // empty: zero
  std::int64_t exponent = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Decimal normalised(Decimal value) {
  const auto first = value.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  value.digits.erase(0, first);
  while (value.digits.back() == '0') {
    value.digits.pop_back();
    ++value.exponent;
  }
  return value;
}

std::optional<Decimal> parse_decimal(std::string_view word) {
  Decimal value;
  if (!word.empty() && (word[0] == '-' || word[0] == '+')) {
    value.negative = word[0] == '-';
    word.remove_prefix(1);
  }
  bool point = false;
  std::size_t at = 0;
  for (; at < word.size() && (is_digit(word[at]) || (word[at] == '.' && !point)); ++at) {
    if (word[at] == '.') {
      point = true;
      continue;
    }
    value.digits += word[at];
    value.exponent -= point;
  }
  if (value.digits.empty()) return std::nullopt;
  if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
    std::int64_t exponent = 0;
    const bool plus = at + 1 < word.size() && word[at + 1] == '+';
    const char* begin = word.data() + at + 1 + plus;
    const auto [end, error] = std::from_chars(begin, word.data() + word.size(), exponent);
    if (error != std::errc() || std::abs(exponent) > 1'000'000) return std::nullopt;
    value.exponent += exponent;
    at = static_cast<std::size_t>(end - word.data());
  }
  if (at != word.size()) return std::nullopt;
  return normalised(std::move(value));
}

std::optional<double> parse_double(std::string_view word) {
  if (!word.empty() && word[0] == '+') word.remove_prefix(1);
  const auto value = parse_number<double>(word);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

bool same_word(std::string_view expected, std::string_view actual, const OutputRules& rules) {
  if (expected == actual) return true;
  const auto left = parse_decimal(expected);
  const auto right = parse_decimal(actual);
  if (!left || !right) return false;
  if (*left == *right) return true;
  if (rules.relative_tolerance <= 0.0) return false;
  const auto x = parse_double(expected);
  const auto y = parse_double(actual);
  return x && y && std::abs(*x - *y) <= rules.relative_tolerance * std::max(1.0, std::abs(*x));
}

bool same_line(std::string_view expected, std::string_view actual, const OutputRules& rules) {
  if (expected == actual) return true;
  const auto left = words_of(expected);
  const auto right = words_of(actual);
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!same_word(left[i], right[i], rules)) return false;
  }
  return true;
}

}  // namespace

bool same_output(std::string_view expected, std::string_view actual, const OutputRules& rules) {
  const auto left = lines_of(expected);
  const auto right = lines_of(actual);
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!same_line(left[i], right[i], rules)) return false;
  }
  return true;
}

}  // namespace reckon::sandbox
