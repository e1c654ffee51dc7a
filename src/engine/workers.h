// A few threads that share a loop: parallel_for over small, equal pieces of work.
//
// The caller's thread works too, so one worker means no thread at all. Threads sleep between calls.
// Threading: one caller at a time. Cost: about 10 us to wake the others; loops of one piece run inline.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace reckon {

class Workers {
 public:
  explicit Workers(int threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  int size() const { return static_cast<int>(threads_.size()) + 1; }
  // Calls work(piece, worker) for each piece in [0, pieces), worker in [0, size()). Returns when all
  // are done.
  void parallel_for(int pieces, const std::function<void(int, int)>& work);

 private:
  void loop(int worker);
  void drain(int worker);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  const std::function<void(int, int)>* work_ = nullptr;
  std::atomic<int> next_{0};
  int pieces_ = 0;
  int active_ = 0;
  std::uint64_t round_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace reckon
