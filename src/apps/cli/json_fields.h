// Parts of JSON output that several commands share. Field names are stable: see README.md.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "engine/engine.h"

namespace reckon::cli {

nlohmann::ordered_json bill_json(const Bill& bill);
nlohmann::ordered_json event_json(const Event& event);

// Everything that changes the result but the question and the seed's draw: plug-ins with all their
// option values, sampling, limits, seed.
nlohmann::ordered_json request_json(const SolveRequest& request);

}  // namespace reckon::cli
