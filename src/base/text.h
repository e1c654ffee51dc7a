// Small text facts: nearest name, UTF-8 boundaries, trimming, splitting, numbers. Pure functions.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace reckon {

std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
// The same, except where a backslash precedes the separator; other backslashes stay.
std::vector<std::string> split_escaped(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string to_lower(std::string_view text);  // ASCII only
std::string replace_all(std::string text, std::string_view from, std::string_view to);

// The number that the whole text is: no spaces, no '+', nothing after it, in Number's range. Reals may be "inf" and "nan".
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

// The shortest text that parse_number() reads as the same number, in any locale.
std::string exact_number(double number);
std::string exact_number(float number);

// Levenshtein distance in bytes. O(|a| |b|).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate closest to `name` when it is close enough to be a typing error, else empty.
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

// Length of the longest prefix of `text` that does not end inside a UTF-8 character. Malformed bytes
// count as complete characters: only a truncated tail of at most 3 bytes is held back.
std::size_t complete_utf8_prefix(std::string_view text);

// Replaces each malformed UTF-8 byte by U+FFFD.
std::string sanitize_utf8(std::string_view text);

}  // namespace reckon
