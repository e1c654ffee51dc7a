#include "search/tree.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <ranges>
#include <unordered_map>
#include <utility>

namespace reckon {
namespace {

// Nodes of different depth may share a stream of random numbers; their children must not.
std::uint64_t child_key(const Node& parent) {
  return (static_cast<std::uint64_t>(parent.depth) << 32U) | parent.children;
}

// It gave nothing to go on with.
bool is_lost(const Trace& trace) {
  return trace.finish == FinishReason::failed || (trace.counts.generated() == 0 && trace.full_text.empty());
}

}  // namespace

Aggregate aggregate_named(std::string_view name) {
  if (name == "min") return Aggregate::min;
  if (name == "prod") return Aggregate::prod;
  if (name == "mean") return Aggregate::mean;
  return Aggregate::last;
}

void StepScores::add(double score) {
  if (!std::isfinite(score)) score = -std::numeric_limits<double>::infinity();
  ++count_;
  last_ = score;
  least_ = std::min(least_, score);
  product_ *= score;
  sum_ += score;
}

double StepScores::value(Aggregate aggregate) const {
  if (count_ == 0) return 0.0;
  switch (aggregate) {
    case Aggregate::last: return last_;
    case Aggregate::min: return least_;
    case Aggregate::prod: return least_ < 0.0 ? least_ : product_;
    case Aggregate::mean: return sum_ / count_;
  }
  return last_;
}

Result<std::vector<NodeId>> SearchTree::add_roots(int n) {
  std::vector<NodeId> roots;
  for (int i = 0; i < n; ++i) {
    RECKON_ASSIGN_OR_RETURN(TraceRequest request, context_.open_trace(static_cast<std::uint64_t>(i)));
    sampling_ = request.sampling;
    stop_strings_ = std::move(request.stop_strings);
    record_ = request.record;
    max_tokens_ = request.max_tokens;
    greedy_ = sampling_.temperature <= 0.0;
    Node root;
    root.trace.branch = std::move(request.branch);
    roots.push_back(static_cast<NodeId>(nodes_.size()));
    nodes_.push_back(std::move(root));
    if (!greedy_ || n == 1) continue;
    context_.warn("at temperature 0 all samples are equal: the search does not branch");
    break;
  }
  return roots;
}

void SearchTree::complete(TraceRequest& request, const Node& parent, Reach reach) const {
  request.parent = parent.trace.id;
  request.sampling = sampling_;
  if (reach == Reach::rollout) request.sampling.temperature = 0.0;
  request.max_tokens = max_tokens_ - static_cast<int>(request.branch.sequence.length() - request.branch.prompt_tokens);
  request.stop_strings = stop_strings_;
  request.boundary = {};
  if (reach != Reach::end && parent.depth + 1 < options_.most_depth) request.boundary = options_.rule.boundary;
  request.record = record_;
}

TraceRequest SearchTree::request_for(Node& parent, Reach reach) {
  Branch& from = parent.trace.branch;
  TraceRequest request;
  request.branch = from.fork(child_key(parent));
  if (parent.children == 0) request.branch.path = from.path;
  if (reach != Reach::rollout) ++parent.children;
  complete(request, parent, reach);
  return request;
}

// All side by side; in the order of the requests, without those that gave nothing.
std::vector<std::optional<Trace>> SearchTree::run(std::vector<TraceRequest> requests) {
  std::vector<std::optional<Trace>> traces(requests.size());
  const auto generation = context_.generate();
  std::unordered_map<std::uint64_t, std::size_t> index_of;
  for (const TraceId id : generation->add(std::move(requests))) {
    index_of.emplace(static_cast<std::uint64_t>(id), index_of.size());
  }
  while (auto trace = generation->next()) {
    if (is_lost(*trace)) continue;
    traces[index_of.at(static_cast<std::uint64_t>(trace->id))] = std::move(*trace);
  }
  return traces;
}

std::vector<NodeId> SearchTree::grow(std::span<const Growth> growths, Reach reach) {
  std::vector<TraceRequest> requests;
  std::vector<NodeId> parents;
  for (const Growth& growth : growths) {
    Node& parent = (*this)[growth.node];
    if (parent.state != NodeState::open) continue;
    const int children = greedy_ ? std::min(growth.children, 1) : growth.children;
    for (int i = 0; i < children; ++i) {
      requests.push_back(request_for(parent, reach));
      parents.push_back(growth.node);
    }
    if (!growth.again && reach != Reach::rollout) let_go(parent);
  }
  auto traces = run(std::move(requests));
  std::vector<NodeId> children;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    const std::string before = (*this)[parents[i]].before;
    if (traces[i]) children.push_back(add_child(parents[i], *std::move(traces[i]), before, reach));
  }
  return children;
}

