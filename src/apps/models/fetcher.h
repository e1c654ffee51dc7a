// Where bytes come from: the seam between the model store and networks, replaced by a table in tests.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

#include "apps/models/manifest.h"
#include "base/status.h"

namespace reckon::models {

// Takes bytes in order. An error means: stop and return this error.
using ByteSink = std::function<Status(std::span<const std::byte>)>;

// cancelled, or ok. nullptr: never cancelled.
Status check_not_cancelled(const std::atomic<bool>* cancelled);

struct FetchContext {
  // Exists, empty, removed by the caller afterwards.
  std::filesystem::path work_folder;
  // Set from a signal handler or another thread; nullptr: never.
  const std::atomic<bool>* cancelled = nullptr;
  // For fetchers that download a container before they can deliver: bytes on this machine so far.
  std::function<void(std::int64_t)> on_staged;
};

class Fetcher {
 public:
  virtual ~Fetcher() = default;
  // Delivers the bytes of `piece` from `offset` to its end. An ok status without all bytes is
  // possible (the far side lied about the size): the caller counts. Blocking; one call at a time.
  virtual Status fetch(const Piece& piece, std::int64_t offset, const ByteSink& sink, const FetchContext& context) = 0;
};

// URLs over libcurl, wheels over pip.
std::unique_ptr<Fetcher> make_network_fetcher();

}  // namespace reckon::models
