#include "bench/report_calls.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "bench/report_format.h"

namespace reckon {
namespace {

constexpr std::array<const char*, bench_call_kinds.size()> kHeads = {
    "traces", "of them scoring", "one after another", "program runs", "program seconds", "not in the form asked for", "abstained"};

// Rare ones count: they are not rounded to nothing.
std::string shown(double mean) {
  if (mean == 0.0) return "0";
  if (mean < 0.005) return "below 0.01";
  return report_format::fixed(mean, mean < 1.0 ? 2 : 1);
}

}  // namespace

std::optional<BenchCalls> mean_calls(const std::vector<const BenchResult*>& results) {
  BenchCalls mean;
  double n = 0.0;
  for (const auto* result : results) {
    if (result->failed()) continue;
    if (!result->calls) return std::nullopt;
    for (const auto& kind : bench_call_kinds) mean.*kind.value += *result->calls.*kind.value;
    n += 1.0;
  }
  if (n == 0.0) return std::nullopt;
  for (const auto& kind : bench_call_kinds) mean.*kind.value /= n;
  return mean;
}

ReportTable calls_table(const BenchReport& report) {
  constexpr BenchCalls one_trace{.traces = 1.0, .depth = 1.0};
  const auto is_known = [](const ConfigurationSummary& summary) { return summary.calls.has_value(); };
  const auto tells = [&](const ConfigurationSummary& summary) {
    return is_known(summary) && std::ranges::any_of(bench_call_kinds, [&](const BenchCallKind& kind) {
             const double calls = *summary.calls.*kind.value;
             return !std::isnan(calls) && calls != one_trace.*kind.value;
           });
  };
  ReportTable table{.columns = {"configuration"}, .rows = {}};
  if (std::ranges::none_of(report.configurations, tells)) return table;
  std::vector<std::size_t> kinds;
  for (std::size_t i = 0; i < bench_call_kinds.size(); ++i) {
    const auto occurs = [&](const ConfigurationSummary& summary) { return is_known(summary) && *summary.calls.*bench_call_kinds[i].value != 0.0; };
    if (std::ranges::none_of(report.configurations, occurs)) continue;
    kinds.push_back(i);
    table.columns.emplace_back(kHeads[i]);
  }
  for (const auto& summary : report.configurations) {
    if (!is_known(summary)) continue;
    table.rows.push_back({summary.configuration.name});
    for (const std::size_t i : kinds) table.rows.back().push_back(shown(*summary.calls.*bench_call_kinds[i].value));
  }
  return table;
}

}  // namespace reckon
