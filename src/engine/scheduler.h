// The scheduler: one decode thread per model that batches continuously over all running traces.
//
// Every step takes the running traces of all runs, evaluates them in one batch (prefill in chunks
// beside decodes), samples one token for each that is ready on all cores, and hands finished traces
// back. Traces beyond the cache's slots wait their turn. Budgets are asked before each token, so caps
// hold to the token; cancellation and deadlines are noticed between steps.
//
// Threading: generate() and the Generations are thread-safe towards the scheduler; a Generation
// itself belongs to one thread. Ownership: the scheduler owns the decoder; generations and the
// accounts they point to must be gone before it is destroyed.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "engine/strategy_gate.h"
#include "engine/workers.h"
#include "model/decoder.h"
#include "model/language_model.h"
#include "search/budget.h"
#include "search/events.h"
#include "search/ledger.h"
#include "thinking/generation.h"

namespace reckon {

// Who pays for a run's traces, who may stop them and who hears of them. Outlives the generation.
struct RunAccount {
  std::uint64_t seed = 0;
  Budget* budget = nullptr;
  Ledger* ledger = nullptr;
  EventSink* sink = nullptr;  // null: nobody listens
  const std::atomic<bool>* cancelled = nullptr;
  std::atomic<std::uint64_t>* next_trace = nullptr;  // ids are per run
  std::shared_ptr<StrategyGate> gate;              // null: the strategy reacts while others run on
};

struct SchedulerStats {
  std::int64_t steps = 0;
  std::int64_t sampled = 0;
  double decode_milliseconds = 0.0;
  double sample_milliseconds = 0.0;
  int peak_running = 0;
};

class Scheduler {
 public:
  // threads: for sampling and controllers, the decode thread included.
  Scheduler(const LanguageModel& model, std::unique_ptr<Decoder> decoder, int threads);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  Sequence create_sequence() const { return decoder_->create(); }
  std::unique_ptr<Generation> generate(const RunAccount& account);
  std::int64_t live_sequences() const { return decoder_->live_sequences(); }
  const KvLimits& limits() const { return decoder_->limits(); }

  // Snapshots, exact while nothing runs.
  SchedulerStats stats() const;
  DecoderStats decoder_stats() const;

 private:
  friend class ScheduledGeneration;
  struct Group;
  struct Job;

  void submit(std::vector<std::unique_ptr<Job>> jobs);
  void wake();
  void loop();
  void wait_for_strategies();
  void step();
  void admit();
  void start(Job& job);
  void drop_stopped();
  void account_evaluation(Job& job, const Evaluation& evaluation);
  void fail_all(const Status& status);
  void park(const std::vector<Evaluation>& evaluations);
  std::vector<std::span<const TokenId>> propose_drafts();
  std::int64_t sample_ready(std::vector<Job*> ready);
  void sample_once(std::vector<Job*>& ready);
  bool goes_on_with_draft(Job& job) const;
  void settle_draft(Job& job);
  void decide(Job& job, SamplerScratch& scratch);
  void apply(Job& job);
  bool start_probe(Job& job);
  void apply_probe(Job& job);
  void end_probe(Job& job, bool closed);
  void drop_probe(std::unique_ptr<Job>& job);
  void append(Job& job, TokenId token, TokenOrigin origin);
  void retract(Job& job, int n);
  void show(Job& job);
  std::size_t text_size(const Branch& branch, std::int64_t n) const;
  void look_for_ends(Job& job, std::size_t old_size);
  void finish(Job& job, FinishReason reason, std::string detail);
  void finish_by_budget(Job& job);
  void remove_finished();
  void deliver();

  const LanguageModel& model_;
  std::unique_ptr<Decoder> decoder_;
  Workers workers_;
  std::vector<SamplerScratch> scratch_;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<std::unique_ptr<Job>> arriving_;  // guarded by mutex_
  bool stopping_ = false;                      // guarded by mutex_
  SchedulerStats stats_;                       // guarded by mutex_
  DecoderStats decoder_stats_;                 // guarded by mutex_

  // The decode thread's own.
  std::deque<std::unique_ptr<Job>> waiting_;
  std::vector<std::unique_ptr<Job>> running_;
  std::vector<std::pair<std::shared_ptr<Group>, Trace>> ended_;  // in this step
  std::size_t admission_limit_ = 0;
  std::thread thread_;
};

}  // namespace reckon
