// Sampling n independent traces of a task: the first half of every vote and every best-of-n.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scoring/scorer.h"
#include "search/strategy.h"

namespace reckon {

struct SampledTrace {
  std::uint64_t index = 0;
  Trace trace;
  std::string answer;  // empty when the trace has none
  std::optional<Score> score = std::nullopt;  // once it is known
  int round = 0;                              // of a method that revises
};

// What a scorer is told of the task: its question, and what its answers are checked with. Views of the task.
Candidate candidate_of(const Task& task);
// The same with a whole trace to score, without its branch. Views of both.
Candidate candidate_of(const Task& task, const SampledTrace& sampled);

// What the run's scorer says of the candidates: one score each, in their order. Errors: unsupported when the run has
// no scorer; internal when it gave too few or too many scores; the scorer's own, among them the end of the run's
// budget or time, which Context::should_stop() tells from a scorer that is broken.
Result<std::vector<Score>> score_candidates(Context& context, std::span<const Candidate> candidates);

// Says that a failed scorer leaves a plain vote.
void warn_of_plain_vote(Context& context, const Status& scorer_error);

// Runs n traces side by side (one, with a warning, at temperature 0, where all are equal) and returns
// those that came back, in index order whatever order they ended in, so that what is made of them does
// not depend on timing. Traces that failed or were cancelled before an answer are left out. `on_end`
// hears of each as it ends; `edit` may change each request before it starts. A trace's branch is kept for the run's
// scorer, and given up in a run without one. Errors: when the prompt or its controllers cannot be made.
Result<std::vector<SampledTrace>> sample_traces(Context& context, int n,
                                                const std::function<void(const SampledTrace&)>& on_end,
                                                const std::function<void(TraceRequest&)>& edit = {});

}  // namespace reckon
