// Ctrl-C: the first SIGINT (or SIGTERM) asks the work to stop, the second kills the program.
// Ctrl-\ (SIGQUIT): asks for the answer without more thinking, where the thinking is controlled.
//
// Threading: the flag may be read from anywhere. Process-wide; installed once.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace reckon::cli {

void install_interrupt();
const std::atomic<bool>& interrupted();
const std::atomic<bool>& asked_for_answer();
// 130 after SIGINT, 143 after SIGTERM.
int interrupt_exit_code();

// A stop token that follows the flag, for interfaces that want one: a signal handler may not request
// a stop itself.
class InterruptToken {
 public:
  InterruptToken();
  std::stop_token token() const { return source_.get_token(); }
  // Set only after the stop was requested, so that nobody takes what was cut short for a result.
  const std::atomic<bool>& stopped() const { return stopped_; }

 private:
  std::stop_source source_;
  std::atomic<bool> stopped_{false};
  std::jthread watcher_;  // last: stops and joins first
};

}  // namespace reckon::cli
