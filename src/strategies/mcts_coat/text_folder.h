// A memory outside the model: the paragraphs of a folder of text files, found by their words.
//
// *.txt and *.md below the folder, read once, kept in an SQLite FTS5 table in memory and ranked by BM25.
// Threading: one owner at a time. Cost: reading and indexing the folder once; a query is a few milliseconds.
// Errors: not_found without such a folder or text in it; unsupported when SQLite has no FTS5.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sqlite.h"

namespace reckon {

class TextFolder {
 public:
  static Result<TextFolder> open(const std::string& folder);
  // The k paragraphs that fit the query best, best first. Any text is a query.
  Result<std::vector<std::string>> retrieve(std::string_view query, int k);

 private:
  explicit TextFolder(sqlite::Connection index) : index_(std::move(index)) {}
  sqlite::Connection index_;
};

}  // namespace reckon
