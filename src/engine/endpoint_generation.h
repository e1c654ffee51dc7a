// The traces of a role that an endpoint plays: requests that run side by side on threads of their own.
//
// Caps: generated tokens are exact, since a request asks for no more than is left and keeps that reserved until it is
// answered (a server that writes more than it was asked for is billed for it). The length of a prompt is known with the
// reply only, so a cap on all tokens can be passed by the prompts that are under way, and stops what comes after them. What a
// cancelled request had written is not known and not billed; FLOPs of an endpoint are not known either.
//
// Threading: as Generation. Destroying it ends what is under way.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "engine/scheduler.h"
#include "model/chat_endpoint.h"

namespace reckon {

class EndpointGeneration final : public Generation {
 public:
  // Both outlive it.
  EndpointGeneration(const ChatEndpoint& endpoint, const RunAccount& account) : endpoint_(endpoint), account_(account) {}
  ~EndpointGeneration() override;

  using Generation::add;
  std::vector<TraceId> add(std::vector<TraceRequest> requests) override;
  std::optional<Trace> next() override;
  void cancel(TraceId trace) override;
  void cancel_all() override;
  int running() const override { return static_cast<int>(running_.size()); }

 private:
  struct Job {
    TraceId id{};
    TraceRequest request;
    std::atomic<bool> cancelled{false};
  };

  void start_workers();
  void work();  // on a thread: answers waiting requests until there is none
  Trace answer(Job& job);
  Result<EndpointReply> ask(const EndpointRequest& request, const Job& job) const;
  std::int64_t reserve(std::int64_t wanted, const Job& job);
  void settle(std::int64_t reserved, std::int64_t used);
  void read(const EndpointReply& reply, const TraceRequest& request, Trace& trace) const;
  static void end(const EndpointReply& reply, const std::vector<std::string>& stop_strings, Trace& trace);
  static Trace lost(Job& job, Status error);  // a failed trace
  FinishReason cut(const Job& job) const;
  bool stopped(const Job& job) const;

  const ChatEndpoint& endpoint_;
  const RunAccount& account_;
  std::map<TraceId, std::shared_ptr<Job>> running_;  // the strategy's thread only
  std::vector<std::thread> workers_;                 // the same

  std::mutex mutex_;
  std::condition_variable ended_;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::deque<Trace> finished_;
  int working_ = 0;
  std::condition_variable settled_;
  int reservations_ = 0;  // of requests under way
};

}  // namespace reckon
