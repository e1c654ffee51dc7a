// Fetching a model with progress for people: a bar on a terminal, a line now and then elsewhere.
#pragma once

#include <filesystem>
#include <string>

#include "apps/models/model_store.h"

namespace reckon::cli {

// Ctrl-C stops it; what was fetched is kept for the next attempt. Errors: those of ModelStore.
Result<std::filesystem::path> pull_with_progress(models::ModelStore& store, const std::string& name);
Status verify_with_progress(const models::ModelStore& store, const std::string& name);

// "[#####.....] 45 %, 221.1 MB of 491.4 MB, 12.3 MB/s, 22.0 s left"
std::string pull_line(const models::PullProgress& progress, double bytes_per_second);

}  // namespace reckon::cli
