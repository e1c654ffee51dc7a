// From what `--model` says to an engine that is ready.
#pragma once

#include <filesystem>
#include <memory>

#include "apps/cli/command_options.h"
#include "engine/engine.h"

namespace reckon::cli {

struct LoadedModel {
  std::string name;               // as the manifest or the file calls it
  std::filesystem::path path;     // empty for the fake model
  std::string digest;             // SHA-256 when the manifest knows it
  std::shared_ptr<const LanguageModel> model;
};

// Errors: not_found with the command that fetches it; those of load_llama_model.
Result<LoadedModel> load_model(const ModelArguments& arguments);

Result<std::unique_ptr<Engine>> make_engine(const LoadedModel& loaded, const EngineOptions& options);

}  // namespace reckon::cli
