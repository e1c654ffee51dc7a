// Local models through llama.cpp: GGUF files on this machine.
//
// This folder is the only one that includes llama.cpp's headers. Everything that would make the
// library assert is checked before it is called, and its log is captured into error messages.
//
// Threading: loading is thread-safe; the model is shareable. Cost: the file is memory-mapped.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/status.h"
#include "model/language_model.h"

namespace reckon {

struct LlamaLoadOptions {
  int gpu_layers = -1;  // -1: as many as fit, when built with a GPU backend
};

// Errors: not_found (no such file), invalid_argument (not a GGUF, or a broken or truncated one),
// unsupported (recurrent state, no chat template, encoder models), out_of_memory.
Result<std::shared_ptr<const LanguageModel>> load_llama_model(const std::string& path, const LlamaLoadOptions& options);

// "0.5.0-dev", and what the CPU kernels use ("AVX512 = 1 | ...").
std::string llama_version_text();
std::string llama_system_text();

}  // namespace reckon
