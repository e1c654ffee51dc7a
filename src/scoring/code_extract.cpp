#include "scoring/code_extract.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.h"
#include "scoring/reply_text.h"

namespace reckon {
namespace {

struct Block {
  std::string_view mark;  // what the fence says: "python"
  std::string code;
  bool cut = false;
};

std::string_view strip_left(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return line;
}

bool starts_with_any(std::string_view line, std::span<const std::string_view> beginnings) {
  return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return line.starts_with(beginning); });
}

std::optional<std::string_view> fence_of(std::string_view line) {
  line = strip_left(line);
  if (line.starts_with("```") || line.starts_with("~~~")) return line.substr(0, 3);
  return std::nullopt;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

std::string joined(std::span<const std::string_view> lines) {
  std::string text;
  for (const auto line : lines) text.append(line).push_back('\n');
  return text;
}

// A fence inside a list is indented, and so is what it holds.
std::string without_indent(std::span<const std::string_view> lines, std::size_t indent) {
  std::string text;
  for (auto line : lines) {
    const auto blanks = std::min(line.find_first_not_of(" \t"), line.size());
    text.append(line.substr(std::min(indent, blanks))).push_back('\n');
  }
  return text;
}

std::vector<Block> fenced_blocks(std::string_view text) {
  std::vector<Block> blocks;
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto fence = fence_of(lines[i]);
    if (!fence) continue;
    std::string_view mark = strip_left(lines[i]);
    mark.remove_prefix(std::min(mark.find_first_not_of("`~"), mark.size()));
    std::size_t end = i + 1;
    while (end < lines.size() && !strip_left(lines[end]).starts_with(*fence)) ++end;
    const auto inside = std::span(lines).subspan(i + 1, std::min(end, lines.size()) - i - 1);
    const std::size_t indent = lines[i].size() - strip_left(lines[i]).size();
    blocks.push_back({trim(mark), without_indent(inside, indent), end >= lines.size()});
    i = end;
  }
  return blocks;
}

bool marks_other_than_code(std::string_view mark) {
  static constexpr std::array<std::string_view, 12> others = {"output", "text", "txt", "plaintext", "json", "bash",
                                                              "sh",     "shell", "console", "input", "markdown", "html"};
  const std::string lower = to_lower(mark);
  return std::ranges::find(others, std::string_view(lower).substr(0, lower.find(' '))) != others.end();
}

bool reads_input(std::string_view code) {
  static constexpr std::array<std::string_view, 6> signs = {"input(", "sys.stdin", "open(0)", "cin", "scanf", "getline"};
  return std::ranges::any_of(signs, [&](std::string_view sign) { return code.find(sign) != std::string_view::npos; });
}

bool fits(const Block& block, std::string_view entry_point) {
  return entry_point.empty() ? reads_input(block.code) : defines_function(block.code, entry_point);
}

const Block* best_block(const std::vector<Block>& blocks, std::string_view entry_point) {
  const Block* last_fit = nullptr;
  const Block* longest = nullptr;
  for (const Block& block : blocks) {
    if (marks_other_than_code(block.mark) || trim(block.code).empty()) continue;
    if (fits(block, entry_point)) last_fit = &block;
    if (longest == nullptr || block.code.size() > longest->code.size()) longest = &block;
  }
  return last_fit != nullptr ? last_fit : longest;
}

ProgramLanguage language_of(const Block& block) {
  const std::string mark = to_lower(block.mark);
  if (mark.starts_with("py")) return ProgramLanguage::python;
  if (mark.starts_with("c++") || mark.starts_with("cpp") || mark == "c" || mark == "cc") return ProgramLanguage::cpp;
  return detect_language(block.code);
}

