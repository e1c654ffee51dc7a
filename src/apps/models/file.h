// A file by its descriptor, with errors as values, and an exclusive lock between processes.
//
// A failed write for want of space is out_of_memory with a message that says what to do; every other
// failure is io. Ownership: move-only, closes itself. Threading: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "base/status.h"

namespace reckon::models {

class File {
 public:
  static Result<File> open_for_reading(const std::filesystem::path& path);
  // Creates it when missing, keeps what is there.
  static Result<File> open_for_appending(const std::filesystem::path& path);

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  Result<std::int64_t> size() const;
  // Number of bytes read, 0 at the end.
  Result<std::size_t> read(std::span<std::byte> buffer);
  Status append(std::span<const std::byte> bytes);
  // Cuts the file to `size` bytes; the next append continues there. No effect when it is that long already.
  Status truncate(std::int64_t size);
  // Waits until the bytes are on the disk.
  Status sync();

 private:
  friend class FileLock;
  File(int descriptor, std::filesystem::path path) : descriptor_(descriptor), path_(std::move(path)) {}
  int descriptor_ = -1;
  std::filesystem::path path_;
};

// Held by at most one process (or one FileLock of this process) at a time; the kernel releases it when
// the process ends, however it ends. The lock file itself stays, since removing it would race.
class FileLock {
 public:
  // nullopt when somebody else holds it.
  static Result<std::optional<FileLock>> try_lock(const std::filesystem::path& path);

 private:
  explicit FileLock(File file) : file_(std::move(file)) {}
  File file_;
};

}  // namespace reckon::models
