// The three axes along which feedback and editing scale, and how many generations they cost.
#pragma once

namespace reckon {

struct EditAxes {
  int drafts = 1;
  int feedbacks = 1;  // per draft, used
  int edits = 1;      // per feedback
  // One generation for each draft, comment and edit.
  int generations() const { return drafts * (1 + feedbacks * (1 + edits)); }
};

// The axes that cost at most so many generations, grown by turns: drafts, feedbacks, edits, as long as any fits.
EditAxes split_generations(int most);

}  // namespace reckon
