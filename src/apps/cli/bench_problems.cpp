#include "apps/cli/bench_problems.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "apps/cli/bench_matrix.h"
#include "base/text.h"
#include "bench/digest.h"

namespace reckon::cli {
namespace {

Result<std::vector<Row>> rows_of(const std::vector<std::string>& parts, const Registry& registry) {
  RECKON_ASSIGN_OR_RETURN(const auto* entry, registry.problems.find(parts.front()));
  std::map<std::string, std::string> given;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto equals = parts[i].find('=');
    if (equals == std::string::npos || equals == 0) return invalid_argument("\"" + parts[i] + "\" should be KEY=VALUE");
    given[parts[i].substr(0, equals)] = parts[i].substr(equals + 1);
  }
  RECKON_ASSIGN_OR_RETURN(const Options options, parse_options(entry->spec, given));
  RECKON_ASSIGN_OR_RETURN(const auto problem, entry->create(options));
  RECKON_ASSIGN_OR_RETURN(auto items, problem->items());
  std::vector<Row> rows;
  for (auto& item : items) {
    rows.push_back({.id = std::move(item.id),
                    .line = rows.size() + 1,
                    .question = std::move(item.question),
                    .reference = std::move(item.reference),
                    .solution = std::move(item.solution),
                    .answer_style = std::move(item.answer_style),
                    .checker = std::move(item.checker),
                    .tests = std::move(item.tests)});
  }
  return rows;
}

// Of the rows themselves, and of the data file behind them where there is one: a checker may know more of it than
// a row shows.
std::string digest_of(const std::vector<std::string>& parts, const std::vector<Row>& rows) {
  auto json = nlohmann::json::array({parts.front()});
  for (const auto& row : rows) json.push_back({row.id, row.question, row.reference, row.solution});
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (const auto digest = file_digest(parts[i].substr(parts[i].find('=') + 1))) json.push_back(*digest);
  }
  return content_digest(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

Result<ProblemSet> open_problems(const std::string& given, const Registry& registry, const ProblemSetOptions& options) {
  const auto parts = split_escaped(given, ':');
  std::error_code error;
  const bool is_plugin = registry.problems.find(parts.front()).ok();
  const bool looks_like_file = given.find_first_of("./") != std::string::npos || std::filesystem::exists(given, error);
  if (!is_plugin && looks_like_file) return read_problem_set(given, options);
  auto rows = rows_of(parts, registry);
  if (!rows.ok()) return rows.status().while_doing("reading the problems " + given);
  std::string digest = digest_of(parts, *rows);
  return make_problem_set(given, std::move(digest), std::move(rows).value(), options);
}

}  // namespace reckon::cli
