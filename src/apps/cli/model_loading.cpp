#include "apps/cli/model_loading.h"

#include "apps/models/model_store.h"
#include "backends/llama/llama_model.h"

namespace reckon::cli {

Result<LoadedModel> load_model(const ModelArguments& arguments) {
  LoadedModel loaded;
  RECKON_ASSIGN_OR_RETURN(const auto store, models::ModelStore::open());
  RECKON_ASSIGN_OR_RETURN(loaded.path, store.resolve(arguments.model));
  const auto entry = store.find(arguments.model);
  loaded.name = entry.ok() ? entry->name : loaded.path.filename().string();
  if (entry.ok()) loaded.digest = entry->sha256;
  RECKON_ASSIGN_OR_RETURN(loaded.model, load_llama_model(loaded.path.string(), {}));
  return loaded;
}

Result<std::unique_ptr<Engine>> make_engine(const LoadedModel& loaded, const EngineOptions& options) {
  return Engine::create(loaded.model, options);
}

}  // namespace reckon::cli
