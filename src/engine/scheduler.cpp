#include "engine/scheduler.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "engine/draft_lookup.h"

namespace reckon {

// What one Generation and the decode thread share.
struct Scheduler::Group {
  RunAccount account;
  std::mutex mutex;
  std::condition_variable ended;
  std::deque<Trace> finished;  // guarded by mutex
};

struct Scheduler::Job {
  TraceId id{};
  std::shared_ptr<Group> group;
  std::shared_ptr<std::atomic<bool>> cancel;
  TraceRequest request;
  double started = 0.0;

  // Grows while the trace runs.
  std::string text;
  std::size_t stops_from = 0;          // stop strings count from here on: not in the thinking
  std::vector<std::string> unshown;    // pieces that listeners have not seen, because they may be taken back
  TraceStats stats;
  std::vector<std::vector<double>> watched;
  TokenCounts counts;
  std::int64_t computed_generated = 0;
  std::int64_t forced = 0;  // tokens of the request's own
  bool done = false;

  // A look ahead holds the job that asked for it until it has ended; see start_probe().
  std::unique_ptr<Job> asker;
  Controller* looking = nullptr;  // in the job that asked: who wants to know
  std::vector<double> probabilities;
  Probe probe;       // its braces counted along
  int until_at = 0;  // position in its matcher
  std::int64_t computed = 0;

  // Tokens computed ahead in this step, and where the first of them would stand; see settle_draft().
  std::optional<DraftLookup> lookup;
  std::span<const TokenId> draft;
  std::int64_t draft_begin = 0;
  std::int64_t verified = 0;  // of them, sampled already

  // One step's plan, written by decide() on any core and carried out by apply().
  int row = -1;
  Sampled sampled;
  std::vector<float> state;  // from which it was sampled, when hidden states are recorded
  Ruling ruling;
  LogitEdits edits;

  Branch& branch() { return request.branch; }
  bool scores() const { return request.purpose == Purpose::scoring; }
  bool wants_state() const { return request.record == Record::hidden_states; }
  // Pays for tokens before they are computed.
  bool reserve(std::int64_t tokens, double flops_per_token) const {
    Budget& budget = *group->account.budget;
    const bool aside = scores() || asker != nullptr;
    return aside ? budget.reserve_other(tokens, flops_per_token) : budget.reserve_generated(tokens, flops_per_token);
  }
  bool stopped_from_outside() const { return cancel->load(std::memory_order_relaxed) || group->account.cancelled->load(std::memory_order_relaxed); }
};

class ScheduledGeneration final : public Generation {
 public:
  ScheduledGeneration(Scheduler& scheduler, const RunAccount& account)
      : scheduler_(scheduler), group_(std::make_shared<Scheduler::Group>()) {
    group_->account = account;
  }

  ~ScheduledGeneration() override {
    cancel_all();
    while (next()) {
    }
  }

  using Generation::add;
  std::vector<TraceId> add(std::vector<TraceRequest> requests) override {
    std::vector<TraceId> ids;
    std::vector<std::unique_ptr<Scheduler::Job>> jobs;
    for (auto& request : requests) {
      auto job = std::make_unique<Scheduler::Job>();
      job->id = static_cast<TraceId>(group_->account.next_trace->fetch_add(1) + 1);
      job->group = group_;
      job->cancel = std::make_shared<std::atomic<bool>>(false);
      job->started = system_clock().milliseconds();
      job->request = std::move(request);
      if (job->request.reference != nullptr && !job->scores()) job->lookup.emplace(job->request.reference);
      running_.emplace(static_cast<std::uint64_t>(job->id), job->cancel);
      ids.push_back(job->id);
      jobs.push_back(std::move(job));
    }
    scheduler_.submit(std::move(jobs));
    return ids;
  }

  std::optional<Trace> next() override {
    if (running_.empty()) return std::nullopt;
    if (taken_.empty()) {
      std::unique_lock lock(group_->mutex);
      if (group_->finished.empty() && group_->account.gate != nullptr) group_->account.gate->block(group_.get());
      group_->ended.wait(lock, [this] { return !group_->finished.empty(); });
      taken_.swap(group_->finished);
    }
    Trace trace = std::move(taken_.front());
    taken_.pop_front();
    running_.erase(static_cast<std::uint64_t>(trace.id));
    return trace;
  }

