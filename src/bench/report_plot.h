// SVG drawings for the HTML report. Colours come from the page's style sheet (classes s0 to s7), so
// that they follow light and dark. Pure functions; output is escaped.
#pragma once

#include <cstddef>
#include <string>

#include "bench/report.h"

namespace reckon {

inline constexpr std::size_t plot_series = 8;  // colours, used again from the start after that

// Accuracy with Wilson bars against mean generated tokens per answer, on a logarithmic axis. Empty
// when no configuration has an answer with tokens.
std::string accuracy_plot(const BenchReport& report);

// One interval against a zero line on a shared scale of +-`reach` (a difference, 0 to 1).
std::string difference_bar(const statistics::PairedDifference& difference, double reach);

// A small marker in the series' colour and shape, for tables.
std::string series_marker(std::size_t index);

}  // namespace reckon