std::vector<NodeId> SearchTree::grow_to_ends(std::span<const NodeId> nodes) {
  const auto generation = context_.generate();
  std::unordered_map<std::uint64_t, std::size_t> path_of;  // by trace
  std::vector<NodeId> last(nodes.begin(), nodes.end());
  const auto go_on = [&](std::size_t path) {
    Node& node = (*this)[last[path]];
    if (node.state != NodeState::open || context_.should_stop()) return;
    std::vector<TraceRequest> request;
    request.push_back(request_for(node, Reach::step));
    let_go(node);
    path_of.emplace(static_cast<std::uint64_t>(generation->add(std::move(request)).front()), path);
  };
  for (std::size_t path = 0; path < last.size(); ++path) go_on(path);
  while (auto trace = generation->next()) {
    if (is_lost(*trace)) continue;
    const std::size_t path = path_of.at(static_cast<std::uint64_t>(trace->id));
    const std::string before = (*this)[last[path]].before;
    last[path] = add_child(last[path], *std::move(trace), before, Reach::step);
    go_on(path);
  }
  return last;
}

std::vector<NodeId> SearchTree::grow_with(std::vector<Continuation> continuations, Reach reach) {
  std::vector<TraceRequest> requests;
  std::vector<NodeId> parents;
  for (Continuation& continuation : continuations) {
    if ((*this)[continuation.node].state != NodeState::open) continue;
    complete(continuation.request, (*this)[continuation.node], reach);
    requests.push_back(std::move(continuation.request));
    parents.push_back(continuation.node);
  }
  auto traces = run(std::move(requests));
  std::vector<NodeId> children;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    const std::string before = (*this)[parents[i]].trace.full_text;
    if (traces[i]) children.push_back(add_child(parents[i], *std::move(traces[i]), before, reach));
  }
  return children;
}

NodeId SearchTree::add_child(NodeId parent, Trace trace, const std::string& before, Reach reach) {
  Node child;
  child.parent = parent;
  child.depth = (*this)[parent].depth + 1;
  StepText text = divide_step((*this)[parent].carried, trace, options_.rule);
  child.step = std::move(text.step);
  child.carried = std::move(text.carried);
  const Branch& branch = trace.branch;
  const bool has_room = branch.sequence.length() - branch.prompt_tokens < max_tokens_;
  if (was_told_to_stop(trace.finish)) {
    child.state = NodeState::cut;
  } else if (trace.finish != FinishReason::boundary || branch.ended || !has_room) {
    child.state = NodeState::ended;
    if (trace.finish == FinishReason::boundary) trace.finish = FinishReason::length;
  }
  child.before = before;
  child.trace = std::move(trace);
  child.trace.text.clear();
  if (!before.empty()) {
    child.trace.full_text.insert(0, before);
    child.trace.marker_offset += before.size();
    child.trace.answer_offset += before.size();
  }
  if (child.state == NodeState::cut) child.trace.branch = Branch();
  nodes_.push_back(std::move(child));
  const auto id = static_cast<NodeId>(nodes_.size() - 1);
  if (reach != Reach::rollout) (*this)[parent].branches.push_back(id);
  return id;
}

NodeId SearchTree::add_step(NodeId parent, std::string step, TraceId shown_as, NodeState state) {
  Node child;
  child.parent = parent;
  child.depth = (*this)[parent].depth + 1;
  child.state = state;
  child.trace.id = shown_as;
  child.trace.full_text = (*this)[parent].trace.full_text + step;
  child.trace.finish = state == NodeState::ended ? FinishReason::end_of_text : FinishReason::boundary;
  child.step = std::move(step);
  nodes_.push_back(std::move(child));
  const auto id = static_cast<NodeId>(nodes_.size() - 1);
  (*this)[parent].branches.push_back(id);
  return id;
}

void SearchTree::let_go(Node& node) {
  node.trace.branch = Branch();
  node.trace.full_text = std::string();
}

void SearchTree::prune(NodeId id, std::string why) {
  Node& node = (*this)[id];
  let_go(node);
  context_.emit({.kind = EventKind::pruned,
                 .trace = static_cast<std::uint64_t>(node.trace.id),
                 .value = node.scores.last(),
                 .label = std::move(why)});
}

