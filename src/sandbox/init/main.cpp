// The first process inside the sandbox (process 1 of its process namespace). It starts the program under
// resource limits, watches what all processes together use, and reports how it ended. When it exits, the
// kernel ends everything else in the namespace, so nothing is left behind.
//
// It is built against libc only and embedded in the library; it allocates nothing while it runs. Without
// a namespace of its own (unsafe execution) it collects orphans and kills every descendant itself.
//
// It trusts nothing inside: it cannot be traced or signalled from there (process 1, not dumpable), and it
// reads only what the kernel writes in /proc.
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sandbox/init/protocol.h"
#include "sandbox/init/self_check.h"

namespace reckon::sandbox {
namespace {

constexpr int open_files = 256;
constexpr int most_tracked = 4096;
constexpr long first_pause_ns = 2'000'000;
constexpr long longest_pause_ns = 20'000'000;

struct Process {
  pid_t pid;
  pid_t parent;
  std::int64_t cpu_ticks;  // with its children that it has waited for
  std::int64_t bytes;
  long threads;
  bool ours;
};
Process processes[most_tracked];

struct Usage {
  std::int64_t cpu_microseconds = 0;
  std::int64_t bytes = 0;
  long threads = 0;
};

struct Limits {
  std::int64_t cpu, wall, memory, address_space, file;
  long processes, user;
};

std::int64_t now_microseconds() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000;
}

std::int64_t microseconds(const timeval& time) { return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec; }

std::int64_t waited_cpu() {
  rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

bool read_text(const char* path, char* text, std::size_t size) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const ssize_t length = read(file, text, size - 1);
  close(file);
  text[length > 0 ? length : 0] = '\0';
  return length > 0;
}

std::int64_t field(const char* text, const char* name) {
  const char* at = std::strstr(text, name);
  return at ? std::atoll(at + std::strlen(name)) : 0;
}

bool read_process(pid_t pid, Process& out) {
  char path[64];
  char text[4096];
  std::snprintf(path, sizeof(path), "/proc/%d/stat", pid);
  if (!read_text(path, text, sizeof(text))) return false;
  const char* after_name = std::strrchr(text, ')');  // the name may hold anything, even ')'
  if (!after_name) return false;
  long long user, system, children_user, children_system;
  int parent;
  long threads;
  if (std::sscanf(after_name + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld %lld %lld %*d %*d %ld", &parent,
                  &user, &system, &children_user, &children_system, &threads) != 6) {
    return false;
  }
  out = {pid, parent, user + system + children_user + children_system, 0, threads, false};
  std::snprintf(path, sizeof(path), "/proc/%d/status", pid);
  if (read_text(path, text, sizeof(text))) {
    out.bytes = (field(text, "\nRssAnon:") + field(text, "\nRssShmem:")) * 1024;
  }
  return true;
}

// Fills `processes` with all that are visible and marks our descendants; returns how many.
int read_processes() {
  DIR* folder = opendir("/proc");
  if (!folder) return 0;
  int count = 0;
  const pid_t self = getpid();
  while (const dirent* entry = readdir(folder)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid > 0 && pid != self && count < most_tracked && read_process(pid, processes[count])) ++count;
  }
  closedir(folder);
  for (bool changed = true; changed;) {
    changed = false;
    for (int i = 0; i < count; ++i) {
      if (processes[i].ours) continue;
      bool ours = processes[i].parent == self;
      for (int j = 0; j < count && !ours; ++j) ours = processes[j].ours && processes[j].pid == processes[i].parent;
      processes[i].ours = ours;
      changed |= ours;
    }
  }
  return count;
}

Usage measure() {
  static const std::int64_t tick = 1'000'000 / sysconf(_SC_CLK_TCK);
  Usage usage;
  const int count = read_processes();
  for (int i = 0; i < count; ++i) {
    if (!processes[i].ours) continue;
    usage.cpu_microseconds += processes[i].cpu_ticks * tick;
    usage.bytes += processes[i].bytes;
    usage.threads += processes[i].threads;
  }
  usage.cpu_microseconds += waited_cpu();
  return usage;
}

// Only without a process namespace; with one, our exit does it at once and for certain.
void kill_descendants() {
  const std::int64_t deadline = now_microseconds() + 2'000'000;
  do {
    const int count = read_processes();
    bool any = false;
    for (int i = 0; i < count; ++i) {
      if (!processes[i].ours) continue;
      kill(processes[i].pid, SIGKILL);
      any = true;
    }
    while (waitpid(-1, nullptr, WNOHANG) > 0) {}
    if (!any) return;
  } while (now_microseconds() < deadline);
}

[[noreturn]] void finish(Report report, std::int64_t started) {
  if (getpid() != 1) kill_descendants();
  rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  const std::int64_t largest = std::int64_t{usage.ru_maxrss} * 1024;
  if (largest > report.peak_bytes) report.peak_bytes = largest;
  if (waited_cpu() > report.cpu_microseconds) report.cpu_microseconds = waited_cpu();
  if (started > 0) report.wall_microseconds = now_microseconds() - started;
  // The engine may be gone; then nobody is told.
  (void)!send(report_descriptor, &report, sizeof(report), MSG_NOSIGNAL);
  _exit(0);
}

[[noreturn]] void fail(int error) {
  Report report;
  report.error = error;
  finish(report, 0);
}

bool limit(int resource, rlim_t value) {
  rlimit current;
  if (getrlimit(static_cast<__rlimit_resource>(resource), &current) != 0) return false;
  if (current.rlim_max != RLIM_INFINITY && value > current.rlim_max) value = current.rlim_max;
  const rlimit wanted{value, value};
  return setrlimit(static_cast<__rlimit_resource>(resource), &wanted) == 0;
}

