// Traces with the features and labels of their steps: what a probe is fitted and measured on, and the file
// that keeps them, so that another fit samples nothing.
//
// The file is binary, in this machine's byte order, and grows by one question at a time; a question that was
// cut off in the middle of its writing is dropped when the file is opened again.
//
// Threading: append() from one thread at a time. Errors: io; invalid_argument for a file of another making.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/status.h"
#include "scoring/probe.h"

namespace reckon::prm {

struct LabelledStep {
  Features features;
  double label = 0.0;  // of ending right, 0 to 1
};

struct LabelledTrace {
  std::string answer;  // empty: none
  bool right = false;
  std::vector<LabelledStep> steps;
  Features whole;  // of all its steps together, as a best-of-N has them
};

struct LabelledQuestion {
  std::string id;
  std::string reference;
  std::vector<LabelledTrace> traces;
};

class SamplesFile {
 public:
  // `made_by` says with what the samples are drawn: model, prompt, labels. A file that says otherwise is refused.
  // Without a path nothing is kept.
  static Result<SamplesFile> open(const std::string& path, const std::string& made_by);

  const std::vector<LabelledQuestion>& questions() const { return questions_; }
  bool has(const std::string& id) const { return ids_.contains(id); }
  Status append(LabelledQuestion question);

 private:
  std::string path_;
  std::vector<LabelledQuestion> questions_;
  std::set<std::string> ids_;
};

std::vector<ProbeExample> step_examples(const std::vector<LabelledQuestion>& questions);
// What a probe is fitted on: the steps, and the whole traces with their outcomes. Traces without an answer are left
// out (2408.03314, appendix): they were cut off, and say nothing about a thought.
std::vector<ProbeExample> fit_examples(const std::vector<LabelledQuestion>& questions);

}  // namespace reckon::prm
