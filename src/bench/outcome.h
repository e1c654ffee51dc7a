// What bench records: a configuration to measure, what a solver returned, and the stored result.
// Values; nothing here knows a model or an engine, so that bench builds and is tested without one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/trace_stats.h"
#include "scoring/scorer.h"

namespace reckon {

// Tokens by what they were for, with the meanings of search/ledger.h. Four kinds are memos, counted
// in other kinds already: `pending`, `cancelled`, `withheld` and `thinking`. `cached` was not computed
// at all.
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
  std::int64_t withheld = 0;    // of the sampled ones: taken back by a controller, not in the text
  std::int64_t thinking = 0;    // of the generated ones: inside the thinking section

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
inline constexpr std::array<BenchTokenKind, 12> bench_token_kinds = {{
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
    {"withheld", &BenchTokens::withheld},
    {"thinking", &BenchTokens::thinking},
}};

// What a solver did beside computing tokens, with the meanings of search/ledger.h. A kind that is not known is no number.
struct BenchCalls {
  double traces = 0.0;         // those that score included
  double scoring_calls = 0.0;  // of these
  double depth = 0.0;
  double program_runs = 0.0;
  double program_seconds = 0.0;
  double parse_failures = 0.0;
  double abstentions = 0.0;
  bool operator==(const BenchCalls&) const = default;
};

// By name, for the store and the reports.
struct BenchCallKind {
  const char* name;
  double BenchCalls::*value;
};
inline constexpr std::array<BenchCallKind, 7> bench_call_kinds = {{
    {"traces", &BenchCalls::traces},
    {"scoring_calls", &BenchCalls::scoring_calls},
    {"depth", &BenchCalls::depth},
    {"program_runs", &BenchCalls::program_runs},
    {"program_seconds", &BenchCalls::program_seconds},
    {"parse_failures", &BenchCalls::parse_failures},
    {"abstentions", &BenchCalls::abstentions},
}};

// One value that a sweep gave a configuration: think=64.
struct SweptValue {
  std::string name;
  std::string value;
  std::string label() const { return name + "=" + value; }
  bool operator==(const SweptValue&) const = default;
};

// One named column of the matrix. `settings` is a JSON object that holds everything that changes
// results (strategy, prompt, sampling, budget); key order and white space do not matter.
struct Configuration {
  std::string name;              // unique in a matrix, shown in reports
  std::string settings = "{}";
  // For reports only: configurations of one `family` differ in nothing but their swept values.
  std::string family = {};
  std::vector<SweptValue> swept = {};  // in the order of the sweeps
};

// The finish reason of a solver that was stopped from outside (StopReason::cancelled by name). The
// runner does not take such an outcome for a measurement: a resumed run solves the row again in full.
// A budget or deadline that was part of the configuration is not a cancellation.
inline constexpr std::string_view finish_reason_cancelled = "cancelled";

// One of the traces that an answer was chosen among.
struct BenchTrace {
  std::string answer;  // empty: none
  bool correct = false;
  std::int64_t generated = 0;  // tokens
  TraceStats stats = {};       // empty unless recorded
  std::optional<Score> score = std::nullopt;  // where a scorer ranked the traces
  int round = 0;               // of a method that revises: 0 for samples, then its iterations
  bool operator==(const BenchTrace&) const = default;
};

// What a solver returns for one row.
struct Outcome {
  std::string answer;               // empty: no answer was found, which counts as wrong
  std::optional<bool> correct;      // set by solvers that grade themselves; else the grader decides
  std::optional<double> agreement;  // share of the votes that the answer got, 0..1; set when there were several traces
  std::optional<bool> any_correct;  // whether any trace was right (pass@n), where the solver knows
  std::optional<double> underthinking;  // of a single trace, 0..1; see underthinking.h. 0 when it is right
  std::vector<BenchTrace> pool;  // in index order, graded; empty where the solver does not say
  BenchTokens tokens;
  std::optional<BenchCalls> calls;  // nothing: not known
  // 2 x parameters x tokens. Of the policy: what it wrote and looked ahead at, found in the cache or not, without
  // prompts; see docs/decisions/0014. Of scorers, which other models may play: what they computed.
  std::optional<double> policy_flops;
  std::optional<double> scoring_flops;
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
  std::optional<bool> any_correct;
  std::optional<double> underthinking;
  std::vector<BenchTrace> pool;     // what its replays are made of, see replay.h
  BenchTokens tokens;
  std::optional<BenchCalls> calls;  // nothing: not known
  std::optional<double> policy_flops;
  std::optional<double> scoring_flops;
  double wall_ms = 0.0;
  std::string finish_reason;
  std::string error;                // not empty: the solver failed, the other values mean nothing

  std::optional<double> flops() const {
    if (!policy_flops || !scoring_flops) return std::nullopt;
    return *policy_flops + *scoring_flops;
  }
  bool failed() const { return !error.empty(); }
  bool operator==(const BenchResult&) const = default;
};

}  // namespace reckon
