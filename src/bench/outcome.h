// What bench records: a configuration to measure, what a solver returned, and the stored result.
// Values; nothing here knows a model or an engine, so that bench builds and is tested without one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reckon {

// Tokens by what they were for, with the meanings of search/ledger.h. Two kinds are memos, counted
// in other kinds already: `pending` and `cancelled`. `cached` was not computed at all.
struct BenchTokens {
  std::int64_t prefilled = 0;   // prompt tokens computed
  std::int64_t cached = 0;      // prompt tokens found computed already
  std::int64_t recomputed = 0;  // computed again after an eviction
  std::int64_t sampled = 0;     // chosen by the sampler
  std::int64_t forced = 0;      // dictated by a controller, token by token
  std::int64_t injected = 0;    // text appended by a controller ("Wait")
  std::int64_t pending = 0;     // of the three above: never computed, because nothing followed
  std::int64_t probe = 0;       // computed to look ahead, then dropped
  std::int64_t scored = 0;      // computed by scorers
  std::int64_t cancelled = 0;   // of the generated ones: in traces that were stopped before their end

  // What the model wrote, kept or not.
  std::int64_t generated() const { return sampled + forced + injected; }
  // What the backend worked on.
  std::int64_t computed() const {
    return prefilled + recomputed + generated() - pending + probe + scored;
  }
  bool operator==(const BenchTokens&) const = default;
};

// The kinds by name, for the store's columns and the reports.
struct BenchTokenKind {
  const char* name;
  std::int64_t BenchTokens::*count;
};
inline constexpr std::array<BenchTokenKind, 10> bench_token_kinds = {{
    {"prefilled", &BenchTokens::prefilled},
    {"cached", &BenchTokens::cached},
    {"recomputed", &BenchTokens::recomputed},
    {"sampled", &BenchTokens::sampled},
    {"forced", &BenchTokens::forced},
    {"injected", &BenchTokens::injected},
    {"pending", &BenchTokens::pending},
    {"probe", &BenchTokens::probe},
    {"scored", &BenchTokens::scored},
    {"cancelled", &BenchTokens::cancelled},
}};

// One named column of the matrix. `settings` is a JSON object that holds everything that changes
// results (strategy, prompt, sampling, budget); key order and white space do not matter.
struct Configuration {
  std::string name;              // unique in a matrix, shown in reports
  std::string settings = "{}";
};

// The finish reason of a solver that was stopped from outside (StopReason::cancelled by name). The
// runner does not take such an outcome for a measurement: a resumed run solves the row again in full.
// A budget or deadline that was part of the configuration is not a cancellation.
inline constexpr std::string_view finish_reason_cancelled = "cancelled";

// What a solver returns for one row.
struct Outcome {
  std::string answer;               // empty: no answer was found, which counts as wrong
  std::optional<bool> correct;      // set by solvers that grade themselves; else the grader decides
  std::optional<double> agreement;  // share of the votes that the answer got, 0..1
  BenchTokens tokens;
  double wall_ms = 0.0;             // 0: the runner fills in the time the solver took
  std::string finish_reason;
};

// One finished cell of the matrix: (configuration, row, seed).
struct BenchResult {
  std::string configuration;
  std::string row_id;
  std::uint64_t seed = 0;
  std::string answer;
  std::string reference;
  bool correct = false;
  bool self_graded = false;         // the solver decided `correct`, not the grader
  std::optional<double> agreement;
  BenchTokens tokens;
  double wall_ms = 0.0;
  std::string finish_reason;
  std::string error;                // not empty: the solver failed, the other values mean nothing

  bool failed() const { return !error.empty(); }
  bool operator==(const BenchResult&) const = default;
};

}  // namespace reckon
