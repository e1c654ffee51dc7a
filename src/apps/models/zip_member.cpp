#include "apps/models/zip_member.h"

#include <zip.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace reckon::models {
namespace {

struct ArchiveRelease {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct MemberRelease {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};
using Archive = std::unique_ptr<zip_t, ArchiveRelease>;

Result<Archive> open_archive(const std::filesystem::path& path) {
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (archive) return Archive(archive);
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  Status status = io_error(path.filename().string() + " is not a readable wheel: " + zip_error_strerror(&error));
  zip_error_fini(&error);
  return status;
}

}  // namespace

Status stream_zip_member(const std::filesystem::path& path, const std::string& name, ZipRange range, const ByteSink& sink) {
  RECKON_ASSIGN_OR_RETURN(const Archive archive, open_archive(path));
  zip_stat_t facts;
  if (zip_stat(archive.get(), name.c_str(), 0, &facts) != 0) {
    return io_error(path.filename().string() + " has no member " + name);
  }
  if (static_cast<std::int64_t>(facts.size) != range.expected_size) {
    return io_error(name + " has " + std::to_string(facts.size) + " bytes, expected " + std::to_string(range.expected_size));
  }
  const std::unique_ptr<zip_file_t, MemberRelease> member(zip_fopen(archive.get(), name.c_str(), 0));
  if (!member) return io_error("cannot unpack " + name + ": " + zip_strerror(archive.get()));

  std::vector<std::byte> buffer(1 << 20);
  std::int64_t position = 0;
  while (true) {
    const zip_int64_t count = zip_fread(member.get(), buffer.data(), buffer.size());
    if (count < 0) return io_error("cannot unpack " + name + ": " + zip_file_strerror(member.get()));
    if (count == 0) return ok_status();
    // A resumed pull has the first bytes already; a compressed member can only be read through them.
    const std::int64_t skipped = std::clamp<std::int64_t>(range.offset - position, 0, count);
    position += count;
    const auto bytes = std::span<const std::byte>(buffer).first(static_cast<std::size_t>(count)).subspan(static_cast<std::size_t>(skipped));
    if (!bytes.empty()) RECKON_RETURN_IF_ERROR(sink(bytes));
  }
}

}  // namespace reckon::models
