// Lockstep between a run's strategy and the decode thread, for deterministic mode.
//
// Normally a strategy reacts to a trace while the others run on, so how many tokens those get before it
// cancels or adds some depends on timing. With a gate the decode thread takes no step while the strategy
// is thinking: it waits until the strategy blocks in Generation::next(). Then the bill of a run is as
// reproducible as its answer. A slow strategy holds up all runs of the engine.
//
// Threading: thread-safe. One strategy thread per gate.
#pragma once

#include <condition_variable>
#include <mutex>

namespace reckon {

class StrategyGate {
 public:
  // The strategy's thread: it has nothing to do until a trace ends / it is done for good.
  void block() { set(true); }
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }
  // The decode thread: the strategy has news / wait until it has dealt with them.
  void deliver() { set(false); }
  void wait_until_blocked() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return blocked_ || closed_; });
  }

 private:
  void set(bool blocked) {
    {
      const std::lock_guard lock(mutex_);
      blocked_ = blocked;
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool blocked_ = false;
  bool closed_ = false;
};

}  // namespace reckon
