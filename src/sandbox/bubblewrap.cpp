#include "sandbox/bubblewrap.h"

#include <unistd.h>

#include <algorithm>

#include "sandbox/init/protocol.h"

namespace reckon::sandbox {
namespace {

namespace fs = std::filesystem;

class CommandLine {
 public:
  template <typename... Words>
  void add(const Words&... words) {
    (words_.emplace_back(words), ...);
  }
  std::vector<std::string> take() { return std::move(words_); }

 private:
  std::vector<std::string> words_;
};

void add_namespaces(CommandLine& line, Isolation isolation) {
  line.add("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try");
  line.add("--die-with-parent", "--new-session", "--as-pid-1", "--hostname", "sandbox", "--cap-drop", "ALL");
  if (isolation == Isolation::full) {
    line.add("--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534");
  } else {
    // So that the first process can become an ordinary user and give up everything for good.
    line.add("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP");
  }
}

// /usr, and the top-level names that on most distributions are links into it. Of /etc only what linking needs.
void add_system(CommandLine& line) {
  line.add("--ro-bind", "/usr", "/usr");
  for (const char* name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64"}) {
    std::error_code error;
    const fs::path target = fs::read_symlink(name, error);
    if (!error) line.add("--symlink", target.string(), name);
    else if (fs::is_directory(name, error)) line.add("--ro-bind", name, name);
  }
  line.add("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache");
  line.add("--ro-bind-try", "/etc/alternatives", "/etc/alternatives");
}

void add_memory_folder(CommandLine& line, const std::string& size, const char* place) {
  line.add("--perms", "0777", "--size", size, "--tmpfs", place);
}

bool has_zero(const std::string& text) { return text.find('\0') != std::string::npos; }

}  // namespace

fs::path find_bubblewrap(const fs::path& wanted) {
  if (!wanted.empty()) return wanted;
  for (const char* path : {"/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"}) {
    if (access(path, X_OK) == 0) return path;
  }
  return {};
}

Status check_program(const Program& program) {
  if (program.arguments.empty()) return invalid_argument("no program to run");
  for (const auto& [name, value] : program.environment) {
    if (name.empty() || name.find('=') != std::string::npos || has_zero(name) || has_zero(value)) {
      return invalid_argument("'" + name + "' is no name of an environment variable, or its value holds a zero byte");
    }
  }
  for (const fs::path& folder : program.read_only_folders) {
    if (!folder.is_absolute() || has_zero(folder.string())) return invalid_argument("'" + folder.string() + "' is no absolute path");
  }
  for (const File& file : program.files) {
    const fs::path path(file.name);
    const bool climbs = std::ranges::any_of(path, [](const fs::path& part) { return part == ".." || part == "."; });
    if (file.name.empty() || path.is_absolute() || climbs || !path.has_filename() || has_zero(file.name)) {
      return invalid_argument("'" + file.name + "' is no name for a file in the sandbox; give a relative path without ..");
    }
  }
  return ok_status();
}

std::vector<std::pair<std::string, std::string>> environment_of(const Program& program) {
  std::vector<std::pair<std::string, std::string>> result{
      {"PATH", "/usr/bin:/bin"}, {"HOME", "/tmp"},          {"LANG", "C.UTF-8"}, {"OPENBLAS_NUM_THREADS", "1"},
      {"OMP_NUM_THREADS", "1"},  {"PYTHONHASHSEED", "0"}};
  result.insert(result.end(), program.environment.begin(), program.environment.end());
  return result;
}

std::vector<std::string> bubblewrap_options(const Program& program, Isolation isolation) {
  CommandLine line;
  const std::string size = std::to_string(program.limits.disk_bytes);
  add_namespaces(line, isolation);
  for (const auto& [name, value] : environment_of(program)) line.add("--setenv", name, value);
  add_system(line);
  for (const fs::path& folder : program.read_only_folders) line.add("--ro-bind", folder.string(), folder.string());
  line.add("--proc", "/proc", "--dev", "/dev");
  add_memory_folder(line, size, "/dev/shm");
  add_memory_folder(line, size, "/tmp");
  add_memory_folder(line, size, "/box");
  int descriptor = first_file_descriptor;
  for (const File& file : program.files) {
    line.add("--perms", file.mode == FileMode::executable ? "0555" : "0444");
    line.add("--file", std::to_string(descriptor++), "/box/" + file.name);
  }
  line.add("--perms", "0555", "--file", std::to_string(init_descriptor), init_path);
  // /proc too: where the engine's user is root outside, /proc/sys would let a program without any capability set
  // what the kernel runs on a crash.
  line.add("--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/");
  line.add("--chdir", "/box", "--seccomp", std::to_string(seccomp_descriptor));
  return line.take();
}

std::vector<std::string> init_arguments(std::string path, const Program& program, long user) {
  const Limits& limits = program.limits;
  std::int64_t address_space = limits.address_space_bytes;
  if (address_space == 0) address_space = 2 * limits.memory_bytes + (256 << 20);
  std::vector<std::string> result{std::move(path), "run"};
  result.resize(kProgram);
  result[kCpuMicroseconds] = std::to_string(limits.cpu_milliseconds * 1000);
  result[kWallMicroseconds] = std::to_string(wall_milliseconds(limits) * 1000);
  result[kMemoryBytes] = std::to_string(limits.memory_bytes);
  result[kAddressSpaceBytes] = std::to_string(std::max<std::int64_t>(address_space, 0));
  result[kFileBytes] = std::to_string(limits.file_bytes);
  result[kProcesses] = std::to_string(limits.processes);
  result[kUser] = std::to_string(user);
  result.insert(result.end(), program.arguments.begin(), program.arguments.end());
  return result;
}

}  // namespace reckon::sandbox
