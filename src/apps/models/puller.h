// One pull of one model: lock, try the sources in order, verify, rename. Internal to the model store.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "apps/models/file.h"
#include "apps/models/model_store.h"

namespace reckon::models {

// Where the bytes from source number `index` are collected. The digest in the name keeps the parts of
// two versions of an entry apart.
std::filesystem::path part_path(const std::filesystem::path& folder, const ModelEntry& entry, std::size_t index);

Result<std::string> digest_with_progress(const std::filesystem::path& path, const ModelEntry& entry, const PullOptions& options);

class Puller {
 public:
  Puller(const ModelEntry& entry, std::filesystem::path folder, Fetcher& fetcher, const PullOptions& options);
  Result<std::filesystem::path> run();

 private:
  Result<FileLock> wait_for_lock();
  Status check_space() const;
  Status try_sources();
  // Downloads from source `index`, checks and gives the file its final name.
  Status take_from(std::size_t index);
  Status download(const Source& source, const std::filesystem::path& part);
  Status fetch_piece(const Source& source, const Piece& piece, std::int64_t start, File& part);
  Status publish(const std::filesystem::path& part);
  enum class Parts { all, empty };
  void remove_parts(Parts which) const;
  void notice(const std::string& text) const;
  void report(const Source& source, std::int64_t done) const;

  const ModelEntry& entry_;
  std::filesystem::path folder_;
  Fetcher& fetcher_;
  const PullOptions& options_;
  // Set when the trouble is on this machine, so that another source would not help.
  bool local_failure_ = false;
};

}  // namespace reckon::models
