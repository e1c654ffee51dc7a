#include "engine/endpoint_generation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <system_error>

#include "base/clock.h"
#include "base/text.h"

namespace reckon {
namespace {

constexpr int kMostFirstTokens = 20;  // more is refused by the usual servers

EndpointRequest endpoint_request(const TraceRequest& request, std::uint64_t seed) {
  EndpointRequest asked;
  asked.conversation = *request.conversation;
  asked.max_tokens = request.max_tokens;
  asked.temperature = request.sampling.temperature;
  asked.top_p = request.sampling.top_p;
  asked.min_p = request.sampling.min_p;
  asked.top_k = request.sampling.top_k;
  // Servers take seeds of 31 bits at least.
  asked.seed = mix64(seed ^ request.branch.path.value) >> 33;
  asked.stop_strings = request.stop_strings;
  if (!request.watched_texts.empty()) {
    asked.max_tokens = 1;
    asked.first_tokens = kMostFirstTokens;
  }
  asked.reward = request.wants_reward;
  return asked;
}

// Log-probability of a reply that begins with each of the texts: of the first tokens that one text alone can begin with, but
// for case and space around them, together. What is not among the likeliest counts as impossible.
std::vector<double> log_probabilities(const std::vector<EndpointReply::Token>& tokens, const std::vector<std::string>& texts) {
  std::vector<double> mass(texts.size(), 0.0);
  for (const auto& token : tokens) {
    const std::string first = to_lower(trim(token.text));
    std::vector<std::size_t> begun;  // the texts that begin so
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (!first.empty() && to_lower(trim(texts[i])).starts_with(first)) begun.push_back(i);
    }
    if (begun.size() == 1) mass[begun.front()] += std::exp(token.logprob);
  }
  for (double& each : mass) each = std::log(each);  // -inf for 0
  return mass;
}

}  // namespace

EndpointGeneration::~EndpointGeneration() {
  cancel_all();
  while (next()) {
  }
  for (auto& worker : workers_) worker.join();
}

std::vector<TraceId> EndpointGeneration::add(std::vector<TraceRequest> requests) {
  std::vector<TraceId> ids;
  const std::lock_guard lock(mutex_);
  for (auto& request : requests) {
    auto job = std::make_shared<Job>();
    job->id = static_cast<TraceId>(account_.next_trace->fetch_add(1) + 1);
    job->request = std::move(request);
    ids.push_back(job->id);
    running_.emplace(job->id, job);
    waiting_.push_back(std::move(job));
  }
  start_workers();
  return ids;
}

// As many as there is work for. Caller holds mutex_.
void EndpointGeneration::start_workers() {
  const auto wanted = std::min(static_cast<int>(waiting_.size()), std::max(1, endpoint_.parallel()) - working_);
  for (int i = 0; i < wanted; ++i) {
    try {
      workers_.emplace_back([this] { work(); });
    } catch (const std::system_error& error) {  // no more threads: those that there are do it
      if (working_ > 0) return;
      for (const auto& job : waiting_) finished_.push_back(lost(*job, out_of_memory(std::string("no thread could be started: ") + error.what())));
      waiting_.clear();
      return;
    }
    ++working_;
  }
}

std::optional<Trace> EndpointGeneration::next() {
  if (running_.empty()) return std::nullopt;
  std::unique_lock lock(mutex_);
  if (finished_.empty() && account_.gate != nullptr) account_.gate->block(this);
  ended_.wait(lock, [this] { return !finished_.empty(); });
  Trace trace = std::move(finished_.front());
  finished_.pop_front();
  running_.erase(trace.id);
  return trace;
}

void EndpointGeneration::cancel(TraceId trace) {
  if (const auto found = running_.find(trace); found != running_.end()) found->second->cancelled = true;
}

void EndpointGeneration::cancel_all() {
  for (auto& [id, job] : running_) job->cancelled = true;
}

void EndpointGeneration::work() {
  std::unique_lock lock(mutex_);
  while (!waiting_.empty()) {
    const std::shared_ptr<Job> job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    Trace trace = answer(*job);
    lock.lock();
    finished_.push_back(std::move(trace));
    if (account_.gate != nullptr) account_.gate->deliver(this);
    ended_.notify_one();
  }
  --working_;
}

// Nothing may escape from a thread.
Result<EndpointReply> EndpointGeneration::ask(const EndpointRequest& request, const Job& job) const {
  try {
    return endpoint_.complete(request, [&] { return stopped(job); });
  } catch (const std::exception& error) {
    return internal_error(error.what());
  }
}

bool EndpointGeneration::stopped(const Job& job) const {
  return job.cancelled || account_.cancelled->load(std::memory_order_relaxed) || account_.budget->exhausted() == Cap::milliseconds;
}

Trace EndpointGeneration::lost(Job& job, Status error) {
  Trace trace;
  trace.id = job.id;
  trace.purpose = job.request.purpose;
  trace.finish = FinishReason::failed;
  trace.error = std::move(error);
  trace.branch = std::move(job.request.branch);
  return trace;
}

