// What the Markdown and the HTML report both say in words. Plain text, not escaped.
#pragma once

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
// Missing results, errors, few rows or seeds: what a reader must know before believing the table.
std::vector<std::string> report_warnings(const BenchReport& report);

}  // namespace reckon
