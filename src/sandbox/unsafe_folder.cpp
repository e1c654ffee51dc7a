#include "sandbox/unsafe_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace reckon::sandbox {

namespace fs = std::filesystem;

UnsafeFolder::~UnsafeFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Status UnsafeFolder::fill(const std::vector<File>& files) {
  std::error_code error;
  std::string name = (fs::temp_directory_path(error) / "reckon-XXXXXX").string();
  if (!mkdtemp(name.data())) return io_error("cannot make a folder " + name + ": " + std::strerror(errno));
  path_ = name;
  for (const File& file : files) {
    const fs::path path = path_ / file.name;
    fs::create_directories(path.parent_path(), error);
    std::ofstream stream(path, std::ios::binary);
    stream << file.content;
    stream.close();
    if (!stream) return io_error("cannot write " + path.string());
    const auto mode = fs::perms::owner_read | (file.mode == FileMode::executable ? fs::perms::owner_exec : fs::perms::none);
    fs::permissions(path, mode, error);
  }
  return ok_status();
}

}  // namespace reckon::sandbox
