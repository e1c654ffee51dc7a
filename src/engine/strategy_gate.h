// Lockstep between a run's strategy and the decode thread, for deterministic mode.
//
// Normally a strategy reacts to a trace while the others run on, so how many tokens those get before it
// cancels or adds some depends on timing. With a gate the decode thread takes no step while the strategy
// is thinking: it waits until the strategy blocks in Generation::next(). Then the bill of a run is as
// reproducible as its answer. A slow strategy holds up all runs of the engine.
//
// A run may have several generations. The gate knows for which one the strategy waits: what another one finishes is no
// news yet, and is there when the strategy comes to ask.
//
// Threading: thread-safe. One strategy thread per gate. block() and deliver() of a generation are called with that
// generation's finished traces locked, so that no trace comes between finding none and waiting.
#pragma once

#include <condition_variable>
#include <mutex>

namespace reckon {

class StrategyGate {
 public:
  // The strategy's thread: it has nothing to do until a trace of this generation ends / it is done for good.
  void block(const void* generation) {
    {
      const std::lock_guard lock(mutex_);
      waited_for_ = generation;
    }
    changed_.notify_all();
  }
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }
  // The decode thread: a trace of this generation has ended / wait until the strategy has dealt with all that it waits for.
  void deliver(const void* generation) {
    const std::lock_guard lock(mutex_);
    if (waited_for_ == generation) waited_for_ = nullptr;
  }
  void wait_until_blocked() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waited_for_ != nullptr || closed_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  const void* waited_for_ = nullptr;
  bool closed_ = false;
};

}  // namespace reckon
