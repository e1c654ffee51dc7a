#include "scoring/answer_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace reckon::answer_detail {
namespace {

struct ThinkTags {
  std::string_view open;
  std::string_view close;
};
constexpr std::array<ThinkTags, 3> kThinkTags{{
    {"<think>", "</think>"}, {"<thinking>", "</thinking>"}, {"[THINK]", "[/THINK]"}}};

// Template markers that end a turn; small models run on past them when a stop string is missing.
constexpr std::array<std::string_view, 7> kTurnEnds{
    "<|im_end|>", "<|endoftext|>", "<|im_start|>", "<|eot_id|>", "</s>", "<end_of_turn>", "<|user|>"};
constexpr std::array<std::string_view, 4> kNewQuestions{"q:", "question:", "human:", "user:"};

// Start of the first line that begins a new question, if anything but space comes before it: an
// output may restate its own question first.
std::size_t find_new_question(std::string_view text) {
  bool content_before = false;
  std::size_t begin = 0;
  while (begin < text.size()) {
    auto end = text.find('\n', begin);
    if (end == std::string_view::npos) end = text.size();
    std::string_view line = trim(text.substr(begin, end - begin));
    while (!line.empty() && (line.front() == '*' || line.front() == '#')) line.remove_prefix(1);
    line = trim(line);
    for (const auto start : kNewQuestions) {
      if (content_before && starts_with_lower(line, start)) return begin;
    }
    content_before = content_before || !line.empty();
    begin = end + 1;
  }
  return std::string_view::npos;
}

struct Spelling {
  std::string_view from;
  std::string_view to;
};
constexpr Spelling kSymbols[] = {
    {"−", "-"}, {"–", "-"}, {"‐", "-"}, {"‑", "-"}, {"﹣", "-"}, {"－", "-"}, {"×", "\\times "},
    {"✕", "\\times "}, {"·", "\\cdot "}, {"⋅", "\\cdot "}, {"∙", "\\cdot "}, {"÷", "/"}, {"⁄", "/"},
    {"∕", "/"}, {"√", "\\sqrt "}, {"π", "\\pi "}, {"∞", "\\infty "}, {"±", "\\pm "}, {"∓", "\\mp "},
    {"≤", "\\le "}, {"≥", "\\ge "}, {"≠", "\\ne "}, {"∪", "\\cup "}, {"∩", "\\cap "}, {"∈", "\\in "},
    {"≈", "\\approx "}, {"°", "^\\circ "}, {"½", " \\frac{1}{2}"}, {"¼", " \\frac{1}{4}"},
    {"¾", " \\frac{3}{4}"}, {"⅓", " \\frac{1}{3}"}, {"⅔", " \\frac{2}{3}"}, {"⅛", " \\frac{1}{8}"},
    {"θ", "\\theta "}, {"α", "\\alpha "}, {"β", "\\beta "}, {"γ", "\\gamma "}, {"λ", "\\lambda "},
    {"μ", "\\mu "}, {"φ", "\\phi "}, {"ω", "\\omega "}, {"\u00A0", " "}, {"\u2009", " "},
    {"\u202F", " "}, {"\u2007", " "}, {"\u200B", ""}, {"\u2060", ""}, {"，", ","}, {"。", "."},
    {"：", ":"}, {"（", "("}, {"）", ")"}, {"’", "'"}, {"‘", "'"}, {"“", "\""}, {"”", "\""},
    {"∅", "\\emptyset "}, {"％", "%"}, {"＄", "$"}};
constexpr Spelling kSuperscripts[] = {{"⁰", "0"}, {"¹", "1"}, {"²", "2"}, {"³", "3"}, {"⁴", "4"},
                                      {"⁵", "5"}, {"⁶", "6"}, {"⁷", "7"}, {"⁸", "8"}, {"⁹", "9"},
                                      {"⁻", "-"}, {"ⁿ", "n"}};

template <std::size_t N>
const Spelling* match_spelling(const Spelling (&table)[N], std::string_view text) {
  for (const auto& entry : table) {
    if (text.substr(0, entry.from.size()) == entry.from) return &entry;
  }
  return nullptr;
}

// Commands that only change how maths looks. Longest names first where one begins another.
constexpr std::string_view kIgnored[] = {
    "displaystyle", "textstyle", "left", "right", "biggl", "biggr", "Biggl", "Biggr", "bigl", "bigr",
    "Bigl", "Bigr", "bigg", "Bigg", "big", "Big", "qquad", "quad", "limits", "nolimits"};
constexpr std::string_view kTextWrappers[] = {
    "text", "textbf", "textit", "textrm", "textnormal", "mathrm", "mathbf", "mathit", "mathsf", "mbox",
    "hbox", "operatorname", "mathbb", "boldsymbol", "bm", "boxed", "fbox", "bf", "rm", "underline"};
constexpr Spelling kRenamed[] = {
    {"dfrac", "\\frac"}, {"tfrac", "\\frac"}, {"cfrac", "\\frac"}, {"leq", "\\le "}, {"geq", "\\ge "},
    {"leqslant", "\\le "}, {"geqslant", "\\ge "}, {"neq", "\\ne "}, {"lt", "<"}, {"gt", ">"},
    {"lbrace", "\\{"}, {"rbrace", "\\}"}, {"lbrack", "["}, {"rbrack", "]"}, {"ldots", "..."},
    {"dots", "..."}, {"cdots", "..."}, {"degree", "^\\circ "}, {"colon", ":"}, {"lvert", "|"},
    {"rvert", "|"}, {"vert", "|"}, {"mid", "|"}, {"varnothing", "\\emptyset "}, {"dbinom", "\\binom"},
    {"tbinom", "\\binom"}, {"ast", "\\cdot "}, {"langle", "("}, {"rangle", ")"}, {"euro", "€"}, {"pounds", "£"}};

template <std::size_t N>
bool contains(const std::string_view (&table)[N], std::string_view name) {
  return std::find(std::begin(table), std::end(table), name) != std::end(table);
}

// Rewrites LaTeX in one pass. A text wrapper's closing brace is remembered on a stack, so that
// nesting costs no second pass.
class LatexTidier {
 public:
  explicit LatexTidier(std::string_view text) : text_(text) { out_.reserve(text.size()); }

