// Beam search over steps, with a look ahead (Snell et al., 2408.03314, section 5; the open replication
// search-and-learn). The loop of the strategies `beam` and `lookahead`.
//
// snell: N first steps; of the paths alive the best 1 in M stay, and each gets M next steps, so that N paths
// are alive in every round, less those that ended. search_and_learn: the best N/M stay and N steps are taken
// in every round, however many paths ended before; equal texts count once; of the paths that ended the best
// N are used. With M = 1 nothing is pruned: snell then samples N independent traces.
//
// Look ahead: a path is ranked by the score after up to k more greedy steps, which are then dropped. It
// costs k + 1 times the steps. k = 0 is plain beam search.
#pragma once

#include "search/step_search.h"

namespace reckon {

struct BeamSettings {
  StepSearchSettings search;
  int beams = 16;  // N
  int width = 4;   // M
  int ahead = 0;   // k
  enum class Form { snell, search_and_learn } form = Form::snell;
};

Result<Answer> beam_search(Context& context, const BeamSettings& settings);

}  // namespace reckon
