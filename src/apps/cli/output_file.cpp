#include "apps/cli/output_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace reckon::cli {
namespace {

namespace fs = std::filesystem;

Status write_error(const fs::path& path, int error) {
  if (error == ENOSPC || error == EDQUOT) {
    return out_of_memory(fmt::format("{} could not be written: the disk is full; free some space or choose another place",
                                     path.string()));
  }
  return io_error(fmt::format("{} could not be written: {}", path.string(), std::strerror(error)));
}

// Something that cannot be replaced by a rename, such as /dev/stdout.
bool is_special(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

Status write_to(const fs::path& path, const fs::path& shown, std::string_view content) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return write_error(shown, errno);
  const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size() && std::fflush(file) == 0;
  const int error = errno;
  const bool closed = std::fclose(file) == 0;
  if (!written) return write_error(shown, error);
  return closed ? ok_status() : write_error(shown, errno);
}

fs::path temporary_sibling(const fs::path& path) {
  return path.parent_path() / fmt::format(".{}.{}.tmp", path.filename().string(), getpid());
}

}  // namespace

Status write_whole(const fs::path& path, std::string_view content) {
  if (is_special(path)) return write_to(path, path, content);
  std::error_code error;
  if (fs::is_directory(path, error)) return write_error(path, EISDIR);
  const fs::path temporary = temporary_sibling(path);
  Status status = write_to(temporary, path, content);
  if (status.ok()) {
    fs::rename(temporary, path, error);
    if (error) status = write_error(path, error.value());
  }
  if (!status.ok()) fs::remove(temporary, error);
  return status;
}

Result<std::string> read_whole(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return not_found("no file " + path.string());
  return std::string{std::istreambuf_iterator<char>(stream), {}};
}

Status check_writable(const fs::path& path) {
  std::error_code error;
  if (is_special(path)) return ok_status();
  if (fs::is_directory(path, error)) return write_error(path, EISDIR);
  const fs::path folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
  if (access(folder.c_str(), W_OK) != 0) return write_error(path, errno);
  return ok_status();
}

Result<LineFile> LineFile::create(const fs::path& path) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return write_error(path, errno);
  return LineFile(file, path);
}

Status LineFile::write_line(std::string_view line) {
  const bool written = std::fwrite(line.data(), 1, line.size(), file_.get()) == line.size() &&
                       std::fputc('\n', file_.get()) != EOF && std::fflush(file_.get()) == 0;
  return written ? ok_status() : write_error(path_, errno);
}

Status LineFile::close() {
  std::FILE* file = file_.release();
  if (file == nullptr) return ok_status();
  return std::fclose(file) == 0 ? ok_status() : write_error(path_, errno);
}

void LineFile::remove() {
  std::error_code error;
  if (!is_special(path_)) fs::remove(path_, error);
}

}  // namespace reckon::cli
