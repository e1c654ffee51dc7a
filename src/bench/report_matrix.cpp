#include "bench/report_matrix.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "bench/report_format.h"

namespace reckon {
namespace {

using namespace report_format;
using Results = std::vector<const BenchResult*>;
using ResultsByCell = std::map<std::pair<std::string, std::string>, Results>;  // (row, configuration)

ResultsByCell group(const BenchReport& report) {
  ResultsByCell cells;
  for (const auto& result : report.results) cells[{result.row_id, result.configuration}].push_back(&result);
  return cells;
}

const Results& results_at(const ResultsByCell& cells, const Row& row, const ConfigurationSummary& summary) {
  static const Results none;
  const auto found = cells.find({row.id, summary.configuration.name});
  return found == cells.end() ? none : found->second;
}

// Fixed widths: every line is a grid of its own, and all must agree.
std::string columns(const BenchReport& report) {
  return "style=\"grid-template-columns:64px 256px 84px repeat(" + std::to_string(report.configurations.size()) + ",66px)\"";
}

// "2/3": correct of answers. Amber for some, or for an error.
std::string verdict(const Results& results) {
  if (results.empty()) return "<span class=\"cell none\">–</span>";
  std::size_t correct = 0;
  bool failed = false;
  for (const auto* result : results) {
    failed = failed || result->failed();
    if (!result->failed() && result->correct) ++correct;
  }
  const char* style = failed ? "odd" : correct == results.size() ? "good" : correct == 0 ? "bad" : "odd";
  std::string text;
  if (results.size() == 1) text = failed ? "error" : correct == 1 ? "✓" : "✗";
  else text = std::to_string(correct) + "/" + std::to_string(results.size()) + (failed ? " !" : "");
  return "<span class=\"cell " + std::string(style) + "\">" + text + "</span>";
}

std::string answer_row(const BenchResult& result) {
  const char* style = result.failed() ? "odd" : result.correct ? "good" : "bad";
  const char* word = result.failed() ? "error" : result.correct ? "correct" : "wrong";
  std::string answer = result.failed() ? result.error : result.answer;
  if (answer.empty()) answer = "(no answer)";
  return "<tr><td class=\"answer\">" + html_escape(result.configuration) + "</td><td>" + std::to_string(result.seed) + "</td><td><span class=\"cell " +
         style + "\">" + word + "</span></td><td class=\"answer\">" + html_escape(shorten(answer, 500)) + "</td><td>" +
         quantity(static_cast<double>(result.tokens.generated())) + "</td><td>" + duration(result.wall_ms) + "</td><td>" +
         (result.agreement ? percent(*result.agreement) : "") + "</td><td>" + html_escape(result.finish_reason) + "</td></tr>\n";
}

std::string row_html(const BenchReport& report, const ResultsByCell& cells, const Row& row) {
  std::string html = "<details><summary><div class=\"line\" " + columns(report) + "><span class=\"cut\" title=\"" + html_escape(row.id) + "\">" +
                     html_escape(row.id) + "</span><span class=\"cut soft\">" + html_escape(shorten(row.question, 110)) +
                     "</span><span class=\"cut\">" + html_escape(shorten(row.reference, 40)) + "</span>";
  for (const auto& summary : report.configurations) html += verdict(results_at(cells, row, summary));
  html += "</div></summary><div class=\"row-body\"><p>" + html_escape(row.question) + "</p><p>Reference: <strong>" +
          html_escape(row.reference) + "</strong></p><table><thead><tr>";
  for (const char* name : {"configuration", "seed", "verdict", "answer", "generated", "wall", "agreement", "finish"}) {
    html += std::string("<th>") + name + "</th>";
  }
  html += "</tr></thead><tbody>\n";
  for (const auto& summary : report.configurations) {
    for (const auto* result : results_at(cells, row, summary)) html += answer_row(*result);
  }
  return html + "</tbody></table></div></details>\n";
}

}  // namespace

std::string answer_matrix(const BenchReport& report) {
  const ResultsByCell cells = group(report);
  const std::size_t shown = std::min(report.problems.size(), matrix_rows);
  std::string html = "<h2>Every row</h2>\n<details><summary>Show the " + std::to_string(shown) +
                     " rows; each opens to its question and answers</summary>\n<div class=\"matrix\"><div class=\"line head\" " +
                     columns(report) + "><span>row</span><span>question</span><span>reference</span>";
  for (const auto& summary : report.configurations) {
    html += "<span class=\"column\" title=\"" + html_escape(summary.configuration.name) + "\">" +
            html_escape(shorten(summary.configuration.name, 24)) + "</span>";
  }
  html += "</div>\n";
  for (std::size_t i = 0; i < shown; ++i) html += row_html(report, cells, report.problems[i]);
  html += "</div>\n";
  if (shown < report.problems.size()) {
    html += "<p class=\"soft\">" + std::to_string(report.problems.size() - shown) + " more rows are in the JSON report.</p>\n";
  }
  return html + "</details>\n";
}

}  // namespace reckon
