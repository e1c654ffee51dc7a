// Limits that the kernel keeps for all processes of a run together, where this machine lets us have them.
//
// Two generations exist: version 2 needs an empty folder that is delegated to us (a group that holds
// processes cannot pass its controllers on), version 1 needs root. Without either the sandbox still watches
// memory and processes, by looking every few milliseconds; the kernel's limit has no such gap.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sandbox/descriptor.h"

namespace reckon::sandbox {

struct CgroupLimits {
  std::int64_t memory_bytes = 0;
  int processes = 0;
};

// One group for one run. Its folders are removed with it; the processes must have ended by then.
class Cgroup {
 public:
  Cgroup() = default;
  Cgroup(Cgroup&&) = default;
  Cgroup& operator=(Cgroup&&) = default;
  ~Cgroup();

  // Open "cgroup.procs" files, one for each hierarchy; a process that writes "0" into all of them joins.
  std::vector<int> entrances() const;
  // True when the kernel has killed one of the processes for want of memory.
  bool out_of_memory() const;

 private:
  friend class CgroupParent;
  struct Folder {
    std::filesystem::path path;
    Descriptor entrance;
  };
  std::vector<Folder> folders_;
};

// The folders below which groups are made.
class CgroupParent {
 public:
  // Looks, and tries by making a group. `folder` names a delegated version 2 folder; empty: the engine's own.
  // Also removes groups that an engine which was killed has left.
  static CgroupParent detect(const std::filesystem::path& folder);

  bool available() const { return !folders_.empty(); }
  const std::string& explanation() const { return explanation_; }
  Result<Cgroup> create(const CgroupLimits& limits) const;

 private:
  bool try_version_2(const std::filesystem::path& folder);
  bool try_version_1();
  void remove_stale() const;

  std::vector<std::filesystem::path> folders_;
  std::string explanation_;
};

}  // namespace reckon::sandbox
