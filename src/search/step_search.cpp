#include "search/step_search.h"

#include <algorithm>
#include <cmath>

namespace reckon {
namespace {

Selection selection_named(const std::string& name) {
  if (name == "max") return Selection::max;
  if (name == "vote") return Selection::vote;
  return Selection::weighted;
}

}  // namespace

Result<StepSearchSettings> StepSearchSettings::from(const Options& options) {
  StepSearchSettings settings;
  RECKON_ASSIGN_OR_RETURN(settings.tree.rule,
                          make_step_rule({.kind = options.text("step"),
                                          .delimiter = options.text("delimiter"),
                                          .most_tokens = static_cast<int>(options.integer("step_tokens"))}));
  settings.tree.most_depth = static_cast<int>(options.integer("rounds"));
  settings.aggregate = aggregate_named(options.text("aggregate"));
  settings.selection = selection_named(options.text("select"));
  return settings;
}

std::vector<OptionSpec> with_step_options(std::vector<OptionSpec> own, std::string select, int rounds) {
  own.push_back(OptionSpec::choice("step", "newline", {"newline", "paragraph", "heading", "tokens", "custom"},
                                   "what ends a step: a line, a blank line, the next \"Step k\", a number of tokens"));
  own.push_back(OptionSpec::text("delimiter", "", "custom: the text that ends a step"));
  own.push_back(OptionSpec::integer("step_tokens", 256, {0, 100000}, "most tokens of a step; 0: no limit"));
  own.push_back(OptionSpec::integer("rounds", rounds, {1, 1000}, "most steps of a trace; the last goes on to its end"));
  own.push_back(OptionSpec::choice("aggregate", "last", {"last", "min", "prod", "mean"},
                                   "how the scores of a trace's steps become one"));
  own.push_back(OptionSpec::choice("select", std::move(select), {"weighted", "max", "vote"},
                                   "how the scores of the traces choose the answer"));
  return own;
}

std::vector<NodeId> StepSearch::extend(std::span<const Growth> growths) {
  auto children = tree_.grow(growths);
  tree_.score(children);
  return children;
}

std::vector<NodeId> StepSearch::retire(std::span<const NodeId> nodes) {
  std::vector<NodeId> alive;
  for (const NodeId id : nodes) {
    switch (tree_[id].state) {
      case NodeState::open: alive.push_back(id); break;
      case NodeState::cut: cut_.push_back(id); break;
      case NodeState::ended:
        ended_.push_back(id);
        improve(id);
        break;
    }
  }
  return alive;
}

// Tells of the trace with the best score so far: one comparison for each that ends.
void StepSearch::improve(NodeId id) {
  if (tree_.scores_lost() || value(id) <= best_) return;
  const auto trace = traces_of(std::span(&id, 1));
  if (trace.front().answer.empty()) return;
  best_ = value(id);
  context_.improve(answer_of(trace, 0));
}

std::vector<NodeId> StepSearch::ranked(std::span<const NodeId> nodes) const {
  std::vector<NodeId> order(nodes.begin(), nodes.end());
  std::ranges::stable_sort(order, [this](NodeId a, NodeId b) { return value(a) > value(b); });
  return order;
}

void StepSearch::keep_best(int n) {
  ended_ = ranked(ended_);
  if (std::ssize(ended_) > n) ended_.resize(static_cast<std::size_t>(n));
}

std::vector<SampledTrace> StepSearch::traces_of(std::span<const NodeId> nodes) const {
  std::vector<SampledTrace> traces;
  for (const NodeId id : nodes) {
    SampledTrace sampled{traces.size(), tree_.trace_of(id), ""};
    sampled.answer = context_.extract_answer(sampled.trace);
    traces.push_back(std::move(sampled));
  }
  return traces;
}

Answer StepSearch::answer(std::span<const NodeId> alive) {
  std::vector<NodeId> rest(alive.begin(), alive.end());
  if (tree_.scores_lost() && !rest.empty() && !context_.should_stop()) {
    std::vector<Growth> ends;
    for (const NodeId id : rest) ends.push_back({id});
    rest = retire(tree_.grow(ends, Reach::end));
  }
  auto traces = traces_of(ended_);
  if (std::ranges::any_of(traces, [](const SampledTrace& trace) { return !trace.answer.empty(); })) {
    return select(traces, ended_);
  }
  std::vector<NodeId> all = ended_;
  all.insert(all.end(), cut_.begin(), cut_.end());
  all.insert(all.end(), rest.begin(), rest.end());
  std::erase_if(all, [this](NodeId id) { return tree_[id].trace.full_text.empty() && tree_[id].depth == 0; });
  return select(traces_of(all), all);
}

Answer StepSearch::select(std::span<const SampledTrace> traces, std::span<const NodeId> nodes) const {
  std::vector<double> scores;
  for (const NodeId id : nodes) scores.push_back(value(id));
  const bool comparable = std::ranges::any_of(scores, [](double score) { return std::isfinite(score); });
  const bool votes = settings_.selection == Selection::vote;
  if (tree_.scores_lost() || !comparable || votes) return select_answer(traces, {}, Selection::vote);
  if (settings_.selection == Selection::max) return select_answer(traces, scores, Selection::max);
  const auto calibration = tree_.calibrated() ? Calibration::calibrated : Calibration::uncalibrated;
  return select_answer(traces, verifier_weights(traces, scores, calibration), Selection::weighted);
}

}  // namespace reckon
