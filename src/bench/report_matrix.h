// The per-row part of the HTML report: one line a row with a verdict for each configuration, which
// opens to the question and every answer. Pure; output is escaped.
#pragma once

#include <cstddef>
#include <string>

#include "bench/report.h"

namespace reckon {

// Rows beyond this are left to the JSON report: a browser is slow with more.
inline constexpr std::size_t matrix_rows = 1500;

std::string answer_matrix(const BenchReport& report);

}  // namespace reckon
