// Stage 1 of s_star: samples side by side, each debugged on its own with the public tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "programs/program_runner.h"
#include "search/strategy.h"

namespace reckon::s_star {

enum class Debug { none, self, execution };
enum class Keep { last, best };

struct DebugSettings {
  int samples = 8;
  int rounds = 2;  // of debugging, after the first draft
  Debug debug = Debug::execution;
  Keep keep = Keep::last;
};

struct Round {
  std::string reply;  // without what was thought before it
  std::string code;
  TestReport report;  // on the public tests
  FinishReason finish = FinishReason::failed;
  std::optional<ThinkReport> think;
  TraceId trace{};
};

// What one sample came to.
struct ProgramCandidate {
  std::uint64_t index = 0;
  Round round;     // the one that is kept
  int rounds = 0;  // generated
  const std::string& code() const { return round.code; }
  bool passes() const { return round.report.all(); }
};

// In index order; samples that failed or were cancelled before they wrote anything are left out. Errors: when the
// prompt or its controllers cannot be made.
Result<std::vector<ProgramCandidate>> debugged_samples(Context& context, const ProgramTests& tests, const ProgramRunner& runner,
                                                const DebugSettings& settings);

}  // namespace reckon::s_star
