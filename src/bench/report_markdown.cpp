#include "base/text.h"
#include "bench/report.h"
#include "bench/report_format.h"
#include "bench/report_notes.h"
#include "bench/report_sections.h"

namespace reckon {
namespace {

using namespace report_format;

std::string table_row(const std::vector<std::string>& cells) { return "| " + join(cells, " | ") + " |\n"; }

// Column heads; all but the first column are numbers.
std::string table_head(const std::vector<std::string>& names) {
  std::string rule = "|---|";
  for (std::size_t i = 1; i < names.size(); ++i) rule += "---:|";
  return table_row(names) + rule + "\n";
}

std::string summary_table(const BenchReport& report) {
  const auto kinds = used_token_kinds(report);
  std::vector<std::string> head = {"configuration", "n", "accuracy", confidence_label(report), "generated"};
  for (const std::size_t kind : kinds) head.emplace_back(bench_token_kinds[kind].name);
  for (const char* name : {"wall", "generated per correct"}) head.emplace_back(name);
  const bool underthinking = shows_underthinking(report);
  if (underthinking) head.emplace_back("underthinking");
  for (const char* name : {"errors", "missing"}) head.emplace_back(name);
  std::string text = table_head(head);
  for (const auto& summary : report.configurations) {
    const bool empty = summary.answers == 0;
    const bool no_cost = summary.answers == summary.errors;
    std::vector<std::string> cells = {markdown_cell(summary.configuration.name),
                                      std::to_string(summary.rows) + " x " + std::to_string(summary.seeds),
                                      empty ? "-" : percent(summary.accuracy),
                                      empty ? "-" : percent_interval(summary.wilson),
                                      no_cost ? "-" : quantity(summary.tokens.generated)};
    for (const std::size_t kind : kinds) cells.push_back(no_cost ? "-" : quantity(summary.tokens.by_kind[kind]));
    cells.push_back(no_cost ? "-" : duration(summary.wall_ms));
    cells.push_back(summary.generated_per_correct ? quantity(*summary.generated_per_correct) : "-");
    if (underthinking) cells.push_back(summary.underthinking ? percent(*summary.underthinking) : "-");
    cells.push_back(std::to_string(summary.errors));
    cells.push_back(std::to_string(summary.missing));
    text += table_row(cells);
  }
  return text;
}

std::string comparison_table(const BenchReport& report) {
  if (report.comparisons.empty()) return {};
  std::string text = "\n" + table_head({"against " + markdown_cell(report.info.baseline), "difference (points)",
                                        confidence_label(report), "rows", "better / worse", "generated"});
  for (const auto& comparison : report.comparisons) {
    text += table_row({markdown_cell(comparison.configuration), signed_points(comparison.accuracy.difference),
                       points_interval(comparison.accuracy.interval), std::to_string(comparison.accuracy.rows),
                       std::to_string(comparison.accuracy.better) + " / " + std::to_string(comparison.accuracy.worse),
                       comparison.generated_ratio > 0.0 ? fixed(comparison.generated_ratio, 2) + " x" : "-"});
  }
  return text;
}

std::string section_text(const ReportSection& section) {
  std::string text = "\n" + markdown_cell(section.title) + ":\n\n" + table_head(section.table.columns);
  for (const auto& row : section.table.rows) {
    std::vector<std::string> cells;
    for (const auto& value : row) cells.push_back(markdown_cell(value));
    text += table_row(cells);
  }
  for (const auto& note : section.notes) text += "\n" + markdown_cell(note) + "\n";
  return text;
}

}  // namespace

std::string report_markdown(const BenchReport& report) {
  std::string text = summary_table(report) + comparison_table(report);
  for (const auto& section : report_sections(report)) text += section_text(section);
  text += "\n";
  text += "Data " + markdown_cell(report.data_name) + ", model " + markdown_cell(report.model) + ". ";
  text += unit_note(report) + "\n";
  for (const auto& note : report_extras(report)) text += "\n" + markdown_cell(note) + "\n";
  for (const auto& note : report_warnings(report)) text += "\n" + markdown_cell(note) + "\n";
  for (const auto& note : report.info.notes) text += "\n" + markdown_cell(note) + "\n";
  return text;
}

}  // namespace reckon
