// Tests only: where the small real model is.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace reckon::testing_support {

// $RECKON_TEST_MODEL, or where `reckon models pull smollm2-135m` puts it. The file may be missing.
inline std::string test_model_path() {
  namespace fs = std::filesystem;
  if (const char* path = std::getenv("RECKON_TEST_MODEL")) return path;
  fs::path home;
  if (const char* reckon = std::getenv("RECKON_HOME")) {
    home = reckon;
  } else if (const char* cache = std::getenv("XDG_CACHE_HOME")) {
    home = fs::path(cache) / "reckon";
  } else if (const char* user = std::getenv("HOME")) {
    home = fs::path(user) / ".cache" / "reckon";
  }
  return home / "models" / "smollm2-135m-instruct-q4_1.gguf";
}

}  // namespace reckon::testing_support
