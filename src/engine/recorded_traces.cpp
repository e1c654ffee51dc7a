#include "engine/recorded_traces.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "engine/run_context.h"

namespace reckon {
namespace {

// Says of each trace what the run's scorer said of it when it was recorded. A recorded trace's text is its index.
class RecordedScorer final : public Scorer {
 public:
  explicit RecordedScorer(std::span<const PooledTrace> traces) : traces_(traces) {}
  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Score> scores;
    for (const auto& candidate : candidates) {
      std::size_t index = traces_.size();
      std::from_chars(candidate.text.data(), candidate.text.data() + candidate.text.size(), index);
      if (index >= traces_.size()) return not_found("no score of this text was recorded");
      scores.push_back(*traces_[index].score);
    }
    return scores;
  }

 private:
  std::span<const PooledTrace> traces_;
};

// What a trace comes to when the controllers that the strategy attached hear of it.
Trace relive(const PooledTrace& recorded, TraceRequest& request, const Vocabulary& vocabulary) {
  Trace trace;
  trace.counts.sampled = recorded.generated;
  trace.stats = recorded.stats;
  trace.finish = recorded.generated >= request.max_tokens ? FinishReason::length : FinishReason::end_of_text;
  if (request.branch.controllers.empty()) return trace;
  BranchView view{.vocabulary = vocabulary};
  for (std::size_t i = 0; i < recorded.stats.confidences.size(); ++i) {
    const TokenStats token{.confidence = recorded.stats.confidences[i]};
    view.generated_tokens = static_cast<std::int64_t>(i);
    view.stats = &token;
    const Verdict verdict = rule_on(request.branch.controllers, view, kNoToken).verdict;
    if (verdict.action != Verdict::Action::discard) continue;
    trace.counts.sampled = static_cast<std::int64_t>(i) + 1;
    trace.finish = FinishReason::cancelled;
    trace.detail = std::string(verdict.reason);
    break;
  }
  return trace;
}

class RecordedContext;

class RecordedGeneration final : public Generation {
 public:
  explicit RecordedGeneration(RecordedContext& context) : context_(context) {}
  ~RecordedGeneration() override {
    cancel_all();
    while (next()) {
    }
  }

  using Generation::add;
  std::vector<TraceId> add(std::vector<TraceRequest> requests) override;
  std::optional<Trace> next() override;
  void cancel(TraceId trace) override {
    const auto found = std::ranges::find(running_, trace, [](const Running& each) { return each.trace.id; });
    if (found == running_.end() || found->end <= now_) return;
    found->trace.finish = FinishReason::cancelled;
    found->trace.counts.sampled = now_ - found->start;
    found->end = now_;
  }
  void cancel_all() override {
    for (const auto& each : running_) cancel(each.trace.id);
  }
  int running() const override { return static_cast<int>(running_.size()); }

 private:
  struct Running {
    Trace trace;
    std::int64_t start = 0;
    std::int64_t end = 0;
  };

  RecordedContext& context_;
  std::vector<Running> running_;  // in the order in which they were added
  std::int64_t now_ = 0;          // decode steps
};

class RecordedContext final : public Context {
 public:
  RecordedContext(const Engine& engine, const SolveRequest& request, RunPlugins& plugins, std::span<const PooledTrace> traces)
      : engine_(engine), request_(request), plugins_(plugins), traces_(traces), budget_(Budget::create({})) {}

  const Task& task() const override { return request_.task; }
  std::uint64_t seed() const override { return request_.seed; }
  Result<TraceRequest> open_trace(std::uint64_t index) override {
    if (index >= traces_.size()) {
      return invalid_argument("it wants more traces than the " + std::to_string(traces_.size()) + " that were recorded");
    }
    TraceRequest request;
    request.branch.sequence = Sequence(live_);  // empty; a strategy may fork it before it learns that there is nothing inside
    request.branch.path = BranchPath::root(index);
    request.sampling = request_.sampling;
    request.max_tokens = request_.max_tokens;
    request.record = plugins_.record;
    return request;
  }
  Result<TraceRequest> open_chat(const ChatRequest&) override {
    return note(unsupported(request_.strategy.name + " asks the model more than it was asked when the traces were recorded"));
  }
  using Context::generate;
  std::unique_ptr<Generation> generate(std::string_view) override { return std::make_unique<RecordedGeneration>(*this); }
  const LanguageModel& model(std::string_view) const override { return engine_.model(); }
  bool is_endpoint(std::string_view) const override { return false; }
  const std::string& query() const override { return request_.task.question; }
  std::string extract_answer(const Trace& trace) const override {
    const auto found = index_of_.find(trace.id);
    return found != index_of_.end() ? traces_[found->second].answer : std::string();
  }
  Scorer* scorer() override { return plugins_.scorer.get(); }
  Budget& budget() override { return *budget_; }
  Ledger& ledger() override { return ledger_; }
  bool should_stop() const override { return !failure_.ok(); }
  bool out_of_time() const override { return false; }
  void emit(Event) override {}
  void warn(std::string text) override { warnings_.push_back(std::move(text)); }
  void improve(const Answer&) override {}

