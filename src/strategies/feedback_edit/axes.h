// The three axes along which feedback and editing scale, and how many generations they cost.
#pragma once

#include <algorithm>

namespace reckon {

struct EditAxes {
  int drafts = 1;
  int feedbacks = 1;  // per draft, used
  int edits = 1;      // per feedback, or list of them
  int pool = 1;       // comments written on a draft, when more than are used
  int together = 1;   // feedbacks in one list
  // One generation for each draft, comment and edit.
  int generations() const { return drafts * (1 + std::max(pool, feedbacks) + (feedbacks + together - 1) / together * edits); }
};

// Grows the first three by turns, from one each, as long as any fits into so many generations.
EditAxes split_generations(int most, EditAxes axes = {});

}  // namespace reckon
