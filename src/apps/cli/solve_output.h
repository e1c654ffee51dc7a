// What `solve` prints at the end: a report for people, or one JSON object.
//
// The functions that make text are pure; those that print return io or out_of_memory errors when
// standard output cannot take it.
#pragma once

#include <cstdint>
#include <string>

#include "apps/cli/model_loading.h"
#include "apps/cli/terminal.h"
#include "engine/engine.h"

namespace reckon::cli {

struct SolvedRun {
  SolveRequest request;
  std::string plan;  // what --effort, --think and --wait came to; empty without them
  SolveResult result;
  OpenedModel model;
};

std::string solve_json(const SolvedRun& run);
std::string solve_report(const SolvedRun& run, const Style& style);

Status print_json(const SolvedRun& run);
Status print_report(const SolvedRun& run);
Status print_answer_only(const SolvedRun& run);

// Writes to standard output and flushes.
Status print_out(const std::string& text);

}  // namespace reckon::cli
