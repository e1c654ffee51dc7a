#include "apps/models/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

extern char** environ;

namespace reckon::models {
namespace {

constexpr auto poll_interval = std::chrono::milliseconds(100);

std::vector<std::string> child_environment(const ChildOptions& options) {
  std::vector<std::string> result;
  for (const auto& [name, value] : options.environment) result.push_back(name + "=" + value);
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text(*entry);
    bool replaced = false;
    for (const auto& [name, value] : options.environment) replaced |= text.starts_with(name + "=");
    if (!replaced) result.emplace_back(text);
  }
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// Between fork and exec only async-signal-safe calls are allowed: other threads may hold any lock.
[[noreturn]] void become_child(char** arguments, char** environment, int log, pid_t parent) {
  setpgid(0, 0);
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);  // it died before we asked to die with it
#else
  (void)parent;
#endif
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int input = open("/dev/null", O_RDONLY);
  if (input >= 0) dup2(input, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  environ = environment;
  execvp(arguments[0], arguments);
  _exit(127);
}

// True when the child has ended within `patience`; `state` is then waitpid's.
bool wait_for(pid_t child, std::chrono::milliseconds patience, int& state) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  do {
    const pid_t ended = waitpid(child, &state, WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR)) return true;
    std::this_thread::sleep_for(poll_interval / 10);
  } while (std::chrono::steady_clock::now() < deadline);
  return false;
}

void end_child(pid_t child) {
  int state = 0;
  kill(-child, SIGTERM);
  if (wait_for(child, std::chrono::seconds(3), state)) return;
  kill(-child, SIGKILL);
  waitpid(child, &state, 0);
}

}  // namespace

Result<int> run_child(const ChildOptions& options, const ChildPoll& poll) {
  const int log = open(options.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (log < 0) return io_error("cannot write " + options.log.string() + ": " + std::strerror(errno));
  std::vector<std::string> arguments = options.arguments;
  std::vector<std::string> environment = child_environment(options);
  const std::vector<char*> argument_pointers = pointers(arguments);
  const std::vector<char*> environment_pointers = pointers(environment);

  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    become_child(const_cast<char**>(argument_pointers.data()), const_cast<char**>(environment_pointers.data()), log, parent);
  }
  const int fork_error = errno;
  close(log);
  if (child < 0) return io_error("cannot start " + options.arguments[0] + ": " + std::strerror(fork_error));
  setpgid(child, child);  // both sides do it, so that it holds whoever runs first

  int state = 0;
  while (!wait_for(child, poll_interval, state)) {
    if (Status stop = poll(); !stop.ok()) {
      end_child(child);
      return stop;
    }
  }
  return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

}  // namespace reckon::models
