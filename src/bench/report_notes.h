// What the Markdown and the HTML report both say in words. Plain text, not escaped.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/report.h"

namespace reckon {

// Indices into bench_token_kinds of the kinds that some configuration used.
std::vector<std::size_t> used_token_kinds(const BenchReport& report);
// "95 % interval".
std::string confidence_label(const BenchReport& report);
// What n is, how the intervals were made, what counts as wrong.
std::string unit_note(const BenchReport& report);
// The share of the answers with a right trace among those where it is known; nothing when it is not.
std::optional<double> any_correct_rate(const ConfigurationSummary& summary);
// Whether some configuration steers against thought switches, so that underthinking is of interest.
bool shows_underthinking(const BenchReport& report);
// Sentences about some reports only: pass@n of those with several traces, what underthinking means.
std::vector<std::string> report_extras(const BenchReport& report);
// Missing results, errors, few rows or seeds: what a reader must know before believing the table.
std::vector<std::string> report_warnings(const BenchReport& report);

}  // namespace reckon
