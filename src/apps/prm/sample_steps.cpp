#include "apps/prm/sample_steps.h"

#include <algorithm>
#include <mutex>
#include <thread>

#include "scoring/answer_grade.h"
#include "search/mcts.h"
#include "search/tree.h"

namespace reckon::prm {
namespace {

// Makes the engine record hidden states; nobody asks it for a score.
class StateRecorder final : public Scorer {
 public:
  bool needs_statistics() const override { return true; }
  bool needs_hidden_states() const override { return true; }
  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override { return std::vector<Score>(candidates.size()); }
};

struct Job {
  const SamplingPlan* plan = nullptr;
  const Row* row = nullptr;
  LabelledQuestion result;
};

class StepSampling final : public Strategy {
 public:
  explicit StepSampling(Job& job) : job_(job), plan_(*job.plan) {}

  Result<Answer> run(Context& context, const Task&) override {
    RECKON_ASSIGN_OR_RETURN(StepRule rule, make_step_rule({.kind = plan_.step}));
    SearchTree tree(context, {.rule = std::move(rule), .most_depth = 1000});
    RECKON_ASSIGN_OR_RETURN(const std::vector<NodeId> roots, tree.add_roots(plan_.traces));
    const std::vector<NodeId> ends = plan_.labels == Labels::outcome ? tree.grow_to_ends(roots) : grow_and_label(context, tree, roots);
    if (context.should_stop()) return cancelled("the sampling was stopped");
    for (const NodeId id : ends) {
      if (tree[id].state == NodeState::ended) job_.result.traces.push_back(trace_ending_in(context, tree, id));
    }
    Answer answer;
    answer.text = "sampled";
    answer.traces = static_cast<int>(job_.result.traces.size());
    return answer;
  }

 private:
  bool right(const std::string& answer, const Context& context) const {
    const AnswerStyle& style = context.task().answer_style;
    return !answer.empty() && grade_answer(parse_answer(answer, style), job_.row->reference, style);
  }

  // Level by level: the rollouts of a level's nodes run side by side.
  std::vector<NodeId> grow_and_label(Context& context, SearchTree& tree, std::vector<NodeId> level) const {
    std::vector<NodeId> ends;
    for (bool first = true; !level.empty() && !context.should_stop(); first = false) {
      std::vector<Growth> growths;
      for (const NodeId id : level) growths.push_back({id, 1, true});
      std::vector<NodeId> next = tree.grow(growths);
      if (!first) label_by_rollouts(context, tree, level);
      std::erase_if(next, [&](NodeId id) {
        if (tree[id].state != NodeState::open) ends.push_back(id);
        return tree[id].state != NodeState::open;
      });
      level = std::move(next);
    }
    return ends;
  }

  // Node::value holds the label of a step that goes on.
  void label_by_rollouts(Context& context, SearchTree& tree, std::span<const NodeId> nodes) const {
    for (const NodeId id : nodes) {
      const Growth growth{id, plan_.rollouts};
      const auto ends = tree.grow(std::span(&growth, 1), Reach::end);
      int good = 0;
      for (const NodeId end : ends) good += right(context.extract_answer(tree[end].trace), context) ? 1 : 0;
      tree[id].value = ends.empty() ? 0.0 : static_cast<double>(good) / static_cast<double>(ends.size());
    }
  }

  LabelledTrace trace_ending_in(Context& context, SearchTree& tree, NodeId last) const {
    LabelledTrace trace;
    trace.answer = context.extract_answer(tree.trace_of(last));
    trace.right = right(trace.answer, context);
    TraceStats whole;
    for (const NodeId at : path_to(tree, last)) {
      Features features = probe_features(tree[at].trace.stats);
      if (features.empty()) continue;  // the root
      const bool by_rollouts = plan_.labels == Labels::rollouts && at != last;
      trace.steps.push_back({std::move(features), by_rollouts ? tree[at].value : trace.right ? 1.0 : 0.0});
      whole.add(tree[at].trace.stats);
    }
    trace.whole = probe_features(whole);
    return trace;
  }

  Job& job_;
  const SamplingPlan& plan_;
};

std::string worker_name(std::size_t worker) { return "sample_steps_" + std::to_string(worker); }

}  // namespace

std::string describe(const SamplingPlan& plan, const std::string& model_digest) {
  const SolveRequest& request = plan.request;
  std::string text = "model=" + model_digest + " prompt=" + request.prompt.name;
  for (const auto& [name, value] : request.prompt.options) text += " " + name + "=" + value;
  text += " step=" + plan.step + " traces=" + std::to_string(plan.traces) + " max_tokens=" + std::to_string(request.max_tokens);
  text += " temperature=" + std::to_string(request.sampling.temperature) + " seed=" + std::to_string(request.seed);
  text += plan.labels == Labels::outcome ? " labels=outcome" : " labels=rollouts:" + std::to_string(plan.rollouts);
  return text;
}

Status sample_steps(Engine& engine, const SamplingPlan& plan, std::span<const Row> rows,
                    const std::function<Status(LabelledQuestion)>& done) {
  const auto workers = std::min<std::size_t>(rows.size(), static_cast<std::size_t>(std::max(1, plan.questions_at_once)));
  std::vector<Job> jobs(workers);
  engine.mutable_registry().scorers.add<StateRecorder>(
      {.name = "record_states", .summary = "records hidden states", .needs = {Need::logprobs, Need::hidden_states}});
  for (std::size_t w = 0; w < workers; ++w) {
    engine.mutable_registry().strategies.add({.name = worker_name(w), .summary = "samples steps"}, [&job = jobs[w]](const Options&) {
      return Result<std::unique_ptr<Strategy>>(std::make_unique<StepSampling>(job));
    });
  }
  std::mutex mutex;
  std::size_t next = 0;
  Status failure;
  const auto work = [&](std::size_t worker) {
    while (true) {
      Job& job = jobs[worker];
      {
        const std::lock_guard lock(mutex);
        if (next >= rows.size() || !failure.ok()) return;
        job = {&plan, &rows[next++], {}};
      }
      SolveRequest request = plan.request;
      request.task.question = job.row->question;
      request.strategy = {worker_name(worker), {}};
      request.scorer = {"record_states", {}};
      request.cancelled = plan.cancelled;
      job.result.id = job.row->id;
      job.result.reference = job.row->reference;
      Status status = engine.solve(request).status();
      const std::lock_guard lock(mutex);
      if (status.ok()) status = done(std::move(job.result));
      if (!status.ok() && failure.ok()) failure = status;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t w = 0; w < workers; ++w) threads.emplace_back(work, w);
  }
  return failure;
}

}  // namespace reckon::prm
