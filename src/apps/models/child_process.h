// Runs a program without a shell and waits for it, keeping the caller able to stop it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"

namespace reckon::models {

struct ChildOptions {
  std::vector<std::string> arguments;  // the program first; looked up in PATH
  std::vector<std::pair<std::string, std::string>> environment;  // added to ours
  std::filesystem::path log;           // gets standard output and error
};

// Called about ten times a second while the child runs. An error ends the child and is returned.
using ChildPoll = std::function<Status()>;

// The exit code; 127 when the program could not be started, 128 + n when signal n ended it. The child
// has a process group of its own (a Ctrl-C in the terminal reaches only us) and dies with us.
Result<int> run_child(const ChildOptions& options, const ChildPoll& poll);

}  // namespace reckon::models