bool apply(const Limits& limits) {
  // The whole tree's time is watched; this one is the kernel's own, should the watch be starved.
  return limit(RLIMIT_CPU, static_cast<rlim_t>(limits.cpu / 1'000'000 + 2)) && limit(RLIMIT_CORE, 0) &&
         limit(RLIMIT_FSIZE, static_cast<rlim_t>(limits.file)) && limit(RLIMIT_NOFILE, open_files) &&
         limit(RLIMIT_MEMLOCK, 0) && limit(RLIMIT_MSGQUEUE, 0) &&
         limit(RLIMIT_NPROC, static_cast<rlim_t>(limits.processes + 1)) &&  // + this process
         (limits.address_space == 0 || limit(RLIMIT_AS, static_cast<rlim_t>(limits.address_space)));
}

[[noreturn]] void become_program(const Limits& limits, char** arguments, int error_pipe) {
  syscall(SYS_close_range, report_descriptor, error_pipe - 1, 0);
  syscall(SYS_close_range, error_pipe + 1, ~0U, 0);
  setsid();
  signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (apply(limits)) execvp(arguments[0], arguments);
  const int error = errno;
  (void)!write(error_pipe, &error, sizeof(error));
  _exit(127);
}

// Reaps whoever has ended; true once that was `program`.
bool program_ended(pid_t program, int& status) {
  bool ended = false;
  int state;
  for (pid_t pid; (pid = waitpid(-1, &state, WNOHANG)) > 0;) {
    if (pid != program) continue;
    status = state;
    ended = true;
  }
  return ended;
}

[[noreturn]] void watch(pid_t program, const Limits& limits, std::int64_t started) {
  sigset_t none;
  sigemptyset(&none);
  timespec pause{0, first_pause_ns};
  Report report;
  while (true) {
    pollfd engine{report_descriptor, POLLIN | POLLRDHUP, 0};
    ppoll(&engine, 1, &pause, &none);  // SIGCHLD arrives only here
    report.reason = EndReason::ended;
    if (program_ended(program, report.wait_status)) finish(report, started);
    const Usage usage = measure();
    if (usage.bytes > report.peak_bytes) report.peak_bytes = usage.bytes;
    if (usage.cpu_microseconds > report.cpu_microseconds) report.cpu_microseconds = usage.cpu_microseconds;
    if (engine.revents != 0) report.reason = EndReason::stopped;
    else if (usage.bytes > limits.memory) report.reason = EndReason::memory_limit;
    else if (usage.cpu_microseconds > limits.cpu) report.reason = EndReason::cpu_limit;
    else if (now_microseconds() - started > limits.wall) report.reason = EndReason::wall_limit;
    else if (usage.threads > limits.processes) report.reason = EndReason::process_limit;
    if (report.reason != EndReason::ended) finish(report, started);
    pause.tv_nsec = pause.tv_nsec * 2 > longest_pause_ns ? longest_pause_ns : pause.tv_nsec * 2;
  }
}

// Changing the user empties the permitted and effective sets; the bounding and inheritable ones are emptied here.
void leave_root(long user) {
  if (geteuid() != 0 || user == 0) return;
  const auto id = static_cast<uid_t>(user);
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; ++capability) {
    if (prctl(PR_CAPBSET_DROP, capability) != 0) fail(errno);
  }
  if (setgroups(0, nullptr) != 0 || setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0) fail(errno);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct nothing[2] = {};
  if (syscall(SYS_capset, &header, nothing) != 0) fail(errno);
}

void on_child(int) {}

[[noreturn]] void run(char** arguments) {
  Limits limits;
  limits.cpu = std::atoll(arguments[kCpuMicroseconds]);
  limits.wall = std::atoll(arguments[kWallMicroseconds]);
  limits.memory = std::atoll(arguments[kMemoryBytes]);
  limits.address_space = std::atoll(arguments[kAddressSpaceBytes]);
  limits.file = std::atoll(arguments[kFileBytes]);
  limits.processes = std::atol(arguments[kProcesses]);
  limits.user = std::atol(arguments[kUser]);
  leave_root(limits.user);
  if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || fcntl(report_descriptor, F_SETFD, FD_CLOEXEC) != 0) {
    fail(errno);
  }
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, nullptr);
  struct sigaction action {};
  action.sa_handler = on_child;
  sigaction(SIGCHLD, &action, nullptr);
  int error_pipe[2];
  if (pipe2(error_pipe, O_CLOEXEC) != 0) fail(errno);
  const std::int64_t started = now_microseconds();
  const pid_t program = fork();
  if (program < 0) fail(errno);
  if (program == 0) become_program(limits, arguments + kProgram, error_pipe[1]);
  close(error_pipe[1]);
  int error = 0;
  if (read(error_pipe[0], &error, sizeof(error)) == sizeof(error)) {
    Report report;
    report.reason = EndReason::exec_failed;
    report.error = error;
    finish(report, started);
  }
  close(error_pipe[0]);
  // The program's pipes end with the program, not with us.
  for (int i = 0; i <= 2; ++i) close(i);
  watch(program, limits, started);
}

}  // namespace
}  // namespace reckon::sandbox

int main(int argc, char** argv) {
  using namespace reckon::sandbox;
  if (argc == 2 && std::strcmp(argv[1], "check") == 0) return self_check();
  if (argc > kProgram && std::strcmp(argv[1], "run") == 0) run(argv);
  return 2;
}
