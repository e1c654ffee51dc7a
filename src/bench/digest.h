// SHA-256 (FIPS 180-4) of bytes in memory, as 64 lower-case hex digits. Names a data file in the run
// store, so that results of an edited file are never mixed with those of the old one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace reckon {

// Pure function.
std::string content_digest(std::string_view bytes);

// Of the whole file, which is read into memory; nothing when it is no regular file that can be read.
std::optional<std::string> file_digest(const std::filesystem::path& file);

}  // namespace reckon
