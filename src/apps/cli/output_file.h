// Files that a command reads or writes for the user: whole or not at all, or line by line.
//
// Errors name the file and what to do: out_of_memory when the disk is full, io otherwise.
// Ownership: move-only. Threading: one thread at a time.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace reckon::cli {

// Replaces `path` by a file with this content, by way of a temporary sibling that is renamed: nobody
// ever sees half of it. Devices and pipes (/dev/stdout) are written directly.
Status write_whole(const std::filesystem::path& path, std::string_view content);

// The content of a file. Errors: not_found.
Result<std::string> read_whole(const std::filesystem::path& path);

// Whether write_whole could work, before an hour of computing: the folder exists and is writable.
Status check_writable(const std::filesystem::path& path);

// A file of lines, each flushed at once.
class LineFile {
 public:
  static Result<LineFile> create(const std::filesystem::path& path);
  Status write_line(std::string_view line);
  Status close();
  // Deletes it, unless it is a device or a pipe.
  void remove();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  LineFile(std::FILE* file, std::filesystem::path path) : file_(file), path_(std::move(path)) {}
  std::unique_ptr<std::FILE, Close> file_;
  std::filesystem::path path_;
};

}  // namespace reckon::cli