  void cancel(TraceId trace) override {
    const auto found = running_.find(static_cast<std::uint64_t>(trace));
    if (found == running_.end()) return;
    found->second->store(true);
    scheduler_.wake();
  }

  void cancel_all() override {
    for (auto& [id, flag] : running_) flag->store(true);
    if (!running_.empty()) scheduler_.wake();
  }

  int running() const override { return static_cast<int>(running_.size()); }

 private:
  Scheduler& scheduler_;
  std::shared_ptr<Scheduler::Group> group_;
  std::deque<Trace> taken_;  // finished ones that nobody asked for yet
  std::unordered_map<std::uint64_t, std::shared_ptr<std::atomic<bool>>> running_;
};

Scheduler::Scheduler(const LanguageModel& model, std::unique_ptr<Decoder> decoder, int threads)
    : model_(model),
      decoder_(std::move(decoder)),
      workers_(std::max(1, threads)),
      scratch_(static_cast<std::size_t>(workers_.size())),
      admission_limit_(static_cast<std::size_t>(decoder_->limits().slots)),
      thread_([this] { loop(); }) {}

Scheduler::~Scheduler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  thread_.join();
}

std::unique_ptr<Generation> Scheduler::generate(const RunAccount& account) {
  return std::make_unique<ScheduledGeneration>(*this, account);
}

SchedulerStats Scheduler::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

DecoderStats Scheduler::decoder_stats() const {
  const std::lock_guard lock(mutex_);
  return decoder_stats_;
}

void Scheduler::submit(std::vector<std::unique_ptr<Job>> jobs) {
  {
    const std::lock_guard lock(mutex_);
    std::ranges::move(jobs, std::back_inserter(arriving_));
  }
  work_.notify_one();
}

void Scheduler::wake() { work_.notify_one(); }

void Scheduler::loop() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return stopping_ || !arriving_.empty() || !waiting_.empty() || !running_.empty(); });
    }
    wait_for_strategies();
    {
      const std::lock_guard lock(mutex_);
      std::ranges::move(arriving_, std::back_inserter(waiting_));
      arriving_.clear();
      if (stopping_) break;
    }
    step();
    deliver();
  }
  for (auto& job : waiting_) running_.push_back(std::move(job));
  waiting_.clear();
  fail_all(cancelled("the engine is shutting down"));
  deliver();
}

void Scheduler::wait_for_strategies() {
  std::vector<std::shared_ptr<StrategyGate>> gates;
  auto add_gate = [&gates](const std::unique_ptr<Job>& job) {
    if (job->group->account.gate != nullptr) gates.push_back(job->group->account.gate);
  };
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    std::ranges::for_each(arriving_, add_gate);
  }
  std::ranges::for_each(waiting_, add_gate);
  std::ranges::for_each(running_, add_gate);
  for (const auto& gate : gates) gate->wait_until_blocked();
}

void Scheduler::step() {
  drop_stopped();
  admit();
  if (running_.empty()) return;
  deliver();
  std::vector<Sequence*> sequences;
  sequences.reserve(running_.size());
  for (auto& job : running_) sequences.push_back(&job->branch().sequence);

  const auto drafts = propose_drafts();
  const double before = system_clock().milliseconds();
  const bool states = std::ranges::any_of(running_, [](const auto& job) { return job->wants_state(); });
  auto evaluated = decoder_->evaluate(sequences, states ? Outputs::logits_and_hidden : Outputs::logits, drafts);
  const double after = system_clock().milliseconds();
  if (!evaluated.ok()) {
    // A branch that cannot fit alone fails alone; a broken backend fails everybody.
    if (evaluated.status().kind() == ErrorKind::out_of_memory) {
      running_.front()->done = true;
      finish(*running_.front(), FinishReason::context_full, evaluated.status().message());
      remove_finished();
    } else {
      fail_all(evaluated.status());
    }
    return;
  }
  std::vector<Job*> ready;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    Job& job = *running_[i];
    const Evaluation& evaluation = (*evaluated)[i];
    account_evaluation(job, evaluation);
    job.row = evaluation.row;
    job.draft = drafts[i].first(static_cast<std::size_t>(evaluation.drafted));
    job.draft_begin = job.branch().sequence.length();
    if (evaluation.ready()) ready.push_back(&job);
  }
  const std::int64_t sampled = sample_ready(std::move(ready));
  park(*evaluated);
  remove_finished();

  const std::lock_guard lock(mutex_);
  ++stats_.steps;
  stats_.sampled += sampled;
  stats_.decode_milliseconds += after - before;
  stats_.sample_milliseconds += system_clock().milliseconds() - after;
  stats_.peak_running = std::max(stats_.peak_running, static_cast<int>(sequences.size()));
  decoder_stats_ = decoder_->stats();
}

