// How numbers and text look in reports. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "bench/statistics.h"

namespace reckon::report_format {

// "12.50" for (12.5, 2). Never a locale's comma.
std::string fixed(double value, int decimals);
// A count for people: "0", "7.5" below 100, "1,234" above.
std::string quantity(double value);
// 0.305 -> "30.5 %".
std::string percent(double rate);
// "+3.5" or "-3.5": percentage points with a sign.
std::string signed_points(double difference);
// "24.1 to 37.8" in percent.
std::string percent_interval(const statistics::Interval& interval);
// "-1.0 to +8.0" in percentage points.
std::string points_interval(const statistics::Interval& interval);
// "840 ms", "12.3 s", "3 min 05 s", "2 h 07 min".
std::string duration(double milliseconds);

// Safe inside HTML text and quoted attributes; malformed UTF-8 and control characters are replaced.
std::string html_escape(std::string_view text);
// Safe inside one cell of a Markdown table: one line, no table or HTML syntax.
std::string markdown_cell(std::string_view text);
// At most `limit` characters (not bytes), with an ellipsis when cut.
std::string shorten(std::string_view text, std::size_t limit);

}  // namespace reckon::report_format