// The step that is judged reaches back to the last one that was: further than one step only after a look ahead.
Candidate SearchTree::candidate_for(NodeId id) {
  Node& node = (*this)[id];
  Candidate candidate = candidate_of(context_.task());
  candidate.text = node.trace.full_text;
  if (candidate.text.ends_with(node.carried)) candidate.text.remove_suffix(node.carried.size());
  candidate.step = StepRef{.text = node.step, .node = static_cast<std::uint64_t>(id)};
  if (node.trace.branch.prompt_tokens > 0) candidate.branch = &node.trace.branch;
  const NodeId above = scored_above(id);
  candidate.step->parent = static_cast<std::uint64_t>(above);
  std::vector<NodeId> unscored;
  for (NodeId at = node.parent; at != above; at = (*this)[at].parent) unscored.push_back(at);
  for (const NodeId before : std::views::reverse(unscored)) {
    candidate.stats.add((*this)[before].trace.stats);
    if (!(*this)[before].step.empty()) candidate.step->between.push_back({static_cast<std::uint64_t>(before), (*this)[before].step});
  }
  candidate.stats.add(node.trace.stats);
  return candidate;
}

void SearchTree::set_score(NodeId id, double score) {
  Node& node = (*this)[id];
  if (node.parent != kNoNode) node.scores = (*this)[node.parent].scores;
  node.scores.add(score);
  node.scored = true;
  node.trace.stats = TraceStats();
  if (node.state != NodeState::open) node.trace.branch = Branch();
  context_.emit({.kind = EventKind::step_scored,
                 .trace = static_cast<std::uint64_t>(node.trace.id),
                 .count = node.depth,
                 .value = score});
}

// The nearest node of the path above this one that was scored.
NodeId SearchTree::scored_above(NodeId id) const {
  NodeId at = (*this)[id].parent;
  while (at != kNoNode && !(*this)[at].scored) at = (*this)[at].parent;
  return at;
}

StepScores SearchTree::scores_above(NodeId id) const {
  const NodeId above = scored_above(id);
  return above == kNoNode ? StepScores() : (*this)[above].scores;
}

bool SearchTree::score(std::span<const NodeId> nodes) {
  std::vector<NodeId> wanted;
  std::vector<Candidate> candidates;
  std::deque<std::string> answers;
  for (const NodeId id : nodes) {
    Node& node = (*this)[id];
    if (node.scored || scores_lost_) continue;
    node.scored = true;
    if (node.trace.counts.generated() == 0 && node.step.empty()) {  // nothing new to judge
      node.scores = scores_above(id);
      continue;
    }
    wanted.push_back(id);
    candidates.push_back(candidate_for(id));
    if (node.state == NodeState::ended) {
      answers.push_back(context_.extract_answer(node.trace));
      candidates.back().answer = answers.back();
    }
  }
  if (wanted.empty()) return !scores_lost_;
  const auto scored = score_candidates(context_, candidates);
  if (!scored.ok() && context_.should_stop()) {  // the run's end, not the scorer's: what was said before stands
    for (const NodeId id : wanted) (*this)[id].scores = scores_above(id);
    return true;
  }
  if (!scored.ok()) {
    scores_lost_ = true;
    warn_of_plain_vote(context_, scored.status());
    return false;
  }
  calibrated_ = scored->front().calibrated;
  for (std::size_t i = 0; i < wanted.size(); ++i) set_score(wanted[i], (*scored)[i].value);
  return true;
}

bool SearchTree::score_ahead(std::span<const NodeId> nodes, int steps) {
  std::vector<NodeId> leaves(nodes.begin(), nodes.end());
  for (int step = 0; step < steps && !context_.should_stop(); ++step) {
    std::vector<std::size_t> places;
    std::vector<Growth> growths;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      if ((*this)[leaves[i]].state != NodeState::open) continue;
      places.push_back(i);
      growths.push_back({leaves[i]});
    }
    if (growths.empty()) break;
    const auto ahead = grow(growths, Reach::rollout);
    for (std::size_t i = 0, at = 0; i < ahead.size(); ++i, ++at) {
      while (leaves[places[at]] != (*this)[ahead[i]].parent) ++at;  // some may have been lost
      if ((*this)[ahead[i]].trace.counts.generated() > 0) leaves[places[at]] = ahead[i];
    }
  }
  if (!score(leaves)) return false;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i] == nodes[i]) continue;
    if ((*this)[leaves[i]].scores.count() == 0) continue;  // the run ended before the first score
    set_score(nodes[i], (*this)[leaves[i]].scores.last());
    for (NodeId at = leaves[i]; at != nodes[i]; at = (*this)[at].parent) let_go((*this)[at]);
  }
  return true;
}

Trace SearchTree::trace_of(NodeId id) const {
  const Trace& last = (*this)[id].trace;
  Trace whole;
  whole.id = last.id;
  whole.text = whole.full_text = last.full_text;
  whole.finish = last.finish;
  whole.detail = last.detail;
  whole.think = last.think;
  whole.marker_offset = last.marker_offset;
  whole.answer_offset = last.answer_offset;
  for (NodeId at = id; at != kNoNode; at = (*this)[at].parent) {
    whole.counts += (*this)[at].trace.counts;
    whole.milliseconds += (*this)[at].trace.milliseconds;
  }
  return whole;
}

}  // namespace reckon