void Scheduler::admit() {
  while (!waiting_.empty() && running_.size() < std::max<std::size_t>(1, admission_limit_)) {
    std::unique_ptr<Job> job = std::move(waiting_.front());
    waiting_.pop_front();
    running_.push_back(std::move(job));
    Job& admitted = *running_.back();
    start(admitted);
    if (admitted.done && admitted.asker != nullptr) running_.back() = std::move(admitted.asker);
    if (running_.back()->done) running_.pop_back();
  }
}

// Ends at once what cannot run; writes what is forced.
void Scheduler::start(Job& job) {
  Tokens forced = std::exchange(job.request.forced, {});
  const auto length = job.branch().sequence.length() + static_cast<std::int64_t>(forced.size());
  if ((job.branch().ended && forced.empty()) || length == 0) return finish(job, FinishReason::end_of_text, "nothing to continue");
  if (length >= decoder_->limits().context_tokens) return finish(job, FinishReason::context_full, "");
  if (job.request.max_tokens <= 0 && !job.request.only_reads()) return finish(job, FinishReason::length, "");
  if (!job.scores() && job.group->account.budget->exhausted() != Cap::none) return finish_by_budget(job);
  if (forced.empty()) return;
  if (!job.reserve(static_cast<std::int64_t>(forced.size()), model_.info().flops_per_token())) return finish_by_budget(job);
  job.branch().ended = false;
  for (const TokenId token : forced) append(job, token, TokenOrigin::injected);
  job.forced = static_cast<std::int64_t>(forced.size());
  show(job);
}

void Scheduler::drop_stopped() {
  for (auto& job : running_) {
    const bool late = job->group->account.budget->exhausted() == Cap::milliseconds;
    if (!job->stopped_from_outside() && !late) continue;
    drop_probe(job);
    if (!job->done) finish(*job, job->stopped_from_outside() ? FinishReason::cancelled : FinishReason::deadline, "");
  }
  remove_finished();
  for (auto& job : waiting_) {
    if (!job->stopped_from_outside()) continue;
    drop_probe(job);
    if (!job->done) finish(*job, FinishReason::cancelled, "");
  }
  std::erase_if(waiting_, [](const auto& job) { return job->done; });
}

void Scheduler::account_evaluation(Job& job, const Evaluation& evaluation) {
  job.computed += evaluation.computed;
  Branch& branch = job.branch();
  const std::int64_t fresh_begin = evaluation.begin + evaluation.recomputed;
  const std::int64_t fresh_end = evaluation.begin + evaluation.computed;
  const std::int64_t prompt_fresh = std::max<std::int64_t>(0, std::min(fresh_end, branch.prompt_tokens) - fresh_begin);
  job.counts.recomputed += evaluation.recomputed;
  job.counts.prefilled += prompt_fresh;
  job.computed_generated += (fresh_end - fresh_begin) - prompt_fresh;
  const std::int64_t found = std::min<std::int64_t>(evaluation.reused, branch.prompt_tokens);
  job.counts.cached += std::max<std::int64_t>(0, found - branch.settled);
  branch.settled = std::max({branch.settled, found, fresh_end});
}

void Scheduler::fail_all(const Status& status) {
  for (auto& job : running_) {
    drop_probe(job);
    if (job->done) continue;
    const bool stopped = status.kind() == ErrorKind::cancelled;
    finish(*job, stopped ? FinishReason::cancelled : FinishReason::failed, status.message());
  }
  remove_finished();
}

// Traces that gave way for lack of cells wait until something ends, instead of being prefilled and
// dropped in every step.
void Scheduler::park(const std::vector<Evaluation>& evaluations) {
  const std::size_t evaluated = std::min(evaluations.size(), running_.size());
  for (std::size_t i = evaluated; i-- > 0;) {
    if (!evaluations[i].gave_way || running_[i]->done) continue;
    waiting_.push_front(std::move(running_[i]));
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    admission_limit_ = running_.size();
  }
}

