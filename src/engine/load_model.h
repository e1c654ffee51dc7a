// Backend factories behind one function: apps name a model, not a backend.
//
// A path is a GGUF file for llama.cpp. "fake:NAME" is a built-in fake model that needs no file, for
// trying the command line and for measuring the engine itself: "fake:words" answers a sum now right,
// now wrong; "fake:constant" costs next to nothing per token.
#pragma once

#include <memory>
#include <string>

#include "base/status.h"
#include "model/language_model.h"

namespace reckon {

// Errors: as of load_llama_model(); not_found for an unknown fake; unsupported for a path when this
// build has no llama.cpp.
Result<std::shared_ptr<const LanguageModel>> load_model(const std::string& path);

// "llama.cpp 0.5.0-dev (AVX512 = 1 | ...)", or "no backend".
std::string backend_version();

}  // namespace reckon
