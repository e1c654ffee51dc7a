// Time as a dependency: the engine and the search ask a Clock, never the system, so that deadlines
// are testable. Milliseconds since an arbitrary start. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

namespace reckon {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual double milliseconds() const = 0;
};

// The monotonic system clock.
const Clock& system_clock();

// A clock that only moves when told to, for tests.
class ManualClock final : public Clock {
 public:
  double milliseconds() const override { return now_.load(); }
  void advance(double milliseconds) { now_.store(now_.load() + milliseconds); }

 private:
  std::atomic<double> now_{0.0};
};

}  // namespace reckon