void Scheduler::remove_finished() {
  for (auto& job : running_) {
    if (job->asker != nullptr && job->done) job = std::move(job->asker);
  }
  const auto removed = std::erase_if(running_, [](const auto& job) { return job->done; });
  if (removed > 0) admission_limit_ = static_cast<std::size_t>(decoder_->limits().slots);
}

// What each running trace with a reference may say next.
std::vector<std::span<const TokenId>> Scheduler::propose_drafts() {
  std::vector<std::span<const TokenId>> drafts(running_.size());
  if (!decoder_->can_draft()) return drafts;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    Job& job = *running_[i];
    if (!job.lookup || job.wants_state()) continue;
    const Sequence& sequence = job.branch().sequence;
    const std::int64_t begin = std::max(job.branch().prompt_tokens, sequence.length() - DraftLookup::kLongestMatch);
    // The token after the last of them is the last that the trace has room for.
    const std::int64_t room = std::min<std::int64_t>(job.request.max_tokens - (job.counts.generated() - job.forced),
                                                     decoder_->limits().context_tokens - sequence.length());
    drafts[i] = job.lookup->propose(sequence.tokens_from(begin), static_cast<int>(room - 1));
  }
  return drafts;
}

// Samples at the end of each trace, and on along its draft for as long as the draft is what comes.
std::int64_t Scheduler::sample_ready(std::vector<Job*> ready) {
  std::int64_t sampled = 0;
  while (!ready.empty()) {
    sample_once(ready);
    sampled += static_cast<std::int64_t>(ready.size());
    std::vector<Job*> going;
    for (Job* job : ready) {
      if (goes_on_with_draft(*job)) going.push_back(job);
      else settle_draft(*job);
    }
    ready = std::move(going);
    for (Job* job : ready) ++job->row;
  }
  return sampled;
}

// True when the token just added, and nothing else, is the next one of the draft.
bool Scheduler::goes_on_with_draft(Job& job) const {
  if (job.done || job.draft.empty()) return false;
  const Sequence& sequence = job.branch().sequence;
  const std::int64_t added = sequence.length() - job.draft_begin;
  if (added <= 0 || added > static_cast<std::int64_t>(job.draft.size()) || added != job.verified + 1) return false;
  if (sequence.at(sequence.length() - 1) != job.draft[static_cast<std::size_t>(added - 1)]) return false;
  job.verified = added;
  return true;
}

// Books the draft of this step. Before anybody else can see the branch.
void Scheduler::settle_draft(Job& job) {
  if (job.draft.empty()) return;
  const auto proposed = static_cast<int>(job.draft.size());
  const int taken = decoder_->settle(job.branch().sequence, job.draft);
  job.computed_generated += taken;
  job.counts.rejected += proposed - taken;
  job.lookup->learn(proposed, taken);
  job.draft = {};
  job.verified = 0;
}

void Scheduler::sample_once(std::vector<Job*>& ready) {
  // One token each is paid for before it is drawn.
  std::erase_if(ready, [this](Job* job) {
    if (job->request.only_reads() || job->reserve(1, model_.info().flops_per_token())) return false;
    finish_by_budget(*job);
    return true;
  });
  workers_.parallel_for(static_cast<int>(ready.size()), [&](int piece, int worker) {
    decide(*ready[static_cast<std::size_t>(piece)], scratch_[static_cast<std::size_t>(worker)]);
  });
  for (Job* job : ready) {
    if (job->asker != nullptr) apply_probe(*job);
    else if (job->request.only_reads()) finish(*job, FinishReason::length, "");
    else if (!start_probe(*job)) apply(*job);
  }
}

