// Reads one member of a zip archive (a Python wheel is one) as a stream, with libzip.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "apps/models/fetcher.h"
#include "base/status.h"

namespace reckon::models {

// Where in the member to begin, and how long the whole member must be.
struct ZipRange {
  std::int64_t offset = 0;
  std::int64_t expected_size = 0;
};

// Memory: one buffer of 1 MiB. The archive's own checksum of the member is checked on the way.
Status stream_zip_member(const std::filesystem::path& archive, const std::string& member, ZipRange range, const ByteSink& sink);

}  // namespace reckon::models