bool begins_code(std::string_view line) {
  static constexpr std::array<std::string_view, 8> beginnings = {"def ",  "class ",   "import ",  "@",
                                                                 "#include", "using ", "int main", "if __name__"};
  // "from" and "import" also begin sentences.
  if (line.starts_with("from ")) return line.find(" import ") != std::string_view::npos;
  if (line.starts_with("import ") && line.ends_with('.')) return false;
  return starts_with_any(line, beginnings);
}

// A line at the left edge that no program has: words, a capital first, an end of sentence.
bool is_prose(std::string_view line) {
  if (line.empty() || line[0] < 'A' || line[0] > 'Z') return false;
  const std::string_view end = trim(line);
  if (!end.ends_with('.') && !end.ends_with(':') && !end.ends_with('!')) return false;
  return std::ranges::count(end, ' ') >= 2 && end.find('=') == std::string_view::npos;
}

std::optional<std::string> unfenced_code(std::string_view text) {
  const auto lines = lines_of(text);
  const auto first = std::ranges::find_if(lines, begins_code);
  if (first == lines.end()) return std::nullopt;
  const auto last = std::find_if(first, lines.end(), is_prose);
  return joined(std::span(first, last));
}

// Without blank lines at both ends; the first line keeps its indent.
std::string tidy(std::string_view code) {
  while (!code.empty()) {
    const auto end = code.find('\n');
    if (end == std::string_view::npos || !trim(code.substr(0, end)).empty()) break;
    code.remove_prefix(end + 1);
  }
  const auto last = code.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string() : std::string(code.substr(0, last + 1)) + "\n";
}

}  // namespace

std::string_view to_string(ProgramLanguage language) { return language == ProgramLanguage::cpp ? "cpp" : "python"; }

ProgramLanguage detect_language(std::string_view code) {
  static constexpr std::array<std::string_view, 4> signs = {"#include", "int main", "using namespace", "std::"};
  for (const auto line : lines_of(code)) {
    if (starts_with_any(strip_left(line), signs)) return ProgramLanguage::cpp;
  }
  return ProgramLanguage::python;
}

bool defines_function(std::string_view code, std::string_view name) {
  for (const auto whole : lines_of(code)) {
    std::string_view line = whole;
    if (line.starts_with("async ")) line = strip_left(line.substr(6));
    if (!line.starts_with("def ")) {
      if (!line.starts_with(name) || !strip_left(line.substr(name.size())).starts_with("=")) continue;
      return !strip_left(line.substr(name.size())).starts_with("==");  // name = lambda ...
    }
    line = strip_left(line.substr(4));
    if (line.starts_with(name) && strip_left(line.substr(name.size())).starts_with("(")) return true;
  }
  return false;
}

ExtractedCode extract_code(std::string_view reply, std::string_view entry_point) {
  using Source = ExtractedCode::Source;
  const std::string_view text = after_thinking(reply);
  const auto blocks = fenced_blocks(text);
  if (const Block* block = best_block(blocks, entry_point)) {
    return {tidy(block->code), language_of(*block), block->cut ? Source::cut_fence : Source::fence};
  }
  if (auto code = unfenced_code(text)) return {tidy(*code), detect_language(*code), Source::unfenced};
  if (trim(text).empty()) return {};
  return {tidy(text), ProgramLanguage::python, Source::whole_text};
}

std::string complete_function(std::string_view code, const ProgramTests& tests) {
  if (!defines_function(code, tests.entry_point)) {
    std::string body(code);
    const bool indented = body.starts_with(' ') || body.starts_with('\t');
    if (!indented && !tests.starter.empty()) body = "    " + replace_all(std::move(body), "\n", "\n    ");
    return tests.starter + (tests.starter.empty() || tests.starter.ends_with('\n') ? "" : "\n") + body + "\n";
  }
  std::string before;
  for (const auto line : lines_of(tests.starter)) {
    if (line.starts_with("def " + tests.entry_point)) break;
    before.append(line).push_back('\n');
  }
  return (trim(before).empty() ? "" : before) + std::string(code);
}

}  // namespace reckon
