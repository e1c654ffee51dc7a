// The models on this machine: which there are, where they lie, fetching and verifying them.
//
//   folder/<file>                     a model; it exists only once its digest was right
//   folder/.<file>.<n>-<digest>.part  bytes from source n so far; a later pull continues there
//   folder/.<file>.lock               held while a process pulls this model
//
// Threading: const methods may run concurrently; pulls of the same model exclude each other, also
// between processes. Nothing here prints: progress and warnings go to the callbacks.
// Errors: not_found (unknown name, with the nearest one; not downloaded), out_of_memory (disk full),
// cancelled, io (every source failed, wrong digest).
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apps/models/fetcher.h"
#include "apps/models/manifest.h"
#include "base/status.h"

namespace reckon::models {

struct PullProgress {
  enum class Phase { downloading, verifying };
  Phase phase = Phase::downloading;
  std::int64_t done = 0;   // bytes
  std::int64_t total = 0;  // bytes
  std::string_view source;  // title of the source in use, valid during the call; empty while verifying
};

struct PullOptions {
  std::function<void(const PullProgress&)> on_progress;  // several times a second at least once bytes flow
  std::function<void(const std::string&)> on_notice;     // one line for the user: a source failed, waiting, resuming
  const std::atomic<bool>* cancelled = nullptr;          // set by a signal handler or another thread
};

enum class ModelState {
  absent,
  partial,  // an interrupted pull left bytes to continue from
  present,  // there with the right size; `verify` also checks the digest
  damaged,  // there with a wrong size
};
std::string_view to_string(ModelState state);

class ModelStore {
 public:
  ModelStore(Manifest manifest, std::filesystem::path folder, std::unique_ptr<Fetcher> fetcher);

  // The store of this user: folder and extra manifest from the environment, sources over the network.
  //   folder:   $RECKON_HOME/models, else $XDG_CACHE_HOME/reckon/models, else ~/.cache/reckon/models
  //   manifest: $RECKON_MANIFEST, else $RECKON_HOME/models.json, else
  //             $XDG_CONFIG_HOME/reckon/models.json, else ~/.config/reckon/models.json; may be missing
  static Result<ModelStore> open();

  const std::filesystem::path& folder() const { return folder_; }
  const std::vector<ModelEntry>& entries() const { return manifest_.entries; }
  Result<ModelEntry> find(std::string_view name) const;

  std::filesystem::path path_of(const ModelEntry& entry) const { return folder_ / entry.file; }
  ModelState state_of(const ModelEntry& entry) const;

  // What `--model` accepts: a name of the manifest that is present, or the path of a file.
  Result<std::filesystem::path> resolve(std::string_view name_or_path) const;

  // Reads the whole file.
  Status verify(std::string_view name, const PullOptions& options = {}) const;

  // Returns at once when the model is present. Otherwise tries the sources in order.
  Result<std::filesystem::path> pull(std::string_view name, const PullOptions& options = {});

 private:
  Manifest manifest_;
  std::filesystem::path folder_;
  std::unique_ptr<Fetcher> fetcher_;
};

}  // namespace reckon::models
