#include "sandbox/seccomp_filter.h"

#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "sandbox/descriptor.h"

namespace reckon::sandbox {
namespace {

constexpr const char* files[] = {
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2", "pwritev2", "open",
    "openat", "openat2", "creat", "close", "close_range", "lseek", "_llseek", "stat", "fstat", "lstat", "stat64",
    "fstat64", "lstat64", "newfstatat", "fstatat64", "statx", "statfs", "fstatfs", "statfs64", "fstatfs64", "access",
    "faccessat", "faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "mkdir", "mkdirat", "rmdir",
    "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "mknod",
    "mknodat", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "truncate",
    "ftruncate", "truncate64", "ftruncate64", "fallocate", "fsync", "fdatasync", "sync_file_range", "utime", "utimes",
    "utimensat", "futimesat", "umask", "chdir", "fchdir", "getcwd", "dup", "dup2", "dup3", "fcntl", "fcntl64", "flock",
    "ioctl", "pipe", "pipe2", "poll", "ppoll", "select", "_newselect", "pselect6", "epoll_create", "epoll_create1",
    "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2", "timerfd_create",
    "timerfd_settime", "timerfd_gettime", "signalfd", "signalfd4", "inotify_init", "inotify_init1",
    "inotify_add_watch", "inotify_rm_watch", "sendfile", "sendfile64", "splice", "tee", "copy_file_range", "fadvise64",
    "readahead", "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr"};

constexpr const char* memory[] = {
    "mmap", "mmap2", "munmap", "mprotect", "mremap", "madvise", "brk", "mincore", "msync", "mlock", "mlock2", "munlock",
    "mlockall", "munlockall", "membarrier", "pkey_alloc", "pkey_free", "pkey_mprotect", "get_mempolicy",
    "set_mempolicy", "mbind"};

constexpr const char* processes[] = {
    "fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid", "waitpid", "getpid", "getppid",
    "gettid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups", "setuid", "setgid",
    "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid", "setpgid", "getpgid",
    "getpgrp", "setsid", "getsid", "kill", "tkill", "tgkill", "pidfd_open", "pidfd_send_signal", "rt_sigaction",
    "rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend", "rt_sigpending", "rt_sigtimedwait", "rt_sigqueueinfo",
    "rt_tgsigqueueinfo", "sigaltstack", "sigreturn", "pause", "restart_syscall", "nanosleep", "clock_nanosleep",
    "clock_gettime", "clock_getres", "gettimeofday", "time", "times", "alarm", "getitimer", "setitimer",
    "timer_create", "timer_settime", "timer_gettime", "timer_getoverrun", "timer_delete", "sched_yield",
    "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_getscheduler", "sched_setscheduler",
    "sched_setparam", "sched_get_priority_max", "sched_get_priority_min", "sched_rr_get_interval", "sched_getattr",
    "getpriority", "setpriority", "getrlimit", "ugetrlimit", "setrlimit", "getrusage", "sysinfo", "uname", "getrandom",
    "getcpu", "set_tid_address", "set_robust_list", "get_robust_list", "futex", "futex_waitv", "rseq", "arch_prctl",
    "set_thread_area", "get_thread_area", "prctl", "capget", "capset"};

// socket and socketpair come with a condition.
constexpr const char* local_sockets[] = {
    "bind", "connect", "listen", "accept", "accept4", "getsockname", "getpeername", "send", "recv", "sendto",
    "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "shutdown", "setsockopt", "getsockopt"};

// Denied by name, so that a test can tell our refusal from a kernel that lacks the call. The last four hold
// memory that no limit on processes sees.
constexpr const char* refused[] = {
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd", "keyctl", "add_key",
    "request_key", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
    "mount", "umount", "umount2", "mount_setattr", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick",
    "open_tree", "pivot_root", "chroot", "setns", "unshare", "open_by_handle_at", "name_to_handle_at", "kexec_load",
    "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot", "swapon", "swapoff", "acct",
    "quotactl", "quotactl_fd", "syslog", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "iopl", "ioperm",
    "fanotify_init", "sethostname", "setdomainname", "vhangup", "memfd_create", "memfd_secret", "shmget", "vmsplice"};

constexpr unsigned namespace_flags = CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC |
                                     CLONE_NEWUTS | CLONE_NEWCGROUP | 0x00000080;  // the last: CLONE_NEWTIME

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};

// Calls that this libseccomp or this architecture does not know need no rule: the default refuses them.
template <typename... Conditions>
int add(void* filter, std::uint32_t action, const char* name, Conditions... conditions) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number < 0) return 0;
  return seccomp_rule_add(filter, action, number, sizeof...(conditions), conditions...);
}

template <std::size_t n>
int add_all(void* filter, std::uint32_t action, const char* const (&names)[n]) {
  for (const char* name : names) {
    if (const int error = add(filter, action, name); error != 0) return error;
  }
  return 0;
}

int add_conditional(void* filter) {
  const std::uint32_t no_family = SCMP_ACT_ERRNO(EAFNOSUPPORT);
  for (const char* name : {"socket", "socketpair"}) {
    if (const int error = add(filter, SCMP_ACT_ALLOW, name, SCMP_A0_32(SCMP_CMP_EQ, AF_UNIX))) return error;
    if (const int error = add(filter, no_family, name, SCMP_A0_32(SCMP_CMP_NE, AF_UNIX))) return error;
  }
  if (const int error = add(filter, SCMP_ACT_ALLOW, "clone", SCMP_A0_64(SCMP_CMP_MASKED_EQ, namespace_flags, 0))) return error;
  // Only its own limits: those of process 1 are not its business.
  if (const int error = add(filter, SCMP_ACT_ALLOW, "prlimit64", SCMP_A0_32(SCMP_CMP_EQ, 0))) return error;
  for (const unsigned query : {0xffffffffu, 0u}) {
    if (const int error = add(filter, SCMP_ACT_ALLOW, "personality", SCMP_A0_32(SCMP_CMP_EQ, query))) return error;
  }
  return 0;
}

Status failure(const char* what, int error) {
  return internal_error(std::string("cannot build the seccomp filter: ") + what + ": " + std::strerror(-error));
}

}  // namespace

Result<std::string> seccomp_program() {
  const std::unique_ptr<void, Release> filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
  if (!filter) return failure("seccomp_init", -ENOMEM);
  int error = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (error == 0) error = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a binary tree
  if (error != 0) return failure("attributes", error);
  error = add_all(filter.get(), SCMP_ACT_ALLOW, files);
  if (error == 0) error = add_all(filter.get(), SCMP_ACT_ALLOW, memory);
  if (error == 0) error = add_all(filter.get(), SCMP_ACT_ALLOW, processes);
  if (error == 0) error = add_all(filter.get(), SCMP_ACT_ALLOW, local_sockets);
  if (error == 0) error = add_conditional(filter.get());
  if (error == 0) error = add_all(filter.get(), SCMP_ACT_ERRNO(EPERM), refused);
  if (error != 0) return failure("a rule", error);
  const Descriptor file(memfd_create("seccomp", MFD_CLOEXEC));
  if (!file) return failure("memfd_create", -errno);
  error = seccomp_export_bpf(filter.get(), file.get());
  if (error != 0) return failure("export", error);
  std::string program(static_cast<std::size_t>(lseek(file.get(), 0, SEEK_END)), '\0');
  if (pread(file.get(), program.data(), program.size(), 0) != static_cast<ssize_t>(program.size())) {
    return failure("reading it back", -errno);
  }
  return program;
}

}  // namespace reckon::sandbox