// When the ruling wants a look ahead, puts it in the job's place. The job waits inside, its sampled token
// in hand, until end_probe().
bool Scheduler::start_probe(Job& job) {
  if (!job.ruling.verdict.probe) return false;
  Probe probe = *std::move(job.ruling.verdict.probe);
  job.looking = job.ruling.by;
  job.ruling = {};
  Branch& branch = job.branch();
  const auto suffix = static_cast<std::int64_t>(probe.suffix.size());
  const bool fits = branch.sequence.length() + suffix + probe.max_tokens < decoder_->limits().context_tokens;
  if (!fits || suffix == 0 || !job.group->account.budget->reserve_other(suffix, model_.info().flops_per_token())) return false;
  settle_draft(job);
  auto look = std::make_unique<Job>();
  look->id = job.id;
  look->group = job.group;
  look->cancel = job.cancel;
  look->request.branch.sequence = branch.sequence.fork();
  look->request.branch.sequence.truncate(branch.sequence.length() - probe.behind);
  look->request.branch.sequence.append(probe.suffix);
  look->request.branch.prompt_tokens = branch.prompt_tokens;
  look->request.sampling.temperature = 0.0;
  look->request.max_tokens = probe.max_tokens;
  look->request.record = Record::statistics;
  look->probe = std::move(probe);
  const auto place = std::ranges::find_if(running_, [&job](const auto& other) { return other.get() == &job; });
  std::swap(*place, look);
  (*place)->asker = std::move(look);
  return true;
}

void Scheduler::apply_probe(Job& job) {
  const TokenId token = job.sampled.token;
  if (token == kNoToken || model_.vocabulary().is_end_of_generation(token)) return end_probe(job, false);
  job.probabilities.push_back(std::exp(job.sampled.stats.logprob));
  job.branch().sequence.append(token);
  bool closed = false;
  const PhraseMatcher* until = job.probe.until.get();
  if (until != nullptr) {
    job.until_at = until->advance(job.until_at, token);
    closed = until->matched(job.until_at) > 0;
  }
  for (const char c : model_.vocabulary().piece(token)) {
    job.text += c;
    if (until != nullptr) continue;
    if (c == '{') ++job.probe.open_braces;
    if (c == '}') closed = --job.probe.open_braces <= 0;
    if (closed) break;
  }
  if (closed || static_cast<int>(job.probabilities.size()) >= job.request.max_tokens) end_probe(job, closed);
}

// Bills the look ahead and, with its result, lets the job that asked for it go on.
void Scheduler::end_probe(Job& job, bool closed) {
  job.done = true;
  job.group->account.ledger->charge({.probe = job.computed, .flops = model_.info().flops_per_token() * static_cast<double>(job.computed)});
  Job& asker = *job.asker;
  asker.ruling = rule_after({job.text, job.probabilities, closed, job.probe.behind}, asker.branch().controllers, *asker.looking);
  apply(asker);
}

// Before a job is ended from outside: a look ahead gives way to the job that it is for.
void Scheduler::drop_probe(std::unique_ptr<Job>& job) {
  if (job->asker == nullptr) return;
  if (!job->done) end_probe(*job, false);
  job = std::move(job->asker);
}

void Scheduler::decide(Job& job, SamplerScratch& scratch) {
  Branch& branch = job.branch();
  const auto length = branch.sequence.length();
  if (!job.request.watch.empty()) job.watched.push_back(log_probabilities(decoder_->logits(job.row), job.request.watch));
  if (job.wants_state()) {
    const auto state = decoder_->hidden(job.row);
    job.state.assign(state.begin(), state.end());
  }
  if (job.request.only_reads()) return job.stats.hidden.add(job.state);
  BranchView view{.vocabulary = model_.vocabulary(),
                  .prompt_tokens = branch.prompt_tokens,
                  .generated_tokens = length - branch.prompt_tokens,
                  .section = section_of(branch.controllers)};
  job.edits.clear();
  for (auto& controller : branch.controllers) controller->before_token(view, job.edits);
  const SampleInput input{decoder_->logits(job.row), model_.vocabulary().usable_size(),
                          uniform(job.group->account.seed, branch.path, static_cast<std::uint64_t>(length)), job.request.record};
  job.sampled = sample(input, job.request.sampling, job.edits, scratch);
  job.ruling = {};
  if (job.sampled.token == kNoToken) return;
  if (job.request.record != Record::nothing) view.stats = &job.sampled.stats;
  job.ruling = rule_on(branch.controllers, view, job.sampled.token);
}

