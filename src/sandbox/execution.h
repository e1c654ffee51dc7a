// One run: prepares descriptors, starts the processes, collects the output, waits, and judges.
#pragma once

#include <filesystem>
#include <string>

#include "sandbox/cgroup.h"
#include "sandbox/sandbox.h"

namespace reckon::sandbox {

// What stays the same between runs.
struct Site {
  Isolation isolation = Isolation::none;
  std::filesystem::path bubblewrap;
  std::string seccomp;  // the filter, as bubblewrap reads it
  CgroupParent cgroups;
};

// `slot` tells runs at the same time apart: when the engine is root, each is a different ordinary user.
Outcome execute(const Site& site, const Program& program, int slot);

}  // namespace reckon::sandbox