// Up to `wanted` tokens, which are then reserved; 0 when nothing is left or the request was stopped. While others hold
// reservations that may turn out too large, it waits for them rather than take less.
std::int64_t EndpointGeneration::reserve(std::int64_t wanted, const Job& job) {
  std::unique_lock lock(mutex_);
  while (!stopped(job)) {
    const std::int64_t left = account_.budget->remaining_generated().value_or(wanted);
    if (left >= wanted || reservations_ == 0) {
      const std::int64_t tokens = std::min(wanted, left);
      if (tokens < 1) return 0;
      if (account_.budget->reserve_generated(tokens, 0.0)) {
        ++reservations_;
        return tokens;
      }
      if (account_.budget->exhausted() != Cap::none) return 0;
      continue;  // somebody else was quicker
    }
    settled_.wait_for(lock, std::chrono::milliseconds(100));
  }
  return 0;
}

void EndpointGeneration::settle(std::int64_t reserved, std::int64_t used) {
  account_.budget->settle_generated(reserved, used, 0.0);
  {
    const std::lock_guard lock(mutex_);
    --reservations_;
  }
  settled_.notify_all();
}

// Why a request ended that got no reply, or less than it wanted.
FinishReason EndpointGeneration::cut(const Job& job) const {
  if (account_.budget->exhausted() == Cap::milliseconds) return FinishReason::deadline;
  return stopped(job) ? FinishReason::cancelled : FinishReason::budget;
}

Trace EndpointGeneration::answer(Job& job) {
  const double started = system_clock().milliseconds();
  if (job.request.conversation == nullptr) return lost(job, unsupported(endpoint_.name() + " takes conversations only"));
  EndpointRequest request = endpoint_request(job.request, account_.seed);
  const std::int64_t wanted = request.max_tokens;
  // What a scorer asks for is not generated: it counts when it is known, with the prompt.
  const bool scores = job.request.purpose == Purpose::scoring;
  const std::int64_t reserved = scores ? 0 : reserve(wanted, job);
  // The one token stands for a prompt whose length is not known yet.
  const bool allowed = (scores ? !stopped(job) : reserved > 0) && account_.budget->reserve_call() && (!scores || account_.budget->reserve_other(1, 0.0));
  if (!scores) request.max_tokens = static_cast<int>(reserved);

  Result<EndpointReply> reply = Status(ErrorKind::cancelled, "not asked");
  if (allowed) reply = ask(request, job);
  // Before the reservation is given up: whoever waits for that must see what was spent.
  if (reply.ok()) account_.budget->spend_other(reply->prompt_tokens + (scores ? reply->generated_tokens : 0), 0.0);
  if (allowed && scores) account_.budget->spend_other(-1, 0.0);
  if (reserved > 0) settle(reserved, reply.ok() ? reply->generated_tokens : 0);
  if (!reply.ok() && reply.status().kind() != ErrorKind::cancelled) return lost(job, reply.status().while_doing("asking " + endpoint_.name()));
  Trace trace = lost(job, ok_status());
  trace.milliseconds = system_clock().milliseconds() - started;
  if (!reply.ok()) {
    trace.finish = cut(job);
    return trace;
  }
  read(*reply, job.request, trace);
  if (trace.finish == FinishReason::length && request.max_tokens < wanted) trace.finish = FinishReason::budget;
  return trace;
}

// Where a stop string ends the reply. Servers take it away, and not all say which it was; where there is one only, a finished
// reply is taken to have ended with it.
void EndpointGeneration::end(const EndpointReply& reply, const std::vector<std::string>& stop_strings, Trace& trace) {
  trace.finish = reply.complete ? FinishReason::end_of_text : FinishReason::length;
  const std::string* ended_by = nullptr;
  const bool by_the_only_one = reply.complete && reply.stopped_by.empty() && stop_strings.size() == 1;
  for (const auto& stop : stop_strings) {
    if (!stop.empty() && (stop == reply.stopped_by || by_the_only_one)) ended_by = &stop;
  }
  std::size_t end = trace.text.size();
  for (const auto& stop : stop_strings) {
    const std::size_t at = trace.text.find(stop);
    if (stop.empty() || at >= end) continue;
    end = at;
    ended_by = &stop;
  }
  if (ended_by != nullptr) {
    trace.finish = FinishReason::stop_string;
    trace.detail = *ended_by;
  }
  trace.text.resize(end);
  trace.full_text = trace.text;
}

void EndpointGeneration::read(const EndpointReply& reply, const TraceRequest& request, Trace& trace) const {
  if (!request.watched_texts.empty()) trace.watched.push_back(log_probabilities(reply.first_tokens, request.watched_texts));
  if (request.wants_reward) trace.watched.push_back({reply.reward});
  trace.text = sanitize_utf8(reply.text);
  end(reply, request.stop_strings, trace);
  trace.counts.cached = std::min(reply.cached_tokens, reply.prompt_tokens);
  trace.counts.prefilled = reply.prompt_tokens - trace.counts.cached;
  trace.counts.sampled = reply.generated_tokens;
  Bill bill{.tokens = trace.counts, .traces = 1};
  if (request.purpose == Purpose::scoring) bill = {.scored = trace.counts.prefilled + trace.counts.sampled, .scoring_calls = 1};
  account_.ledger->charge(bill);
}

}  // namespace reckon
