#include "apps/cli/interrupt.h"

#include <csignal>

#include <chrono>

#include "apps/cli/exit_codes.h"

namespace reckon::cli {
namespace {

std::atomic<bool> flag{false};
std::atomic<bool> answer_flag{false};
std::atomic<int> signal_number{SIGINT};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "a signal handler may only touch lock-free atomics");

void on_signal(int number) {
  signal_number.store(number);
  flag.store(true);
}

void on_quit(int) { answer_flag.store(true); }

}  // namespace

void install_interrupt() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  // The handler runs once: the second signal has its default effect.
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = on_quit;
  sigaction(SIGQUIT, &action, nullptr);
}

const std::atomic<bool>& interrupted() { return flag; }
const std::atomic<bool>& asked_for_answer() { return answer_flag; }

int interrupt_exit_code() { return 128 + signal_number.load(); }

InterruptToken::InterruptToken()
    : watcher_([this](std::stop_token ended) {
        while (!ended.stop_requested()) {
          if (flag.load()) {
            source_.request_stop();
            stopped_.store(true);
            return;
          }
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
      }) {}

}  // namespace reckon::cli
