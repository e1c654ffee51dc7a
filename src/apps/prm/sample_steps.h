// Samples traces step by step, keeps the hidden states of every step, and labels the steps.
//
// Labels. `outcome`: whether the step's own trace ended right (cheap: nothing beside the traces). `rollouts`:
// the share of further traces from the end of the step that end right, as in Math-Shepherd (2312.08935) and in
// the appendix of 2408.03314; the last step of a trace has its outcome.
//
// Several questions are in flight at once, so that the engine's slots stay busy while the last traces of one
// question end. Threading: one call at a time per engine. Errors: those of Engine::solve().
#pragma once

#include <atomic>
#include <functional>
#include <span>

#include "apps/prm/step_samples.h"
#include "bench/problem_set.h"
#include "engine/engine.h"

namespace reckon::prm {

enum class Labels { outcome, rollouts };

struct SamplingPlan {
  SolveRequest request;      // prompt, sampling, max_tokens, seed; the rest is ours
  int traces = 8;            // of each question
  Labels labels = Labels::outcome;
  int rollouts = 8;          // of each step
  std::string step = "newline";
  int questions_at_once = 4;  // with all their traces within the engine's slots: what does not fit is computed again at each step
  const std::atomic<bool>* cancelled = nullptr;
};

// What distinguishes one plan's samples from another's, in a line.
std::string describe(const SamplingPlan& plan, const std::string& model_digest);

// Calls `done` with each question as it is finished, one at a time. Stops at the first error, and when
// cancelled (which is an error of that kind).
Status sample_steps(Engine& engine, const SamplingPlan& plan, std::span<const Row> rows,
                    const std::function<Status(LabelledQuestion)>& done);

}  // namespace reckon::prm
