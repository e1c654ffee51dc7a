#include "base/clock.h"

#include <chrono>

namespace reckon {
namespace {

class SystemClock final : public Clock {
 public:
  double milliseconds() const override {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double, std::milli>(now).count();
  }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace reckon
