// The working folder of a run without isolation, on this machine's disk.
#pragma once

#include <filesystem>
#include <vector>

#include "base/status.h"
#include "sandbox/sandbox.h"

namespace reckon::sandbox {

// Made by fill(), removed with the object; links in it are removed, never followed.
class UnsafeFolder {
 public:
  UnsafeFolder() = default;
  UnsafeFolder(const UnsafeFolder&) = delete;
  UnsafeFolder& operator=(const UnsafeFolder&) = delete;
  ~UnsafeFolder();

  Status fill(const std::vector<File>& files);
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace reckon::sandbox
