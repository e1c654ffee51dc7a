#include "apps/cli/model_loading.h"

#include <cstdio>
#include <set>

#include <fmt/format.h>

#include "apps/cli/model_pull.h"
#include "apps/cli/terminal.h"
#include "apps/models/digest.h"
#include "apps/models/model_store.h"
#include "apps/remote/openai_endpoint.h"
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

struct ModelText {
  std::string base;
  std::string adapter;
};

// "MODEL+ADAPTER.gguf", unless a file is called that.
ModelText split_adapter(const std::string& text) {
  const auto plus = text.rfind('+');
  std::error_code ignored;
  if (plus == std::string::npos || !text.ends_with(".gguf") || std::filesystem::exists(text, ignored)) return {text, ""};
  return {text.substr(0, plus), text.substr(plus + 1)};
}

Result<OpenedModel> open_base(const ModelArguments& arguments) {
  OpenedModel opened;
  if (arguments.model.starts_with("fake:")) {
    opened.name = arguments.model;
    RECKON_ASSIGN_OR_RETURN(opened.weights, load_model(arguments.model));
    return opened;
  }
  RECKON_ASSIGN_OR_RETURN(auto store, models::ModelStore::open());
  RECKON_ASSIGN_OR_RETURN(opened.path, find_file(store, arguments));
  const auto entry = store.find(arguments.model);
  opened.name = entry.ok() ? entry->name : opened.path.filename().string();
  if (entry.ok()) opened.digest = entry->sha256;
  const Notice notice(fmt::format("loading {} ...", opened.name));
  RECKON_ASSIGN_OR_RETURN(opened.weights, load_model(opened.path.string()));
  return opened;
}

Result<OpenedModel> with_adapter(OpenedModel base, const std::string& adapter) {
  base.model = base.weights;
  if (adapter.empty()) return base;
  base.adapter = adapter;
  base.name += "+" + base.adapter.filename().string();
  RECKON_ASSIGN_OR_RETURN(base.model, base.weights->with_adapter(adapter));
  return base;
}

Result<OpenedModel> open_role(const std::string& text, const OpenedModel& policy, const ModelArguments& arguments) {
  const ModelText named = split_adapter(text);
  if (named.base == split_adapter(arguments.model).base || (named.base.empty() && !named.adapter.empty())) return with_adapter(policy, named.adapter);
  ModelArguments other = arguments;
  other.model = text;
  return open_model(other);
}

}  // namespace

Result<OpenedModel> open_model(const ModelArguments& arguments) {
  const ModelText named = split_adapter(arguments.model);
  ModelArguments base = arguments;
  base.model = named.base;
  RECKON_ASSIGN_OR_RETURN(auto opened, open_base(base));
  return with_adapter(std::move(opened), named.adapter);
}

Result<RoleText> parse_role(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return invalid_argument(fmt::format("--role {}: write NAME=MODEL", text));
  return RoleText{text.substr(0, equals), text.substr(equals + 1)};
}

Result<std::unique_ptr<Engine>> make_engine(const OpenedModel& opened, const ModelArguments& arguments) {
  std::vector<std::pair<std::string, OpenedModel>> roles;  // before the first context is made, since adapters join the weights
  std::vector<std::pair<std::string, std::shared_ptr<const ChatEndpoint>>> endpoints;
  std::set<std::string> names;
  for (const auto& text : arguments.roles) {
    RECKON_ASSIGN_OR_RETURN(const RoleText parsed, parse_role(text));
    const auto& [name, from] = parsed;
    if (!names.insert(name).second) return invalid_argument(fmt::format("--role {}: the role {} is given twice", text, name));
    if (remote::is_endpoint(from)) {
      RECKON_ASSIGN_OR_RETURN(auto endpoint, remote::open_endpoint(from));
      endpoints.emplace_back(name, std::move(endpoint));
      continue;
    }
    RECKON_ASSIGN_OR_RETURN(auto role, open_role(from, opened, arguments));
    roles.emplace_back(name, std::move(role));
  }
  RECKON_ASSIGN_OR_RETURN(auto engine, Engine::create(opened.model, arguments.engine));
  for (const auto& [name, role] : roles) RECKON_RETURN_IF_ERROR(engine->add_role(name, role.model, arguments.engine));
  for (auto& [name, endpoint] : endpoints) RECKON_RETURN_IF_ERROR(engine->add_role(name, std::move(endpoint)));
  return engine;
}

Result<std::string> model_identity(const OpenedModel& opened) {
  if (opened.path.empty()) return opened.name;
  const Notice notice(fmt::format("reading {} ...", opened.name));
  std::string digest = opened.digest;
  if (digest.empty()) {
    RECKON_ASSIGN_OR_RETURN(digest, models::sha256_of_file(opened.path));
  }
  if (opened.adapter.empty()) return digest;
  RECKON_ASSIGN_OR_RETURN(const std::string adapter, models::sha256_of_file(opened.adapter));
  return digest + "+" + adapter;
}

}  // namespace reckon::cli