void Scheduler::apply(Job& job) {
  ++job.counts.sampled;
  const TokenId token = job.sampled.token;
  if (token == kNoToken) return finish(job, FinishReason::failed, "every token is masked");
  const Verdict& verdict = job.ruling.verdict;
  if (verdict.action == Verdict::Action::discard) return finish(job, FinishReason::cancelled, std::string(verdict.reason));
  const bool withheld = verdict.action == Verdict::Action::withhold;
  const bool ends = model_.vocabulary().is_end_of_generation(token) && !withheld;
  const std::size_t old_size = job.text.size();
  if (job.ruling.by != nullptr) job.ruling.by->carried_out();
  if (withheld) {
    job.counts.withheld += 1 + verdict.retract;
    retract(job, verdict.retract);
  } else {
    if (job.request.record != Record::nothing) job.stats.add(job.sampled.stats);
    if (job.wants_state()) job.stats.hidden.add(job.state);
    if (!ends) append(job, token, TokenOrigin::sampled);
  }
  if (!verdict.append.empty() && !ends) {
    for (TokenId appended : verdict.append) {
      if (!job.reserve(1, model_.info().flops_per_token())) return finish_by_budget(job);
      append(job, appended, verdict.append_as);
    }
  }
  show(job);
  if (ends) {
    job.branch().ended = true;
    return finish(job, FinishReason::end_of_text, "");
  }
  if (verdict.action == Verdict::Action::stop) return finish(job, FinishReason::controller, std::string(verdict.reason));
  look_for_ends(job, std::min(old_size, job.text.size()));
}

void Scheduler::append(Job& job, TokenId token, TokenOrigin origin) {
  Branch& branch = job.branch();
  branch.sequence.append(token);
  for (auto& controller : branch.controllers) controller->observe(token, origin);
  const std::string_view piece = model_.vocabulary().piece(token);
  job.text += piece;
  branch.text += piece;
  if (origin == TokenOrigin::forced) ++job.counts.forced;
  if (origin == TokenOrigin::injected) ++job.counts.injected;
  const EventSink* sink = job.group->account.sink;
  if (sink != nullptr && sink->wants_tokens() && !job.scores()) job.unshown.emplace_back(piece);
}

// Takes the last n tokens out of the branch again. They were sampled and computed, and stay in the bill.
void Scheduler::retract(Job& job, int n) {
  Branch& branch = job.branch();
  std::size_t bytes = 0;
  for (int i = 1; i <= n; ++i) bytes += model_.vocabulary().piece(branch.sequence.at(branch.sequence.length() - i)).size();
  branch.sequence.truncate(branch.sequence.length() - n);
  job.text.resize(job.text.size() - std::min(bytes, job.text.size()));
  branch.text.resize(branch.text.size() - std::min(bytes, branch.text.size()));
  job.unshown.resize(job.unshown.size() - std::min(static_cast<std::size_t>(n), job.unshown.size()));
  if (n > 0) {
    for (auto& controller : branch.controllers) controller->retract(n);
  }
}

// Tells listeners of the tokens that nobody can take back any more.
void Scheduler::show(Job& job) {
  if (job.unshown.empty()) return;
  std::size_t held = 0;
  if (!job.done) {
    for (const auto& controller : job.branch().controllers) held = std::max(held, static_cast<std::size_t>(controller->held()));
  }
  const std::size_t shown = job.unshown.size() - std::min(held, job.unshown.size());
  for (std::size_t i = 0; i < shown; ++i) {
    job.group->account.sink->emit(
        {.kind = EventKind::tokens, .trace = static_cast<std::uint64_t>(job.id), .count = 1, .text = std::move(job.unshown[i])});
  }
  job.unshown.erase(job.unshown.begin(), job.unshown.begin() + static_cast<std::ptrdiff_t>(shown));
}

