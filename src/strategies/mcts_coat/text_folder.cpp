#include "strategies/mcts_coat/text_folder.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text.h"

namespace reckon {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> text_files(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && at != end; at.increment(error)) {
    const auto extension = at->path().extension();
    if (at->is_regular_file(error) && (extension == ".txt" || extension == ".md")) files.push_back(at->path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> paragraphs_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text = replace_all({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}, "\r\n", "\n");
  std::vector<std::string> paragraphs;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find("\n\n", at), text.size());
    const std::string paragraph(trim(std::string_view(text).substr(at, end - at)));
    if (!paragraph.empty()) paragraphs.push_back(sanitize_utf8(paragraph));
    at = end + 2;
  }
  return paragraphs;
}

// Any of the text's words, quoted, so that nothing in it is query syntax.
std::string any_word(std::string_view text) {
  constexpr std::size_t kMostWords = 64;
  std::set<std::string> words;
  std::string word;
  for (const char c : to_lower(text) + " ") {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || byte >= 0x80) {
      word += c;
      continue;
    }
    if (word.size() > 2 && words.size() < kMostWords) words.insert(word);
    word.clear();
  }
  std::string query;
  for (const std::string& each : words) query += (query.empty() ? "\"" : " OR \"") + each + "\"";
  return query;
}

}  // namespace

Result<TextFolder> TextFolder::open(const std::string& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return not_found("there is no memory folder at \"" + folder + "\"");
  RECKON_ASSIGN_OR_RETURN(auto index, sqlite::Connection::open(":memory:", 0));
  if (!index.execute("CREATE VIRTUAL TABLE paragraphs USING fts5(text, tokenize = 'porter unicode61')").ok()) {
    return unsupported("this SQLite was built without FTS5, which a memory folder needs");
  }
  RECKON_ASSIGN_OR_RETURN(auto insert, index.prepare("INSERT INTO paragraphs (text) VALUES (?1)"));
  bool any = false;
  for (const auto& file : text_files(folder)) {
    for (const auto& paragraph : paragraphs_of(file)) {
      RECKON_RETURN_IF_ERROR(insert.bind(std::string_view(paragraph)).run());
      any = true;
    }
  }
  if (!any) return not_found("the memory folder \"" + folder + "\" has no text in *.txt or *.md files");
  return TextFolder(std::move(index));
}

Result<std::vector<std::string>> TextFolder::retrieve(std::string_view query, int k) {
  std::vector<std::string> found;
  const std::string words = any_word(query);
  if (words.empty()) return found;
  RECKON_ASSIGN_OR_RETURN(auto select, index_.prepare("SELECT text FROM paragraphs WHERE paragraphs MATCH ?1 "
                                                      "ORDER BY bm25(paragraphs), rowid LIMIT ?2"));
  select.bind(std::string_view(words)).bind(static_cast<std::int64_t>(k));
  while (true) {
    RECKON_ASSIGN_OR_RETURN(const bool row, select.step());
    if (!row) return found;
    found.push_back(select.text(0));
  }
}

}  // namespace reckon
