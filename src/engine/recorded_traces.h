// Strategies run again on traces that were recorded, instead of a model.
//
// Traces are keyed by index: the first 4 of a vote of 16 are those that a vote of 4 would have sampled, and any other
// strategy that samples whole traces (adaptive_vote, deepconf, laconic, best_of_n with a scorer that reads token statistics or
// with the one that scored them) asks for the same ones in the same order. So one run answers for all of them, sample by
// sample paired, as Adaptive-Consistency (2305.11860), early-stopping self-consistency (2401.10480) and DeepConf (2508.15260) were measured
// too. What cannot be known again: wall time, a budget that would have cut a trace, the traces' texts.
//
// Time is counted in decode steps: traces that run side by side each write a token a step, a new one starts when the
// strategy adds it, and a trace that is stopped has cost what it had written by then. Controllers that the strategy attaches
// hear of each token's confidence and may give a trace up; the token itself they are not told. Where all side by side had a
// slot and no other run was in the batch, the answer and the bill are exactly those of a run of its own. (A trace as long as
// max_tokens is taken to have been cut there, which only laconic minds.)
//
// Threading: a pure function of its arguments; the engine is only asked for its plug-ins and its model's description.
// Cost: O(tokens) a trace.
#pragma once

#include <span>

#include "engine/engine.h"

namespace reckon {

// What the request's strategy would have made of these traces, in index order; the request's controllers and sampling are
// those that they were recorded with, and so is its scorer where the traces have scores. In the result, the bill holds
// generated tokens only. Errors: those of Engine::check(); invalid_argument when the strategy wants more traces than there
// are; not_found when it wants token statistics that were not recorded, or its scorer reads more than these and some trace
// has no score; unsupported when it wants more than whole traces, or such a scorer's scores only ranked the traces of one call.
Result<SolveResult> solve_recorded(const Engine& engine, const SolveRequest& request, std::span<const PooledTrace> traces);

}  // namespace reckon