  std::string run() {
    while (at_ < text_.size()) step();
    return collapse_spaces(out_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '\\') return command();
    if (text_.substr(at_, 3) == "{,}") {
      out_ += ',';
      at_ += 3;
      return;
    }
    if (c == '{') wrappers_.push_back(false);
    if (c == '}' && !wrappers_.empty()) {
      const bool wrapper = wrappers_.back();
      wrappers_.pop_back();
      if (wrapper) {
        out_ += ' ';
        ++at_;
        return;
      }
    }
    out_ += c == '~' || is_space(c) ? ' ' : c;
    ++at_;
  }

  void command() {
    if (at_ + 1 >= text_.size()) {
      ++at_;
      return;
    }
    const char next = text_[at_ + 1];
    if (!is_letter(next)) return symbol_command(next);
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    const auto name = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end;
    if (contains(kIgnored, name)) {
      // \left. and \right. draw nothing.
      if ((name == "left" || name == "right") && at_ < text_.size() && text_[at_] == '.') ++at_;
      return;
    }
    if (contains(kTextWrappers, name)) return open_wrapper();
    for (const auto& entry : kRenamed) {
      if (entry.from == name) {
        out_ += entry.to;
        return;
      }
    }
    out_ += '\\';
    out_ += name;
    // The space that ends a command must survive, or "\pi r" would become "\pir".
    if (at_ < text_.size() && is_space(text_[at_])) out_ += ' ';
  }

  void symbol_command(char next) {
    at_ += 2;
    switch (next) {
      case '!': return;
      case ',': case ';': case ':': case '>': case ' ': case '~':
        out_ += ' ';
        return;
      case '%': case '$': case '#': case '&': case '_':
        out_ += next;
        return;
      case '(': case ')': case '[': case ']':  // maths delimiters
        out_ += ' ';
        return;
      default:  // \{ \} and the row separator stay
        out_ += '\\';
        out_ += next;
    }
  }

  void open_wrapper() {
    std::size_t brace = at_;
    while (brace < text_.size() && is_space(text_[brace])) ++brace;
    out_ += ' ';
    if (brace < text_.size() && text_[brace] == '{') {
      wrappers_.push_back(true);
      at_ = brace + 1;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
  std::vector<bool> wrappers_;
};

bool strip_pair(std::string_view& text, std::string_view open, std::string_view close) {
  if (text.size() < open.size() + close.size() || !text.starts_with(open) || !text.ends_with(close)) return false;
  text = trim(text.substr(open.size(), text.size() - open.size() - close.size()));
  return true;
}

// "$5$" is maths, "$5" is money, "$5 and 6$" is left alone only if another dollar stands between.
bool strip_dollars(std::string_view& text) {
  if (strip_pair(text, "$$", "$$")) return true;
  if (text.size() < 2 || text.front() != '$' || text.back() != '$') return false;
  const auto inner = text.substr(1, text.size() - 2);
  if (inner.ends_with('\\')) return false;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '$' && (i == 0 || inner[i - 1] != '\\')) return false;
  }
  text = trim(inner);
  return true;
}

}  // namespace

