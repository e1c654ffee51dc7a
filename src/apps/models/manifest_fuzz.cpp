// Any bytes as a manifest: an error or entries that the store may trust, never a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "apps/models/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = reckon::models::parse_manifest({reinterpret_cast<const char*>(data), size});
  if (!manifest.ok()) return 0;
  for (const auto& entry : manifest->entries) {
    // The file name is joined to the store's folder.
    if (entry.file.find('/') != std::string::npos || entry.file.starts_with('.')) std::abort();
  }
  return 0;
}
