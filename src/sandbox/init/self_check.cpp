#include "sandbox/init/self_check.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace reckon::sandbox {
namespace {

void say(const char* name, bool passed, const char* reason) {
  std::printf("%s\t%s\t%s\n", name, passed ? "pass" : "fail", reason);
}

long status_value(const char* name, int base) {
  FILE* file = std::fopen("/proc/self/status", "re");
  if (!file) return -1;
  char line[512];
  long value = -1;
  while (std::fgets(line, sizeof(line), file)) {
    if (std::strncmp(line, name, std::strlen(name)) == 0) value = std::strtol(line + std::strlen(name), nullptr, base);
  }
  std::fclose(file);
  return value;
}

bool can_read(const char* path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file >= 0) close(file);
  return file >= 0;
}

bool can_create(const char* path) {
  const int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return false;
  close(file);
  unlink(path);
  return true;
}

void check_identity() {
  const bool good = getuid() != 0 && geteuid() != 0 && status_value("CapEff:", 16) == 0 &&
                    status_value("CapPrm:", 16) == 0 && status_value("CapBnd:", 16) == 0 && status_value("NoNewPrivs:", 10) == 1;
  say("identity", good, good ? "an ordinary user, without capabilities, who cannot gain any" : "has privileges");
}

void check_files() {
  for (const char* path : {"/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/run", "/srv", "/opt", "/sys"}) {
    if (can_read(path)) return say("files", false, path);
  }
  for (const char* path : {"/x", "/usr/x", "/dev/x", "/etc/x", "/proc/sys/kernel/core_pattern"}) {
    if (can_create(path)) return say("files", false, path);
  }
  for (const char* path : {"/tmp/x", "/box/x", "/dev/shm/x"}) {
    if (!can_create(path)) return say("files", false, path);
  }
  say("files", true, "sees the system's programs and libraries, writes only its own memory folders");
}

void check_network() {
  for (const int family : {AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK}) {
    const int number = socket(family, SOCK_DGRAM, 0);
    if (number < 0) continue;
    close(number);
    return say("network", false, "could open a network socket");
  }
  FILE* devices = std::fopen("/proc/net/dev", "re");
  char line[512];
  int count = 0;
  while (devices && std::fgets(line, sizeof(line), devices)) {
    if (std::strchr(line, ':') && !std::strstr(line, "lo:")) ++count;
  }
  if (devices) std::fclose(devices);
  say("network", devices && count == 0, count == 0 ? "no interface and no network sockets" : "sees a network interface");
}

void check_processes() {
  DIR* folder = opendir("/proc");
  int count = 0;
  while (const dirent* entry = folder ? readdir(folder) : nullptr) count += std::atoi(entry->d_name) > 0;
  if (folder) closedir(folder);
  const bool alone = getppid() == 1 && count == 2;
  say("processes", alone, alone ? "sees only its own" : "sees foreign processes");
}

void check_filter() {
  bool refused = status_value("Seccomp:", 10) == 2;
  const auto denied = [&](long result) { refused = refused && result == -1 && errno == EPERM; };
  denied(syscall(SYS_io_uring_setup, 1, nullptr));
  denied(syscall(SYS_keyctl, 0, 0, 0, 0, 0));
  denied(syscall(SYS_bpf, 0, nullptr, 0));
  denied(syscall(SYS_ptrace, 0, 0, nullptr, nullptr));
  denied(syscall(SYS_mount, nullptr, nullptr, nullptr, 0, nullptr));
  say("system_calls", refused, refused ? "only those of the list" : "the seccomp filter does not hold");
}

void check_namespaces() {
  bool refused = unshare(CLONE_NEWUSER) != 0;
  refused = refused && unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWNET) != 0;
  say("nested_namespaces", refused, refused ? "refused" : "could make a namespace");
}

void check_descriptors() {
  int count = 0;
  for (int i = 0; i < 1024; ++i) count += i > 2 && fcntl(i, F_GETFD) >= 0;
  say("descriptors", count == 0, count == 0 ? "nothing of the engine's is open" : "inherits open files");
}

}  // namespace

int self_check() {
  check_identity();
  check_files();
  check_network();
  check_processes();
  check_filter();
  check_namespaces();
  check_descriptors();
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace reckon::sandbox
