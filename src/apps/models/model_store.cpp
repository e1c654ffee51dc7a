#include "apps/models/model_store.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include "apps/models/digest.h"
#include "apps/models/puller.h"
#include "base/text.h"

namespace reckon::models {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> folder_variable(const char* name) {
  const char* value = std::getenv(name);
  if (!value || !*value) return std::nullopt;
  return fs::absolute(value);
}

Result<fs::path> models_folder() {
  if (auto home = folder_variable("RECKON_HOME")) return *home / "models";
  if (auto cache = folder_variable("XDG_CACHE_HOME")) return *cache / "reckon" / "models";
  if (auto home = folder_variable("HOME")) return *home / ".cache" / "reckon" / "models";
  return invalid_argument("there is no home folder to keep models in; set RECKON_HOME");
}

// Empty when there is no place for one.
fs::path user_manifest_path() {
  if (auto file = folder_variable("RECKON_MANIFEST")) return *file;
  if (auto home = folder_variable("RECKON_HOME")) return *home / "models.json";
  if (auto config = folder_variable("XDG_CONFIG_HOME")) return *config / "reckon" / "models.json";
  if (auto home = folder_variable("HOME")) return *home / ".config" / "reckon" / "models.json";
  return {};
}

// The user's additions; none when the file does not exist, unless it was asked for by name.
Result<Manifest> user_manifest() {
  const fs::path path = user_manifest_path();
  std::error_code error;
  if (path.empty() || (!fs::exists(path, error) && !std::getenv("RECKON_MANIFEST"))) return Manifest{};
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return not_found("cannot read " + path.string());
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  return parse_manifest(text).while_doing("reading " + path.string());
}

}  // namespace

std::string_view to_string(ModelState state) {
  switch (state) {
    case ModelState::absent: return "absent";
    case ModelState::partial: return "partial";
    case ModelState::present: return "present";
    case ModelState::damaged: return "damaged";
  }
  return "absent";
}

ModelStore::ModelStore(Manifest manifest, fs::path folder, std::unique_ptr<Fetcher> fetcher)
    : manifest_(std::move(manifest)), folder_(std::move(folder)), fetcher_(std::move(fetcher)) {}

Result<ModelStore> ModelStore::open() {
  RECKON_ASSIGN_OR_RETURN(Manifest manifest, built_in_manifest());
  RECKON_ASSIGN_OR_RETURN(Manifest additions, user_manifest());
  RECKON_ASSIGN_OR_RETURN(fs::path folder, models_folder());
  return ModelStore(merge(std::move(manifest), std::move(additions)), std::move(folder), make_network_fetcher());
}

Result<ModelEntry> ModelStore::find(std::string_view name) const {
  std::vector<std::string> names;
  for (const ModelEntry& entry : manifest_.entries) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  const std::string nearest = nearest_name(name, names);
  const std::string hint = nearest.empty() ? "; known: " + join(names, ", ") : "; did you mean " + nearest + "?";
  return not_found("there is no model named \"" + sanitize_utf8(name) + "\"" + hint);
}

ModelState ModelStore::state_of(const ModelEntry& entry) const {
  std::error_code error;
  const auto size = fs::file_size(path_of(entry), error);
  if (!error) return static_cast<std::int64_t>(size) == entry.size ? ModelState::present : ModelState::damaged;
  for (std::size_t i = 0; i < entry.sources.size(); ++i) {
    const auto bytes = fs::file_size(part_path(folder_, entry, i), error);
    if (!error && bytes > 0) return ModelState::partial;
  }
  return ModelState::absent;
}

Result<fs::path> ModelStore::resolve(std::string_view name_or_path) const {
  auto entry = find(name_or_path);
  if (entry.ok()) {
    const ModelState state = state_of(*entry);
    if (state == ModelState::present) return path_of(*entry);
    const std::string what = state == ModelState::damaged ? "has the wrong size" : "is not downloaded yet";
    return not_found("the model " + entry->name + " " + what + "; run: reckon models pull " + entry->name);
  }
  const fs::path path(name_or_path);
  std::error_code error;
  if (fs::is_regular_file(path, error)) return path;
  if (fs::exists(path, error)) return invalid_argument(path.string() + " is not a file");
  if (path.extension() == ".gguf" || path.has_parent_path()) return not_found("there is no file " + path.string());
  return entry.status();
}

Status ModelStore::verify(std::string_view name, const PullOptions& options) const {
  RECKON_ASSIGN_OR_RETURN(const ModelEntry entry, find(name));
  const std::string again = "; run: reckon models pull " + entry.name;
  switch (state_of(entry)) {
    case ModelState::present: break;
    case ModelState::damaged: return io_error(path_of(entry).string() + " has the wrong size" + again);
    default: return not_found("the model " + entry.name + " is not downloaded" + again);
  }
  RECKON_ASSIGN_OR_RETURN(const std::string digest, digest_with_progress(path_of(entry), entry, options));
  if (digest == entry.sha256) return ok_status();
  return io_error(path_of(entry).string() + " is not the published file (SHA-256 " + digest + "); delete it, then" + again.substr(1));
}

Result<fs::path> ModelStore::pull(std::string_view name, const PullOptions& options) {
  RECKON_ASSIGN_OR_RETURN(const ModelEntry entry, find(name));
  if (state_of(entry) == ModelState::present) return path_of(entry);
  return Puller(entry, folder_, *fetcher_, options).run().while_doing("pulling " + entry.name);
}

}  // namespace reckon::models
