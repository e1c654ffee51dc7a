// Reading back what `reckon bench --json` wrote.
//
// Threading: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/status.h"
#include "bench/runner.h"

namespace reckon {

// What `read(report)` makes of a report. Errors: its own, and invalid_argument when `json` is no report of bench or
// lacks something that `read` asks for.
template <typename Read>
auto from_report(const std::string& json, const Read& read) -> decltype(read(nlohmann::json())) {
  const auto report = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!report.is_object() || report.value("format", "") != "reckon-bench-1") {
    return invalid_argument("it is no report that `reckon bench --json` wrote");
  }
  try {
    return read(report);
  } catch (const nlohmann::json::exception& error) {  // a report that somebody edited
    return invalid_argument(std::string("the report is damaged: ") + error.what());
  }
}

// The results in a report that are about `matrix`: the same problems, model and settings (names may differ; results get
// the matrix's). Errors are left out: a run tries those again. So a benchmark can be run in parts on several machines.
// Errors: invalid_argument, also when the report is about other problems or another model, or nothing in it fits.
Result<std::vector<BenchResult>> results_from_report(const std::string& json, const BenchMatrix& matrix);

}  // namespace reckon
