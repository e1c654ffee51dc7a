// From what `--model` and `--role` say to an engine that is ready. A model is written NAME or FILE.gguf, or with a LoRA
// adapter MODEL+ADAPTER.gguf.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "apps/cli/command_options.h"
#include "engine/engine.h"

namespace reckon::cli {

struct OpenedModel {
  std::string name;             // as the manifest or the file calls it
  std::filesystem::path path;   // empty for the fake models
  std::string digest;           // SHA-256 when the manifest knows it
  std::filesystem::path adapter;  // empty: none
  std::shared_ptr<const LanguageModel> model;
  std::shared_ptr<const LanguageModel> weights;  // the model without its adapter
};

// A model of the manifest that is not here yet is fetched with --pull, or when a person sits at the
// terminal and can stop it. Errors: not_found with the command that fetches it; those of load_model().
Result<OpenedModel> open_model(const ModelArguments& arguments);

// `--role NAME=FROM`. Errors: invalid_argument when it is not written so.
struct RoleText {
  std::string name;
  std::string from;
};
Result<RoleText> parse_role(const std::string& text);

// An engine of the opened model, with the models of `--role` beside it. A role that names the opened model, or no model but
// an adapter, shares its weights; one that names a URL is played by the endpoint there.
Result<std::unique_ptr<Engine>> make_engine(const OpenedModel& opened, const ModelArguments& arguments);

// The digest of the model's file, and of its adapter's: reads the whole file where no manifest knows it.
Result<std::string> model_identity(const OpenedModel& opened);

}  // namespace reckon::cli