  // The trace that a request asks for, as it goes without being stopped from outside; a failed one when it was not recorded.
  Trace run(TraceRequest& request) {
    Trace trace;
    const auto index = index_of(request.branch.path);
    if (!index || !request.boundary.delimiters.empty() || request.boundary.tokens > 0 || request.only_reads()) {
      trace.error = note(unsupported(request_.strategy.name + " looks inside traces: only whole ones were recorded"));
    } else if (request.record != Record::nothing && traces_[*index].stats.tokens == 0) {
      trace.error = note(not_found("it needs token statistics, which were not recorded"));
    } else {
      trace = relive(traces_[*index], request, engine_.model().vocabulary());
      trace.full_text = std::to_string(*index);
    }
    trace.id = TraceId{++last_};
    if (index) index_of_.emplace(trace.id, *index);
    return trace;
  }
  void bill(const Trace& trace) {
    Bill amount{.traces = 1};
    (trace.finish == FinishReason::cancelled ? amount.cancelled : amount.tokens.sampled) = trace.counts.sampled;
    ledger_.charge(amount);
  }

  const Status& failure() const { return failure_; }
  std::vector<std::string> warnings() const { return warnings_; }

 private:
  Status note(Status failure) {
    if (failure_.ok()) failure_ = failure;
    return failure;
  }
  std::optional<std::size_t> index_of(BranchPath path) const {
    for (std::size_t i = 0; i < traces_.size(); ++i) {
      if (BranchPath::root(i) == path) return i;
    }
    return std::nullopt;
  }

  const Engine& engine_;
  const SolveRequest& request_;
  RunPlugins& plugins_;
  std::span<const PooledTrace> traces_;
  std::shared_ptr<Budget> budget_;
  Ledger ledger_;
  std::shared_ptr<std::atomic<std::int64_t>> live_ = std::make_shared<std::atomic<std::int64_t>>(0);
  std::map<TraceId, std::size_t> index_of_;
  std::uint64_t last_ = 0;
  std::vector<std::string> warnings_;
  Status failure_;  // the first thing that the recorded traces do not tell
};

std::vector<TraceId> RecordedGeneration::add(std::vector<TraceRequest> requests) {
  std::vector<TraceId> ids;
  for (auto& request : requests) {
    Running started{.trace = context_.run(request), .start = now_};
    started.end = now_ + started.trace.counts.sampled;
    ids.push_back(started.trace.id);
    running_.push_back(std::move(started));
  }
  return ids;
}

std::optional<Trace> RecordedGeneration::next() {
  if (running_.empty()) return std::nullopt;
  const auto first = std::ranges::min_element(running_, {}, &Running::end);
  now_ = std::max(now_, first->end);
  Trace trace = std::move(first->trace);
  running_.erase(first);
  context_.bill(trace);
  return trace;
}

}  // namespace

Result<SolveResult> solve_recorded(const Engine& engine, const SolveRequest& request, std::span<const PooledTrace> traces) {
  RECKON_RETURN_IF_ERROR(engine.check(request));
  RECKON_ASSIGN_OR_RETURN(RunPlugins plugins, make_plugins(request, engine.registry(), engine.model().info()));
  const bool reads_statistics = plugins.scorer && plugins.scorer->needs_statistics() && !plugins.scorer->needs_hidden_states();
  const bool scores_known = std::ranges::all_of(traces, [](const PooledTrace& trace) { return trace.score.has_value(); });
  if (plugins.scorer && !reads_statistics) {
    if (!scores_known) return not_found("its scorer reads more than token statistics, and no scores of its own were recorded");
    if (plugins.scorer->ranks_within_a_call()) return unsupported("its scorer ranks the traces of one call, and would rank fewer otherwise");
    plugins.scorer = std::make_unique<RecordedScorer>(traces);
    plugins.record = request.record_statistics ? Record::statistics : Record::nothing;
  }
  RecordedContext context(engine, request, plugins, traces);
  Result<Answer> answer = plugins.strategy->run(context, request.task);
  RECKON_RETURN_IF_ERROR(context.failure());
  if (!answer.ok()) return answer.status();
  SolveResult result{.answer = std::move(answer).value(), .bill = context.ledger().bill()};
  result.answer.warnings = context.warnings();
  return result;
}

}  // namespace reckon
