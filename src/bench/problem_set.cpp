#include "bench/problem_set.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "bench/digest.h"

namespace reckon {
namespace {

using nlohmann::json;

constexpr std::size_t no_position = std::string_view::npos;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Text of a string or number field; nothing for other types, missing and blank fields.
std::optional<std::string> field_text(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  std::string text;
  if (found->is_string()) text = found->get<std::string>();
  else if (found->is_number()) text = found->dump();
  if (trim(text).empty()) return std::nullopt;
  return text;
}

std::optional<std::string> first_field(const json& object, const char* name, const char* other) {
  auto text = field_text(object, name);
  return text ? text : field_text(object, other);
}

std::optional<std::string> marked_reference(std::string_view text) {
  auto reference = after_hashes(text);
  return reference ? reference : last_boxed(text);
}

std::optional<std::string> reference_of(const std::optional<std::string>& answer,
                                        const std::optional<std::string>& solution) {
  if (answer) {
    if (auto reference = marked_reference(*answer)) return reference;
    const std::string_view short_answer = trim(*answer);
    if (short_answer.find('\n') == no_position) return std::string(short_answer);
  }
  return solution ? marked_reference(*solution) : std::nullopt;
}

Result<json> parse_object(std::string_view line) {
  json object;
  try {
    object = json::parse(line);
  } catch (const json::parse_error& error) {
    return invalid_argument("not valid JSON near character " + std::to_string(error.byte));
  } catch (const json::exception&) {
    return invalid_argument("not valid JSON: a number is out of range");
  }
  if (!object.is_object()) return invalid_argument("a row must be a JSON object, {...}, on one line");
  return object;
}

Result<Row> parse_row(std::string_view line, std::size_t number) {
  RECKON_ASSIGN_OR_RETURN(const json object, parse_object(line));
  const auto question = first_field(object, "question", "problem");
  if (!question) return invalid_argument("the row has no text in \"question\" or \"problem\"");
  const auto answer = field_text(object, "answer");
  const auto solution = field_text(object, "solution");
  const auto reference = reference_of(answer, solution);
  if (!reference) {
    return invalid_argument(
        "the row has no reference answer: give \"answer\" with \"#### 42\" or a short \"answer\", "
        "or a \"solution\" with \\boxed{}");
  }
  Row row;
  row.id = first_field(object, "id", "unique_id").value_or(std::to_string(number));
  row.line = number;
  row.question = *question;
  row.reference = *reference;
  // GSM8K keeps its worked solution in `answer`.
  if (solution) row.solution = *solution;
  else if (answer && *answer != row.reference) row.solution = *answer;
  return row;
}

Status at_line(std::string_view name, std::size_t line, const Status& status) {
  return {status.kind(), std::string(name) + ":" + std::to_string(line) + ": " + status.message()};
}

Result<std::vector<Row>> parse_rows(std::string_view text, std::string_view name) {
  std::vector<Row> rows;
  std::unordered_map<std::string, std::size_t> line_of_id;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty()) continue;
    auto row = parse_row(line, number);
    if (!row.ok()) return at_line(name, number, row.status());
    const auto [first, is_new] = line_of_id.emplace(row->id, number);
    if (!is_new) {
      return at_line(name, number, invalid_argument("the id \"" + row->id + "\" is already on line " +
                                                    std::to_string(first->second)));
    }
    rows.push_back(std::move(row).value());
  }
  return rows;
}

std::optional<std::string> balanced_group(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;  // \{ and \} do not count
    else if (text[i] == '{') ++depth;
    else if (text[i] == '}' && --depth == 0) return std::string(trim(text.substr(1, i - 1)));
  }
  return std::nullopt;
}

// What follows \boxed: a balanced group, or the next word.
std::optional<std::string> box_content(std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.starts_with('{')) return balanced_group(rest);
  return std::string(rest.substr(0, rest.find_first_of(" \t\r\n$")));
}

}  // namespace

std::optional<std::string> after_hashes(std::string_view text) {
  const std::size_t at = text.rfind("####");
  if (at == no_position) return std::nullopt;
  const std::string_view rest = text.substr(at + 4);
  const std::string_view answer = trim(rest.substr(0, rest.find('\n')));
  if (answer.empty()) return std::nullopt;
  return std::string(answer);
}

std::optional<std::string> last_boxed(std::string_view text) {
  // A broken box is skipped in favour of an earlier one. The bound keeps hostile text linear.
  for (int attempt = 0; attempt < 16; ++attempt) {
    const std::size_t boxed = text.rfind("\\boxed");
    const std::size_t framed = text.rfind("\\fbox");
    if (boxed == no_position && framed == no_position) return std::nullopt;
    const bool use_boxed = framed == no_position || (boxed != no_position && boxed > framed);
    const std::size_t start = use_boxed ? boxed : framed;
    auto inside = box_content(text.substr(start + (use_boxed ? 6 : 5)));
    if (inside && !inside->empty()) return inside;
    text = text.substr(0, start);
  }
  return std::nullopt;
}

Result<ProblemSet> make_problem_set(std::string name, std::string digest, std::vector<Row> rows,
                                    const ProblemSetOptions& options) {
  if (options.limit == 0) return invalid_argument("the limit of rows must be at least 1");
  ProblemSet set;
  set.name = std::move(name);
  set.digest = std::move(digest);
  set.rows = std::move(rows);
  set.rows_in_file = set.rows.size();
  if (set.rows.empty()) return invalid_argument(set.name + " has no rows");
  if (options.offset >= set.rows.size()) {
    return invalid_argument("the offset " + std::to_string(options.offset) + " is past the end: " +
                            set.name + " has " + std::to_string(set.rows.size()) + " rows");
  }
  set.rows.erase(set.rows.begin(), set.rows.begin() + static_cast<std::ptrdiff_t>(options.offset));
  if (options.limit < set.rows.size()) set.rows.resize(options.limit);
  return set;
}

Result<ProblemSet> parse_problem_set(std::string_view text, std::string_view name,
                                     const ProblemSetOptions& options) {
  std::string digest = content_digest(text);
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  RECKON_ASSIGN_OR_RETURN(std::vector<Row> rows, parse_rows(text, name));
  return make_problem_set(std::string(name), std::move(digest), std::move(rows), options);
}

Result<ProblemSet> read_problem_set(const std::filesystem::path& file,
                                    const ProblemSetOptions& options) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return not_found("there is no file " + file.string());
  if (std::filesystem::is_directory(file, error)) {
    return invalid_argument(file.string() + " is a folder, not a JSON-lines file");
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return io_error("cannot open " + file.string());
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) return io_error("cannot read " + file.string());
  return parse_problem_set(text, file.filename().string(), options);
}

}  // namespace reckon
