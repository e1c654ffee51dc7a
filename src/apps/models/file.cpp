#include "apps/models/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace reckon::models {
namespace {

Status file_error(const char* action, const std::filesystem::path& path, int error) {
  const std::string message = std::string("cannot ") + action + " " + path.string() + ": " + std::strerror(error);
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
    return out_of_memory(message + "; free some space there, or choose another folder with RECKON_HOME");
  }
  return error == ENOENT ? not_found(message) : io_error(message);
}

}  // namespace

Result<File> File::open_for_reading(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return file_error("read", path, errno);
  return File(descriptor, path);
}

Result<File> File::open_for_appending(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return file_error("write", path, errno);
  return File(descriptor, path);
}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::int64_t> File::size() const {
  struct stat facts;
  if (::fstat(descriptor_, &facts) != 0) return file_error("read", path_, errno);
  return static_cast<std::int64_t>(facts.st_size);
}

Result<std::size_t> File::read(std::span<std::byte> buffer) {
  while (true) {
    const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return file_error("read", path_, errno);
  }
}

Status File::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_error("write", path_, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return ok_status();
}

Status File::truncate(std::int64_t size) {
  RECKON_ASSIGN_OR_RETURN(const std::int64_t current, this->size());
  if (current == size) return ok_status();
  return ::ftruncate(descriptor_, size) == 0 ? ok_status() : file_error("shorten", path_, errno);
}

Status File::sync() {
  // Some file systems cannot; the bytes are then as safe as they get.
  if (::fsync(descriptor_) == 0 || errno == EINVAL || errno == ENOTSUP) return ok_status();
  return file_error("write", path_, errno);
}

Result<std::optional<FileLock>> FileLock::try_lock(const std::filesystem::path& path) {
  RECKON_ASSIGN_OR_RETURN(File file, File::open_for_appending(path));
  while (::flock(file.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::optional<FileLock>();
    if (errno != EINTR) return file_error("lock", path, errno);
  }
  return std::optional<FileLock>(FileLock(std::move(file)));
}

}  // namespace reckon::models
