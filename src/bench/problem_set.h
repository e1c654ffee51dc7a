// Problem sets: JSON-lines files of questions with reference answers.
//
// One JSON object a line. The question is in `question` (GSM8K, Cobbe et al., arXiv 2110.14168) or
// `problem` (MATH, Hendrycks et al., arXiv 2103.03874). The reference answer is, in this order:
//   1. what follows the last "####" of `answer` (GSM8K),
//   2. the inside of the last \boxed{} of `answer`,
//   3. `answer` itself when it is one line or a number (MATH-500),
//   4. the last "####" or \boxed{} of `solution`.
// The row's id is `id` or `unique_id` (text or integer), else its line number. A byte-order mark,
// CRLF line ends and blank lines are fine.
//
// Errors name file:line and what is missing; a file with one bad line is refused whole, so that a
// result never rests on a file that was read only in part. Threading: pure functions on values.
// Cost: the file is read into memory once.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "scoring/answer_style.h"
#include "scoring/checker.h"
#include "scoring/program_tests.h"

namespace reckon {

struct Row {
  std::string id;         // unique in its file
  std::size_t line = 0;   // 1-based line in the file
  std::string question;
  std::string reference;  // the short answer to grade against
  std::string solution;   // the worked reference solution where the file has one, else empty
  std::optional<AnswerStyle> answer_style = std::nullopt;  // nothing: what the command says
  std::shared_ptr<const Checker> checker = nullptr;        // null: answers are compared with `reference`
  std::optional<ProgramTests> tests = std::nullopt;        // public ones, when the answer is a program
};

struct ProblemSet {
  std::string name;              // file name without folders
  std::string digest;            // SHA-256 of the whole file's bytes, hex
  std::size_t rows_in_file = 0;  // before offset and limit
  std::vector<Row> rows;         // after offset and limit, in file order
};

inline constexpr std::size_t all_rows = std::numeric_limits<std::size_t>::max();

struct ProblemSetOptions {
  std::size_t offset = 0;       // rows to skip from the start
  std::size_t limit = all_rows;  // rows to keep after that, at least 1
};

// Errors: not_found, io, or invalid_argument (bad row, repeated id, offset past the end, no row).
Result<ProblemSet> read_problem_set(const std::filesystem::path& file,
                                    const ProblemSetOptions& options = {});

// The same from memory; `name` stands in for the file name in errors.
Result<ProblemSet> parse_problem_set(std::string_view text, std::string_view name,
                                     const ProblemSetOptions& options = {});

// Of rows from elsewhere, such as a generator; `digest` must change when any row does.
Result<ProblemSet> make_problem_set(std::string name, std::string digest, std::vector<Row> rows,
                                    const ProblemSetOptions& options = {});

// The inside of the last \boxed{...} or \fbox{...} with balanced braces ("\boxed 5" gives "5").
std::optional<std::string> last_boxed(std::string_view text);

// The trimmed text after the last "####" up to the end of its line.
std::optional<std::string> after_hashes(std::string_view text);

}  // namespace reckon
