// What the program writes on: terminal or pipe, colours, widths, and text made safe for it.
//
// Threading: pure, except that they read the environment. Colour is used on a terminal unless
// NO_COLOR is set (no-color.org) or TERM is "dumb".
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace reckon::cli {

bool is_terminal(std::FILE* stream);

// How often progress is shown: redrawn in place on a terminal, a line of its own elsewhere.
inline constexpr double kRedrawEveryMs = 100.0;
inline constexpr double kLineEveryMs = 10000.0;

// Columns of the terminal behind `stream`; 80 when unknown.
std::size_t terminal_width(std::FILE* stream);

// Lines of that terminal; 24 when unknown.
std::size_t terminal_height(std::FILE* stream);

// Colours for one stream; plain text where it should have none.
class Style {
 public:
  // No stream: plain.
  explicit Style(std::FILE* stream);
  std::string bold(std::string_view text) const { return paint("1", text); }
  std::string dim(std::string_view text) const { return paint("2", text); }
  std::string red(std::string_view text) const { return paint("1;31", text); }
  std::string green(std::string_view text) const { return paint("1;32", text); }
  std::string yellow(std::string_view text) const { return paint("1;33", text); }
  std::string cyan(std::string_view text) const { return paint("36", text); }

 private:
  std::string paint(std::string_view code, std::string_view text) const;
  bool colour_;
};

// Model output may hold control characters that would move the cursor or recolour the terminal:
// all of them but new lines and tabs become visible escapes. Malformed UTF-8 becomes U+FFFD.
std::string printable(std::string_view text);

// The same in one line: runs of white space become one space.
std::string one_line(std::string_view text);

// At most `columns` code points, the last one an ellipsis when something was cut.
std::string shorten(std::string_view text, std::size_t columns);

}  // namespace reckon::cli
