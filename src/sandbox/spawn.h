// Starts a program with exactly the given file descriptors, as another user where asked.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <vector>

#include "base/status.h"

namespace reckon::sandbox {

struct SpawnOptions {
  std::vector<std::string> arguments;    // the program's absolute path first
  std::vector<std::string> environment;  // "NAME=value", all of it
  std::vector<int> descriptors;          // entry i becomes descriptor i of the child, which gets no others
  std::vector<int> cgroup_files;         // open "cgroup.procs" files that the child writes itself into
  std::string working_folder;            // empty: the root folder
  uid_t user = 0;                        // the user and group to become; 0: stay
};

// The process id. The child is killed when the calling thread ends, so the caller waits for it. The engine's
// memory is not copied (vfork), so the cost does not grow with a loaded model.
Result<pid_t> spawn(const SpawnOptions& options);

}  // namespace reckon::sandbox
