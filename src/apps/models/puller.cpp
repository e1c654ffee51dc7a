#include "apps/models/puller.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "apps/models/digest.h"
#include "base/text.h"

namespace reckon::models {

namespace fs = std::filesystem;

fs::path part_path(const fs::path& folder, const ModelEntry& entry, std::size_t index) {
  return folder / ("." + entry.file + "." + std::to_string(index) + "-" + entry.sha256.substr(0, 12) + ".part");
}

Result<std::string> digest_with_progress(const fs::path& path, const ModelEntry& entry, const PullOptions& options) {
  return sha256_of_file(path, [&](std::int64_t done) {
    if (options.on_progress) options.on_progress({PullProgress::Phase::verifying, done, entry.size, {}});
    return check_not_cancelled(options.cancelled);
  });
}

Puller::Puller(const ModelEntry& entry, fs::path folder, Fetcher& fetcher, const PullOptions& options)
    : entry_(entry), folder_(std::move(folder)), fetcher_(fetcher), options_(options) {}

Result<fs::path> Puller::run() {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return io_error("cannot make the folder " + folder_.string() + ": " + error.message());
  RECKON_ASSIGN_OR_RETURN(const FileLock lock, wait_for_lock());
  const fs::path final_path = folder_ / entry_.file;
  const auto size = fs::file_size(final_path, error);
  if (!error && static_cast<std::int64_t>(size) == entry_.size) return final_path;  // the other process got it
  RECKON_RETURN_IF_ERROR(check_space());

  const Status status = try_sources();
  fs::remove_all(folder_ / ("." + entry_.file + ".work"), error);
  if (status.ok()) {
    remove_parts(Parts::all);
    return final_path;
  }
  // On a full disk the half-written bytes are a part of the problem. After an interruption they are
  // what the next pull continues from.
  remove_parts(status.kind() == ErrorKind::out_of_memory ? Parts::all : Parts::empty);
  return status;
}

Result<FileLock> Puller::wait_for_lock() {
  bool told = false;
  while (true) {
    RECKON_ASSIGN_OR_RETURN(std::optional<FileLock> lock, FileLock::try_lock(folder_ / ("." + entry_.file + ".lock")));
    if (lock) return std::move(*lock);
    if (!std::exchange(told, true)) notice("another process is pulling " + entry_.name + "; waiting for it");
    RECKON_RETURN_IF_ERROR(check_not_cancelled(options_.cancelled));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

Status Puller::check_space() const {
  std::error_code error;
  const auto space = fs::space(folder_, error);
  if (error) return ok_status();  // unknown: the writes will tell
  std::int64_t have = 0;
  std::int64_t container = 0;  // a wheel and pip's temporary copy of it
  for (std::size_t i = 0; i < entry_.sources.size(); ++i) {
    const auto size = fs::file_size(part_path(folder_, entry_, i), error);
    if (!error) have = std::max(have, static_cast<std::int64_t>(size));
    for (const Piece& piece : entry_.sources[i].pieces) {
      if (std::holds_alternative<WheelPiece>(piece.from)) container = std::max(container, 2 * piece.size);
    }
  }
  const std::int64_t needed = entry_.size - have + container;
  if (space.available >= static_cast<std::uintmax_t>(std::max<std::int64_t>(needed, 0))) return ok_status();
  return out_of_memory(entry_.name + " needs " + std::to_string(needed / 1000000) + " MB in " + folder_.string() + ", only " +
                       std::to_string(space.available / 1000000) + " MB are free; free some, or choose another folder with RECKON_HOME");
}

Status Puller::try_sources() {
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < entry_.sources.size(); ++i) {
    const Status status = take_from(i);
    if (status.ok() || local_failure_) return status;
    if (status.kind() == ErrorKind::cancelled || status.kind() == ErrorKind::out_of_memory) return status;
    reasons.push_back(entry_.sources[i].title + ": " + status.message());
    const bool last = i + 1 == entry_.sources.size();
    if (!last) notice(reasons.back() + "; trying " + entry_.sources[i + 1].title);
  }
  if (reasons.empty()) return not_found("the manifest names no source for " + entry_.name);
  return io_error("no source has it (" + join(reasons, "; ") + ")");
}

Status Puller::take_from(std::size_t index) {
  const fs::path part = part_path(folder_, entry_, index);
  std::error_code error;
  const auto size = fs::file_size(part, error);
  const bool resumed = !error && size > 0;
  if (resumed) notice("continuing after " + std::to_string(size / 1000000) + " MB");

  for (bool again = resumed;; again = false) {
    RECKON_RETURN_IF_ERROR(download(entry_.sources[index], part));
    RECKON_ASSIGN_OR_RETURN(const std::string digest, digest_with_progress(part, entry_, options_));
    if (digest == entry_.sha256) return publish(part);
    fs::remove(part, error);
    // The bytes of an earlier, interrupted pull may be what is wrong: once more from the start.
    if (!again) return io_error("it has another file there (SHA-256 " + digest + ")");
    notice("the continued download is damaged; starting again");
  }
}

Status Puller::download(const Source& source, const fs::path& path) {
  auto opened = File::open_for_appending(path);
  local_failure_ = !opened.ok();
  if (local_failure_) return opened.status();
  File part = std::move(opened).value();
  RECKON_ASSIGN_OR_RETURN(const std::int64_t present, part.size());
  if (present > entry_.size) RECKON_RETURN_IF_ERROR(part.truncate(0));

  std::int64_t start = 0;
  for (const Piece& piece : source.pieces) {
    RECKON_RETURN_IF_ERROR(fetch_piece(source, piece, start, part));
    start += piece.size;
  }
  const Status synced = part.sync();
  local_failure_ = !synced.ok();
  return synced;
}

Status Puller::fetch_piece(const Source& source, const Piece& piece, std::int64_t start, File& part) {
  const std::int64_t end = start + piece.size;
  RECKON_ASSIGN_OR_RETURN(std::int64_t have, part.size());
  if (have >= end) return ok_status();  // finished by an earlier pull

  FetchContext context;
  context.work_folder = folder_ / ("." + entry_.file + ".work");
  context.cancelled = options_.cancelled;
  // Staged bytes are shown as done; while they are being unpacked the bar must not run backwards.
  std::int64_t shown = have;
  const auto show = [&](std::int64_t done) { report(source, shown = std::clamp(done, shown, end)); };
  context.on_staged = [&](std::int64_t staged) { show(start + staged); };
  std::error_code error;
  fs::remove_all(context.work_folder, error);
  fs::create_directories(context.work_folder, error);

  const auto sink = [&](std::span<const std::byte> bytes) -> Status {
    RECKON_RETURN_IF_ERROR(check_not_cancelled(options_.cancelled));
    if (have + static_cast<std::int64_t>(bytes.size()) > end) return io_error("it sends more bytes than the manifest says");
    const Status written = part.append(bytes);
    local_failure_ = !written.ok();
    if (local_failure_) return written;
    have += static_cast<std::int64_t>(bytes.size());
    show(have);
    return ok_status();
  };
  show(have);
  RECKON_RETURN_IF_ERROR(fetcher_.fetch(piece, have - start, sink, context));
  if (have == end) return ok_status();
  return io_error("it ended after " + std::to_string(have - start) + " of " + std::to_string(piece.size) + " bytes");
}

Status Puller::publish(const fs::path& part) {
  std::error_code error;
  fs::rename(part, folder_ / entry_.file, error);
  local_failure_ = static_cast<bool>(error);
  return error ? io_error("cannot rename " + part.string() + ": " + error.message()) : ok_status();
}

void Puller::remove_parts(Parts which) const {
  for (std::size_t i = 0; i < entry_.sources.size(); ++i) {
    const fs::path part = part_path(folder_, entry_, i);
    std::error_code error;
    if (which == Parts::all || (fs::file_size(part, error) == 0 && !error)) fs::remove(part, error);
  }
}

void Puller::notice(const std::string& text) const {
  if (options_.on_notice) options_.on_notice(text);
}

void Puller::report(const Source& source, std::int64_t done) const {
  if (options_.on_progress) options_.on_progress({PullProgress::Phase::downloading, done, entry_.size, source.title});
}

}  // namespace reckon::models
