#include "sandbox/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sandbox/descriptor.h"

namespace reckon::sandbox {
namespace {

constexpr int first_spare_descriptor = 200;  // above every target, so that moving one never overwrites another

// What the child needs, all of it made before vfork: the child may only make system calls.
struct Prepared {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::vector<int> descriptors;
  const int* cgroup_files;
  std::size_t cgroup_count;
  const char* working_folder;
  uid_t user;
  pid_t parent;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// Raw calls: libc's would change the user of all the engine's threads, whose memory the child shares.
bool become(uid_t user) {
  return syscall(SYS_setgroups, 0, nullptr) == 0 && syscall(SYS_setresgid, user, user, user) == 0 &&
         syscall(SYS_setresuid, user, user, user) == 0;
}

[[noreturn]] void become_child(const Prepared& prepared) {
  for (std::size_t i = 0; i < prepared.cgroup_count; ++i) {
    if (write(prepared.cgroup_files[i], "0", 1) != 1) _exit(126);
  }
  const int count = static_cast<int>(prepared.descriptors.size());
  for (int i = 0; i < count; ++i) {
    if (dup2(prepared.descriptors[static_cast<std::size_t>(i)], i) < 0) _exit(126);
  }
  syscall(SYS_close_range, count, ~0U, 0);
  if (prepared.user != 0 && !become(prepared.user)) _exit(126);
  if (chdir(prepared.working_folder) != 0) _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != prepared.parent) _exit(126);  // it died before we asked to die with it
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(prepared.arguments[0], prepared.arguments.data(), prepared.environment.data());
  _exit(127);
}

// A function of its own: nothing of the parent's frame may change while the child runs on its stack.
[[gnu::noinline]] pid_t start(const Prepared& prepared) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // no handler may run in the child
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  const pid_t child = vfork();
#pragma GCC diagnostic pop
  if (child == 0) become_child(prepared);
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return child;
}

}  // namespace

Result<pid_t> spawn(const SpawnOptions& options) {
  std::vector<Descriptor> spare;
  Prepared prepared{pointers(options.arguments), pointers(options.environment), {}, options.cgroup_files.data(),
                    options.cgroup_files.size(),
                    options.working_folder.empty() ? "/" : options.working_folder.c_str(), options.user, getpid()};
  for (const int number : options.descriptors) {
    spare.emplace_back(fcntl(number, F_DUPFD_CLOEXEC, first_spare_descriptor));
    if (!spare.back()) return io_error(std::string("out of file descriptors: ") + std::strerror(errno));
    prepared.descriptors.push_back(spare.back().get());
  }
  const pid_t child = start(prepared);
  if (child < 0) return io_error("cannot start " + options.arguments[0] + ": " + std::strerror(errno));
  return child;
}

}  // namespace reckon::sandbox
