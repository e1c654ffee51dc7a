// What the tests of the sandbox share: looking at this machine from outside.
#pragma once

#include <dirent.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/test_support.h"
#include "sandbox/languages.h"
#include "sandbox/sandbox.h"

namespace reckon::sandbox {

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Processes of this machine whose command line holds `marker`; those that have ended have none.
inline int count_processes(const std::string& marker) {
  int count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    if (std::atoi(entry.path().filename().c_str()) > 0) count += file_text(entry.path() / "cmdline").find(marker) != std::string::npos;
  }
  return count;
}

inline std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) names.insert(entry.path().filename());
  return names;
}

inline std::string explain(const Outcome& outcome) {
  return std::string(to_string(outcome.verdict)) + ": " + outcome.reason + "\nstdout: " + outcome.standard_output.substr(0, 2000) +
         "\nstderr: " + outcome.standard_error.substr(0, 2000);
}

inline std::string failed_checks(const Probe& probe) {
  std::string text;
  for (const Check& check : probe.checks) {
    if (!check.passed) text += check.name + ": " + check.reason + "; ";
  }
  return text;
}

using testing_support::TemporaryFolder;

}  // namespace reckon::sandbox