void Scheduler::look_for_ends(Job& job, std::size_t old_size) {
  // Where a text that the new bytes may complete can begin: in the step before, too.
  Branch& branch = job.branch();
  const std::size_t before = branch.text.size() - std::min(job.text.size(), branch.text.size());
  const auto beginning = [](std::size_t old_end, const std::string& needle) {
    return old_end >= needle.size() ? old_end - needle.size() + 1 : 0;
  };
  const bool thinking = std::ranges::any_of(branch.controllers, [](const auto& c) { return c->section() == Section::thinking; });
  if (thinking) job.stops_from = job.text.size();
  for (const auto& stop : job.request.stop_strings) {
    if (stop.empty()) continue;
    const std::size_t at = branch.text.find(stop, beginning(before + old_size, stop));
    if (at == std::string::npos || (job.stops_from > 0 && at < before + job.stops_from)) continue;
    branch.text.resize(at);
    job.text.resize(at > before ? at - before : 0);
    branch.ended = true;
    return finish(job, FinishReason::stop_string, stop);
  }
  const Boundary& boundary = job.request.boundary;
  for (const auto& delimiter : boundary.delimiters) {
    const std::size_t from = beginning(old_size, delimiter);
    const std::size_t found = std::string_view(job.text).substr(from).rfind(delimiter);
    if (delimiter.empty() || found == std::string::npos) continue;
    const bool has_content = !trim(std::string_view(job.text).substr(0, from + found)).empty();
    if (has_content) return finish(job, FinishReason::boundary, delimiter);
  }
  const std::int64_t generated = job.counts.generated() - job.forced;
  if (boundary.tokens > 0 && generated >= boundary.tokens) return finish(job, FinishReason::boundary, "tokens");
  if (generated >= job.request.max_tokens) return finish(job, FinishReason::length, "");
  if (job.branch().sequence.length() >= decoder_->limits().context_tokens) finish(job, FinishReason::context_full, "");
}

void Scheduler::finish_by_budget(Job& job) {
  const Cap cap = job.group->account.budget->exhausted();
  finish(job, cap == Cap::milliseconds ? FinishReason::deadline : FinishReason::budget, std::string(to_string(cap)));
}

// Bytes of the branch's first n tokens after the prompt.
std::size_t Scheduler::text_size(const Branch& branch, std::int64_t n) const {
  std::size_t bytes = 0;
  for (std::int64_t i = 0; i < n; ++i) bytes += model_.vocabulary().piece(branch.sequence.at(branch.prompt_tokens + i)).size();
  return bytes;
}

void Scheduler::finish(Job& job, FinishReason reason, std::string detail) {
  if (job.asker != nullptr) return end_probe(job, false);
  job.done = true;
  settle_draft(job);
  show(job);
  job.counts.pending = job.counts.generated() - job.computed_generated;
  Branch& branch = job.branch();
  std::optional<ThinkReport> think;
  for (const auto& controller : branch.controllers) {
    if (!think) think = controller->think_report();
  }
  if (think) job.counts.thinking = think->tokens - std::exchange(branch.thought, think->tokens);
  Bill bill{.tokens = job.counts, .traces = 1};
  if (job.scores()) {
    bill = {.scored = job.computed, .scoring_calls = 1};
  } else if (reason == FinishReason::cancelled) {
    bill.cancelled = job.counts.generated();
    bill.tokens.sampled = bill.tokens.forced = bill.tokens.injected = bill.tokens.withheld = bill.tokens.thinking = 0;
  }
  bill.flops = model_.info().flops_per_token() * static_cast<double>(bill.computed());
  job.group->account.ledger->charge(bill);

  Trace trace;
  trace.id = job.id;
  trace.text = sanitize_utf8(std::string_view(job.text).substr(0, complete_utf8_prefix(job.text)));
  const std::string& full = branch.text;
  if (think) {
    const auto offset = [&](std::int64_t tokens) { return tokens < 0 ? full.size() : text_size(branch, tokens); };
    trace.marker_offset = offset(think->marker_begins);
    trace.answer_offset = offset(think->answer_begins);
    trace.think = std::move(think);
  }
  trace.full_text = sanitize_utf8(std::string_view(full).substr(0, complete_utf8_prefix(full)));
  trace.finish = reason;
  if (reason == FinishReason::failed) trace.error = model_failure(detail);
  trace.detail = std::move(detail);
  trace.stats = std::move(job.stats);
  trace.purpose = job.request.purpose;
  trace.watched = std::move(job.watched);
  trace.counts = job.counts;
  trace.milliseconds = system_clock().milliseconds() - job.started;
  trace.branch = std::move(job.request.branch);
  ended_.emplace_back(job.group, std::move(trace));
}

// Hands over what a step has ended in one go: to wake a strategy for each trace costs more than the trace.
void Scheduler::deliver() {
  for (auto& [group, trace] : ended_) {
    const std::lock_guard lock(group->mutex);
    group->finished.push_back(std::move(trace));
    if (group->account.gate != nullptr) group->account.gate->deliver(group.get());
  }
  for (const auto& [group, trace] : ended_) group->ended.notify_one();
  ended_.clear();
}

}  // namespace reckon