std::optional<std::string_view> visible_answer(std::string_view output) {
  for (const auto& tags : kThinkTags) {
    const auto close = output.rfind(tags.close);
    if (close != std::string_view::npos) output.remove_prefix(close + tags.close.size());
    if (output.find(tags.open) != std::string_view::npos) return std::nullopt;
  }
  for (const auto marker : kTurnEnds) {
    const auto at = output.find(marker);
    if (at != std::string_view::npos) output = output.substr(0, at);
  }
  return output.substr(0, find_new_question(output));
}

Box find_last_box(std::string_view text) {
  std::size_t best = std::string_view::npos;
  std::size_t after = 0;
  for (const std::string_view name : {std::string_view("\\boxed"), std::string_view("\\fbox")}) {
    for (auto at = text.rfind(name); at != std::string_view::npos; at = at == 0 ? std::string_view::npos : text.rfind(name, at - 1)) {
      const auto end = at + name.size();
      if (end < text.size() && is_letter(text[end])) continue;  // \boxedfoo
      if (best == std::string_view::npos || at > best) {
        best = at;
        after = end;
      }
      break;
    }
  }
  if (best == std::string_view::npos) return {};
  Box box{.present = true};
  while (after < text.size() && is_space(text[after])) ++after;
  if (after >= text.size()) return box;
  if (text[after] == '{') {
    const auto close = matching_bracket(text, after);
    if (close != std::string_view::npos) box.content = trim(text.substr(after + 1, close - after - 1));
    return box;
  }
  // "\boxed 5": one token, as TeX reads it, but a whole number.
  auto end = after;
  while (end < text.size() && !is_space(text[end]) && text[end] != '$') ++end;
  box.content = text.substr(after, end - after);
  return box;
}

std::size_t matching_bracket(std::string_view text, std::size_t open) {
  const char opening = text[open];
  const char closing = opening == '{' ? '}' : opening == '(' ? ')' : ']';
  std::size_t depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == opening) {
      ++depth;
    } else if (text[i] == closing && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::string_view strip_wrapping(std::string_view text) {
  // Each round removes at least one byte; 32 layers are more than any real output has.
  for (int round = 0; round < 32; ++round) {
    text = trim(text);
    if (strip_pair(text, "**", "**") || strip_pair(text, "__", "__") || strip_pair(text, "`", "`") ||
        strip_pair(text, "\"", "\"") || strip_pair(text, "\\(", "\\)") || strip_pair(text, "\\[", "\\]") ||
        strip_dollars(text)) {
      continue;
    }
    if (text.size() > 1 && text.front() == '*' && text.back() == '*' && strip_pair(text, "*", "*")) continue;
    if (text.ends_with("**") || text.ends_with("__")) {
      text.remove_suffix(2);
    } else if (text.starts_with("**") || text.starts_with("__")) {
      text.remove_prefix(2);
    } else if (!text.empty() && (text.back() == '.' || text.back() == ',' || text.back() == ';' || text.back() == ':') &&
               !text.ends_with("\\,") && !text.ends_with("\\;") && !text.ends_with("...")) {
      text.remove_suffix(1);
    } else {
      return text;
    }
  }
  return text;
}

std::string plain_symbols(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      out += text[i++];
      continue;
    }
    const auto rest = text.substr(i);
    if (const auto* raised = match_spelling(kSuperscripts, rest)) {
      out += "^{";
      for (; raised != nullptr; raised = match_spelling(kSuperscripts, text.substr(i))) {
        out += raised->to;
        i += raised->from.size();
      }
      out += '}';
    } else if (const auto* symbol = match_spelling(kSymbols, rest)) {
      out += symbol->to;
      i += symbol->from.size();
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string tidy_latex(std::string_view text) { return LatexTidier(text).run(); }

std::string_view last_line(std::string_view text) {
  while (!text.empty()) {
    const auto begin = text.rfind('\n');
    const auto line = trim(begin == std::string_view::npos ? text : text.substr(begin + 1));
    const bool content = std::any_of(line.begin(), line.end(), [](char c) {
      return is_digit(c) || is_letter(c) || static_cast<unsigned char>(c) >= 0x80;
    });
    if (content) return line;
    if (begin == std::string_view::npos) return {};
    text = text.substr(0, begin);
  }
  return {};
}

bool starts_with_lower(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  return std::equal(prefix.begin(), prefix.end(), text.begin(), [](char p, char t) {
    return p == (t >= 'A' && t <= 'Z' ? static_cast<char>(t - 'A' + 'a') : t);
  });
}

std::string collapse_spaces(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : trim(text)) {
    if (!is_space(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

}  // namespace reckon::answer_detail
