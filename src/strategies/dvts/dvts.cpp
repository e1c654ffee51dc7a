// dvts: diverse verifier tree search (search-and-learn, section "DVTS").
//
// N/M independent subtrees. Each samples M candidates for its next step and commits to the one that scores
// best, until that one ends or has a boxed answer. All M candidates of a subtree's last round take part in the best-of-N. As
// subtrees know nothing of each other, the paths stay different where a beam search would crowd.
//
// With M = 1 this is a best-of-N over N plain samples; with N = M a greedy search, step by step.
#include <algorithm>

#include "scoring/answer_extract.h"
#include "search/registry.h"
#include "search/step_search.h"

namespace reckon {
namespace {

struct Subtree {
  NodeId head;                     // the step it is committed to
  std::vector<NodeId> candidates;  // of its newest round
  bool ended = false;
};

// A whole one: a box may open in one step and close in a later one.
bool has_boxed_answer(const std::string& text) {
  const auto box = text.rfind("\\boxed");
  const auto brace = box == std::string::npos ? box : text.find_first_not_of(' ', box + 6);
  if (brace == std::string::npos || text[brace] != '{') return false;
  const auto found = extract_answer(text);
  return found.found() && found.strategy == ExtractionStrategy::boxed;
}

class Dvts final : public Strategy {
 public:
  Dvts(StepSearchSettings settings, int beams, int width)
      : settings_(std::move(settings)), beams_(beams), width_(width) {}

  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    const auto beams = static_cast<int>(options.integer("beams"));
    const auto width = static_cast<int>(options.integer("width"));
    if (beams % width != 0) {
      return invalid_argument("beams = " + std::to_string(beams) + " make no subtrees of width " +
                              std::to_string(width) + ": it must divide them");
    }
    RECKON_ASSIGN_OR_RETURN(StepSearchSettings settings, StepSearchSettings::from(options));
    return std::unique_ptr<Strategy>(std::make_unique<Dvts>(std::move(settings), beams, width));
  }

  Result<Answer> run(Context& context, const Task&) override {
    StepSearch search(context, settings_);
    std::vector<Subtree> subtrees;
    RECKON_ASSIGN_OR_RETURN(const auto roots, search.begin(beams_ / width_));
    for (const NodeId root : roots) subtrees.push_back({root, {root}});
    while (std::ranges::any_of(subtrees, [](const Subtree& subtree) { return !subtree.ended; }) && search.going()) {
      sample_candidates(search, subtrees);
      if (search.tree().scores_lost()) break;
      for (auto& subtree : subtrees) commit(search, subtree);
    }
    return conclude(search, subtrees);
  }

 private:
  // One batch for all subtrees; each gets its own candidates back.
  void sample_candidates(StepSearch& search, std::vector<Subtree>& subtrees) const {
    std::vector<Growth> growths;
    for (const auto& subtree : subtrees) {
      if (!subtree.ended) growths.push_back({subtree.head, width_});
    }
    const auto children = search.extend(growths);
    auto child = children.begin();
    for (auto& subtree : subtrees) {
      if (subtree.ended) continue;
      std::vector<NodeId> candidates;
      for (; child != children.end() && search.tree()[*child].parent == subtree.head; ++child) {
        candidates.push_back(*child);
      }
      subtree.ended = candidates.empty();  // the backend lost them all
      subtree.candidates = std::move(candidates);
    }
  }

  void commit(StepSearch& search, Subtree& subtree) const {
    if (subtree.ended) return;
    subtree.head = search.ranked(subtree.candidates).front();
    Node& head = search.tree()[subtree.head];
    if (has_boxed_answer(head.trace.full_text)) head.state = NodeState::ended;
    subtree.ended = !search.open(subtree.head);
    if (subtree.ended) return;
    for (const NodeId other : subtree.candidates) {
      if (other != subtree.head) search.tree().prune(other, "dvts");
    }
    subtree.candidates = {subtree.head};
  }

  // All that the subtrees ended with, subtree by subtree; the paths of others are still alive.
  Answer conclude(StepSearch& search, std::span<Subtree> subtrees) const {
    std::vector<NodeId> alive;
    for (const auto& subtree : subtrees) {
      const bool complete = search.tree()[subtree.head].state == NodeState::ended;
      for (const NodeId id : subtree.candidates) {
        if (complete && search.open(id)) search.tree()[id].state = NodeState::ended;
      }
      const auto open = search.retire(subtree.candidates);
      alive.insert(alive.end(), open.begin(), open.end());
    }
    return search.answer(alive);
  }

  StepSearchSettings settings_;
  int beams_;
  int width_;
};

}  // namespace

void register_dvts_strategy(Registry& registry) {
  registry.strategies.add<Dvts>(
      {.name = "dvts",
       .summary = "independent subtrees, each committed to its best-scored step",
       .options = with_step_options(
           {OptionSpec::integer("beams", 16, {1, 1024}, "paths in all (N), a multiple of the width"),
            OptionSpec::integer("width", 4, {1, 1024}, "candidates for each step of a subtree (M)")}),
       .needs = {Need::scorer, Need::comparable_scores, Need::fork},
       .references = {"search-and-learn"}});
}

}  // namespace reckon
