#include <algorithm>
#include <cmath>

#include "bench/report.h"
#include "bench/report_format.h"
#include "bench/report_matrix.h"
#include "bench/report_notes.h"
#include "bench/report_plot.h"
#include "bench/report_sections.h"
#include "bench/report_style.h"

namespace reckon {
namespace {

using namespace report_format;

const std::string dash = "–";

std::string element(const std::string& tag, const std::string& content) { return "<" + tag + ">" + content + "</" + tag + ">"; }
std::string cell(const std::string& content) { return element("td", content); }
std::string head_cell(const std::string& content) { return element("th", content); }

std::string fact(const std::string& name, const std::string& value) {
  return value.empty() ? "" : "<dt>" + html_escape(name) + "</dt><dd>" + html_escape(value) + "</dd>\n";
}

std::string seeds_text(const BenchReport& report) {
  std::string text;
  for (const std::uint64_t seed : report.seeds) text += (text.empty() ? "" : ", ") + std::to_string(seed);
  return text;
}

std::string header(const BenchReport& report) {
  std::string html = "<h1>" + html_escape(report.info.title) + "</h1>\n<dl class=\"facts\">\n";
  html += fact("data", report.data_name + ", " + std::to_string(report.rows) + " rows");
  html += fact("data SHA-256", report.data_digest);
  html += fact("model", report.model) + fact("seeds", seeds_text(report)) + fact("created", report.info.created);
  html += fact("this session took", duration(report.elapsed_ms));
  if (!report.info.command.empty()) html += "<dt>command</dt><dd><code>" + html_escape(report.info.command) + "</code></dd>\n";
  html += "</dl>\n";
  for (const auto& warning : report_warnings(report)) html += "<p class=\"warning\">" + html_escape(warning) + "</p>\n";
  return html;
}

std::string count_cell(std::size_t count) {
  return count == 0 ? "<td>0</td>" : "<td class=\"number-bad\">" + std::to_string(count) + "</td>";
}

std::string name_cell(const BenchReport& report, std::size_t index) {
  const auto& configuration = report.configurations[index].configuration;
  return "<td class=\"name\" title=\"" + html_escape(configuration.settings) + "\">" + series_marker(index) +
         html_escape(configuration.name) + "</td>";
}

bool shows_any_right(const BenchReport& report) {
  return std::ranges::any_of(report.configurations, [](const ConfigurationSummary& summary) {
    return summary.several_traces && summary.any_correct_known > 0;
  });
}

std::string summary_row(const BenchReport& report, std::size_t index) {
  const auto& summary = report.configurations[index];
  const bool empty = summary.answers == 0;
  const bool no_cost = summary.answers == summary.errors;
  const bool is_baseline = summary.configuration.name == report.info.baseline && report.configurations.size() > 1;
  std::string html = (is_baseline ? "<tr class=\"baseline\">" : "<tr>") + name_cell(report, index);
  html += cell(std::to_string(summary.rows) + " × " + std::to_string(summary.seeds));
  html += "<td class=\"strong\">" + (empty ? dash : percent(summary.accuracy)) + "</td>";
  html += cell(empty ? dash : "<small>" + percent_interval(summary.wilson) + "</small>");
  html += "<td class=\"strong\">" + (no_cost ? dash : quantity(summary.tokens.generated)) + "</td>";
  html += cell(summary.generated_per_correct ? quantity(*summary.generated_per_correct) : dash);
  html += cell(no_cost ? dash : duration(summary.wall_ms));
  html += cell(summary.mean_agreement ? percent(*summary.mean_agreement) : dash);
  if (shows_any_right(report)) {
    const auto any = any_correct_rate(summary);
    html += cell(any ? percent(*any) : dash);
  }
  if (shows_underthinking(report)) html += cell(summary.underthinking ? percent(*summary.underthinking) : dash);
  html += cell(std::to_string(summary.unanswered)) + count_cell(summary.errors) + count_cell(summary.missing);
  return html + "</tr>\n";
}

std::string summary_table(const BenchReport& report) {
  std::string html = "<h2>Summary</h2>\n<div class=\"scroll\"><table>\n<thead><tr>";
  for (const char* name : {"configuration", "n", "accuracy"}) html += head_cell(name);
  html += head_cell(html_escape(confidence_label(report)));
  for (const char* name : {"generated<br>tokens", "generated<br>per correct", "wall<br>time", "agreement"}) html += head_cell(name);
  if (shows_any_right(report)) html += head_cell("any trace<br>right");
  if (shows_underthinking(report)) html += head_cell("under-<br>thinking");
  for (const char* name : {"no<br>answer", "errors", "missing"}) html += head_cell(name);
  html += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < report.configurations.size(); ++i) html += summary_row(report, i);
  html += "</tbody></table></div>\n<p class=\"soft\">" + html_escape(unit_note(report)) + "</p>\n";
  for (const auto& note : report_extras(report)) html += "<p class=\"soft\">" + html_escape(note) + "</p>\n";
  for (const auto& note : report.info.notes) html += "<p>" + html_escape(note) + "</p>\n";
  return html;
}

std::string token_table(const BenchReport& report) {
  const auto kinds = used_token_kinds(report);
  if (kinds.empty()) return {};
  std::string html = "<h2>Tokens by kind, mean per answer</h2>\n<div class=\"scroll\"><table>\n<thead><tr>" + head_cell("configuration");
  for (const std::size_t kind : kinds) html += head_cell(bench_token_kinds[kind].name);
  html += head_cell("all<br>computed") + "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < report.configurations.size(); ++i) {
    const auto& summary = report.configurations[i];
    if (summary.answers == summary.errors) continue;
    html += "<tr>" + name_cell(report, i);
    for (const std::size_t kind : kinds) html += cell(quantity(summary.tokens.by_kind[kind]));
    html += "<td class=\"strong\">" + quantity(summary.tokens.computed) + "</td></tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string plot_section(const BenchReport& report) {
  const std::string plot = accuracy_plot(report);
  if (plot.empty()) return {};
  return "<h2>Accuracy against tokens</h2>\n" + plot +
         "\n<p class=\"soft\">Bars: " + html_escape(confidence_label(report)) +
         ". Dashed: no other configuration here is more accurate for as few tokens. Points "
         "that would cover one another are moved apart sideways.</p>\n";
}

std::string comparison_row(const ComparisonSummary& comparison, double reach) {
  const auto& accuracy = comparison.accuracy;
  return "<tr><td class=\"name\">" + html_escape(comparison.configuration) + "</td><td class=\"strong\">" +
         signed_points(accuracy.difference) + "</td>" + cell("<small>" + points_interval(accuracy.interval) + "</small>") +
         cell(difference_bar(accuracy, reach)) + cell(std::to_string(accuracy.rows)) +
         cell(std::to_string(accuracy.better) + " / " + std::to_string(accuracy.worse)) +
         cell(comparison.generated_ratio > 0.0 ? fixed(comparison.generated_ratio, 2) + " ×" : dash) + "</tr>\n";
}

std::string comparison_table(const BenchReport& report) {
  if (report.comparisons.empty()) return {};
  double reach = 0.05;
  for (const auto& comparison : report.comparisons) {
    reach = std::max({reach, std::abs(comparison.accuracy.interval.low), std::abs(comparison.accuracy.interval.high)});
  }
  std::string html = "<h2>Differences from " + html_escape(report.info.baseline) + "</h2>\n<div class=\"scroll\"><table>\n<thead><tr>";
  html += head_cell("configuration") + head_cell("points") + head_cell(html_escape(confidence_label(report))) + head_cell("") +
          head_cell("rows") + head_cell("rows better<br>/ worse") + head_cell("generated<br>tokens") + "</tr></thead>\n<tbody>\n";
  for (const auto& comparison : report.comparisons) html += comparison_row(comparison, reach);
  return html + "</tbody></table></div>\n<p class=\"soft\">Coloured: the interval leaves zero out. With several "
                "comparisons some do so by chance.</p>\n";
}

std::string section_text(const ReportSection& section) {
  std::string html = "<h2>" + html_escape(section.title) + "</h2>\n<div class=\"scroll\"><table>\n<thead><tr>";
  for (const auto& name : section.table.columns) html += head_cell(html_escape(name));
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : section.table.rows) {
    html += "<tr><td class=\"name\">" + html_escape(row.front()) + "</td>";
    for (std::size_t i = 1; i < row.size(); ++i) html += cell(html_escape(row[i]));
    html += "</tr>\n";
  }
  html += "</tbody></table></div>\n";
  for (const auto& note : section.notes) html += "<p class=\"soft\">" + html_escape(note) + "</p>\n";
  return html;
}

std::string errors_section(const BenchReport& report) {
  if (report.first_errors.empty()) return {};
  std::string html = "<h2>First errors</h2>\n<ul>\n";
  for (const auto& error : report.first_errors) html += element("li", "<code>" + html_escape(error) + "</code>") + "\n";
  return html + "</ul>\n";
}

}  // namespace

std::string report_html(const BenchReport& report) {
  std::string html = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     // Even a mistake in the escaping could load or run nothing.
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>";
  html += html_escape(report.info.title) + "</title>\n<style>" + std::string(report_style) + "</style>\n</head>\n<body>\n";
  html += header(report) + summary_table(report) + plot_section(report) + comparison_table(report);
  for (const auto& section : report_sections(report)) html += section_text(section);
  html += token_table(report) + errors_section(report) + answer_matrix(report);
  return html + "</body>\n</html>\n";
}

}  // namespace reckon
