// SHA-256 of files, through OpenSSL (which uses the processor's own instructions where it has them:
// a 500 MB model takes about half a second from memory).
//
// Threading: a Sha256 belongs to one thread. Errors: internal when OpenSSL refuses, io for files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/status.h"

namespace reckon::models {

class Sha256 {
 public:
  Sha256();
  Status update(std::span<const std::byte> bytes);
  // 64 lower-case hex digits; the object is used up afterwards.
  Result<std::string> finish();

 private:
  struct Release {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Release> context_;
};

// Called with the bytes read so far; an error stops the reading and is returned.
using ReadProgress = std::function<Status(std::int64_t)>;

Result<std::string> sha256_of_file(const std::filesystem::path& path, const ReadProgress& progress = {});

}  // namespace reckon::models
