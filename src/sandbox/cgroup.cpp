#include "sandbox/cgroup.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

namespace reckon::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr const char* mount = "/sys/fs/cgroup";
constexpr const char* prefix = "reckon-";

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool write_text(const fs::path& path, const std::string& text) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool has_word(const std::string& text, const std::string& word) {
  std::istringstream stream(text);
  for (std::string candidate; stream >> candidate;) {
    if (candidate == word) return true;
  }
  return false;
}

// The engine's own group in a hierarchy: `controller` of version 1, or version 2 when empty.
std::string own_group(const std::string& controller) {
  std::istringstream lines(read_text("/proc/self/cgroup"));
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    if (line.substr(first + 1, second - first - 1) == controller) return line.substr(second + 1);
  }
  return {};
}

// Inside a container the group may be named from outside, where the mount begins below it.
fs::path existing_group(const fs::path& hierarchy, const std::string& group) {
  std::error_code ignored;
  const fs::path named = group.size() > 1 ? hierarchy / group.substr(1) : hierarchy;
  return fs::is_directory(named, ignored) ? named : hierarchy;
}

Status apply(const fs::path& folder, const CgroupLimits& limits) {
  const std::string memory = std::to_string(limits.memory_bytes);
  bool good = true;
  std::error_code ignored;
  if (fs::exists(folder / "memory.max", ignored)) {
    good = write_text(folder / "memory.max", memory);
    write_text(folder / "memory.swap.max", "0");  // absent without swap accounting
    write_text(folder / "memory.oom.group", "1");
  } else if (fs::exists(folder / "memory.limit_in_bytes", ignored)) {
    good = write_text(folder / "memory.limit_in_bytes", memory);
    write_text(folder / "memory.memsw.limit_in_bytes", memory);
  }
  if (good && fs::exists(folder / "pids.max", ignored)) good = write_text(folder / "pids.max", std::to_string(limits.processes));
  if (good) return ok_status();
  return io_error("cannot set the limits of " + folder.string() + ": " + std::strerror(errno));
}

}  // namespace

Cgroup::~Cgroup() {
  for (Folder& folder : folders_) {
    folder.entrance.close();
    // The kernel lets go of the last process a moment after it has been waited for.
    for (int attempt = 0; rmdir(folder.path.c_str()) != 0 && errno == EBUSY && attempt < 200; ++attempt) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
}

std::vector<int> Cgroup::entrances() const {
  std::vector<int> result;
  for (const Folder& folder : folders_) result.push_back(folder.entrance.get());
  return result;
}

bool Cgroup::out_of_memory() const {
  for (const Folder& folder : folders_) {
    for (const char* name : {"memory.events", "memory.oom_control"}) {
      std::istringstream lines(read_text(folder.path / name));
      std::string word;
      for (long count; lines >> word >> count;) {
        if (word == "oom_kill" && count > 0) return true;
      }
    }
  }
  return false;
}

CgroupParent CgroupParent::detect(const fs::path& folder) {
  CgroupParent parent;
  if (!parent.try_version_2(folder) && folder.empty()) parent.try_version_1();
  if (!parent.available()) return parent;
  parent.remove_stale();
  const Result<Cgroup> trial = parent.create({64 << 20, 16});
  if (!trial.ok()) {
    parent.folders_.clear();
    parent.explanation_ = trial.status().to_string();
  }
  return parent;
}

bool CgroupParent::try_version_2(const fs::path& folder) {
  fs::path group = folder;
  if (group.empty()) {
    std::error_code ignored;
    const fs::path unified = fs::path(mount) / "unified";
    group = existing_group(fs::exists(unified, ignored) ? unified : fs::path(mount), own_group(""));
  }
  const std::string controllers = read_text(group / "cgroup.controllers");
  if (!has_word(controllers, "memory") || !has_word(controllers, "pids")) {
    explanation_ = "no memory and pids controllers of version 2 in " + group.string();
    return false;
  }
  const fs::path passed_on = group / "cgroup.subtree_control";
  if (!has_word(read_text(passed_on), "memory")) write_text(passed_on, "+memory");
  if (!has_word(read_text(passed_on), "pids")) write_text(passed_on, "+pids");
  if (!has_word(read_text(passed_on), "memory") || !has_word(read_text(passed_on), "pids")) {
    explanation_ = group.string() + " is not delegated to us, or holds processes itself";
    return false;
  }
  folders_ = {group};
  explanation_ = "version 2, below " + group.string();
  return true;
}

bool CgroupParent::try_version_1() {
  std::vector<fs::path> found;
  for (const char* controller : {"memory", "pids"}) {
    const fs::path hierarchy = fs::path(mount) / controller;
    std::error_code ignored;
    if (!fs::is_directory(hierarchy, ignored)) return false;
    const fs::path group = existing_group(hierarchy, own_group(controller));
    if (access(group.c_str(), W_OK) != 0) {
      explanation_ = group.string() + " may not be written";
      return false;
    }
    found.push_back(group);
  }
  folders_ = std::move(found);
  explanation_ = "version 1, below " + folders_[0].string() + " and " + folders_[1].string();
  return true;
}

void CgroupParent::remove_stale() const {
  for (const fs::path& folder : folders_) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with(prefix)) continue;
      const pid_t owner = std::atoi(name.c_str() + std::strlen(prefix));
      if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) rmdir(entry.path().c_str());
    }
  }
}

Result<Cgroup> CgroupParent::create(const CgroupLimits& limits) const {
  static std::atomic<unsigned> counter{0};
  const std::string name = prefix + std::to_string(getpid()) + "-" + std::to_string(counter++);
  Cgroup group;
  for (const fs::path& parent : folders_) {
    const fs::path path = parent / name;
    if (mkdir(path.c_str(), 0755) != 0) return io_error("cannot make " + path.string() + ": " + std::strerror(errno));
    group.folders_.push_back({path, Descriptor()});
    RECKON_RETURN_IF_ERROR(apply(path, limits));
    group.folders_.back().entrance = Descriptor(open((path / "cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
    if (!group.folders_.back().entrance) return io_error("cannot open cgroup.procs in " + path.string() + ": " + std::strerror(errno));
  }
  return group;
}

}  // namespace reckon::sandbox
