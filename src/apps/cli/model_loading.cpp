#include "apps/cli/model_loading.h"

#include <cstdio>

#include <fmt/format.h>

#include "apps/cli/model_pull.h"
#include "apps/cli/terminal.h"
#include "apps/models/digest.h"
#include "apps/models/model_store.h"
#include "engine/load_model.h"

namespace reckon::cli {
namespace {

// A line that says what takes a moment, and is gone when it is over.
class Notice {
 public:
  explicit Notice(const std::string& text) : shown_(is_terminal(stderr)) {
    if (shown_) fmt::print(stderr, "\r\x1b[2K{}", shorten(text, terminal_width(stderr) - 1));
  }
  ~Notice() {
    if (shown_) fmt::print(stderr, "\r\x1b[2K");
  }
  Notice(const Notice&) = delete;
  Notice& operator=(const Notice&) = delete;

 private:
  bool shown_;
};

bool somebody_watches() { return is_terminal(stdin) && is_terminal(stderr); }

Result<std::filesystem::path> find_file(models::ModelStore& store, const ModelArguments& arguments) {
  auto path = store.resolve(arguments.model);
  if (path.ok() || !store.find(arguments.model).ok()) return path;
  if (!arguments.pull && !somebody_watches()) return path;
  return pull_with_progress(store, arguments.model);
}

}  // namespace

Result<OpenedModel> open_model(const ModelArguments& arguments) {
  OpenedModel opened;
  if (arguments.model.starts_with("fake:")) {
    opened.name = arguments.model;
    RECKON_ASSIGN_OR_RETURN(opened.model, load_model(arguments.model));
    return opened;
  }
  RECKON_ASSIGN_OR_RETURN(auto store, models::ModelStore::open());
  RECKON_ASSIGN_OR_RETURN(opened.path, find_file(store, arguments));
  const auto entry = store.find(arguments.model);
  opened.name = entry.ok() ? entry->name : opened.path.filename().string();
  if (entry.ok()) opened.digest = entry->sha256;
  const Notice notice(fmt::format("loading {} ...", opened.name));
  RECKON_ASSIGN_OR_RETURN(opened.model, load_model(opened.path.string()));
  return opened;
}

Result<std::unique_ptr<Engine>> make_engine(const OpenedModel& opened, const ModelArguments& arguments) {
  RECKON_ASSIGN_OR_RETURN(auto engine, Engine::create(opened.model, arguments.engine));
  for (const auto& text : arguments.roles) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return invalid_argument(fmt::format("--role {}: write NAME=MODEL", text));
    ModelArguments other = arguments;
    other.model = text.substr(equals + 1);
    RECKON_ASSIGN_OR_RETURN(const OpenedModel role, open_model(other));
    RECKON_RETURN_IF_ERROR(engine->add_role(text.substr(0, equals), role.model, arguments.engine));
  }
  return engine;
}

Result<std::string> model_identity(const OpenedModel& opened) {
  if (!opened.digest.empty()) return opened.digest;
  if (opened.path.empty()) return opened.name;
  const Notice notice(fmt::format("reading {} ...", opened.name));
  return models::sha256_of_file(opened.path);
}

}  // namespace reckon::cli
