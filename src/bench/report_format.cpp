#include "bench/report_format.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/text.h"

namespace reckon::report_format {
namespace {

// Digits in groups of three.
std::string grouped(std::int64_t value) {
  std::string digits = std::to_string(value);
  for (std::ptrdiff_t at = std::ssize(digits) - 3; at > (value < 0 ? 1 : 0); at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string two_digits(std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

}  // namespace

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "n/a";
  // to_chars, because printf takes its decimal point from the locale.
  char buffer[400];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals);
  std::string text(buffer, end.ptr);
  if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);  // no "-0.0"
  return text;
}

std::string quantity(double value) {
  if (!std::isfinite(value) || std::abs(value) > 9e15) return "n/a";
  if (value != 0.0 && std::abs(value) < 99.95) return fixed(value, value == std::floor(value) ? 0 : 1);
  return grouped(std::llround(value));
}

std::string percent(double rate) { return fixed(100.0 * rate, 1) + " %"; }

std::string signed_points(double difference) {
  const std::string text = fixed(100.0 * difference, 1);
  return text.starts_with('-') || text == "0.0" ? text : "+" + text;
}

std::string percent_interval(const statistics::Interval& interval) {
  return fixed(100.0 * interval.low, 1) + " to " + fixed(100.0 * interval.high, 1);
}

std::string points_interval(const statistics::Interval& interval) {
  return signed_points(interval.low) + " to " + signed_points(interval.high);
}

std::string duration(double milliseconds) {
  if (milliseconds < 999.5) return fixed(milliseconds, 0) + " ms";
  if (milliseconds < 59950.0) return fixed(milliseconds / 1000.0, 1) + " s";
  const std::int64_t seconds = std::llround(milliseconds / 1000.0);
  if (seconds < 3600) return std::to_string(seconds / 60) + " min " + two_digits(seconds % 60) + " s";
  return std::to_string(seconds / 3600) + " h " + two_digits(seconds % 3600 / 60) + " min";
}

std::string html_escape(std::string_view text) {
  std::string escaped;
  for (const char c : sanitize_utf8(text)) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        const bool control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
        if (control) escaped += "\xEF\xBF\xBD";  // U+FFFD: raw control characters are not valid HTML
        else escaped += c;
      }
    }
  }
  return escaped;
}

std::string markdown_cell(std::string_view text) {
  std::string cell;
  for (const char c : html_escape(text)) {
    if (c == '\n' || c == '\t') cell += ' ';
    else if (std::string_view("|\\`*[]").find(c) != std::string_view::npos) (cell += '\\') += c;
    else cell += c;
  }
  return cell;
}

std::string shorten(std::string_view text, std::size_t limit) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts_character = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts_character && characters++ == limit) return std::string(text.substr(0, i)) + "…";
  }
  return std::string(text);
}

}  // namespace reckon::report_format
