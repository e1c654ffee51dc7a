#include "engine/workers.h"

namespace reckon {

Workers::Workers(int threads) {
  for (int worker = 1; worker < threads; ++worker) threads_.emplace_back([this, worker] { loop(worker); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Workers::parallel_for(int pieces, const std::function<void(int, int)>& work) {
  if (threads_.empty() || pieces < 2) {
    for (int piece = 0; piece < pieces; ++piece) work(piece, 0);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    pieces_ = pieces;
    next_.store(0, std::memory_order_relaxed);
    active_ = static_cast<int>(threads_.size());
    ++round_;
  }
  wake_.notify_all();
  drain(0);
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return active_ == 0; });
}

void Workers::drain(int worker) {
  for (int piece = next_.fetch_add(1); piece < pieces_; piece = next_.fetch_add(1)) (*work_)(piece, worker);
}

void Workers::loop(int worker) {
  std::uint64_t seen = 0;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stop_ || round_ != seen; });
      if (stop_) return;
      seen = round_;
    }
    drain(worker);
    const std::lock_guard lock(mutex_);
    if (--active_ == 0) idle_.notify_one();
  }
}

}  // namespace reckon
