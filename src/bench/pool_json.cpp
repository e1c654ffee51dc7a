#include "bench/pool_json.h"

#include <nlohmann/json.hpp>

namespace reckon {

using Json = nlohmann::json;

std::string pool_to_json(const std::vector<BenchTrace>& pool) {
  Json list = Json::array();
  for (const auto& trace : pool) list.push_back(Json::array({trace.answer, trace.correct, trace.generated}));
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<BenchTrace> pool_from_json(const std::string& json) {
  const Json list = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!list.is_array()) return {};
  std::vector<BenchTrace> pool;
  for (const Json& trace : list) {
    if (!trace.is_array() || trace.size() != 3 || !trace[0].is_string() || !trace[1].is_boolean() || !trace[2].is_number_integer()) return {};
    pool.push_back({trace[0], trace[1], trace[2]});
  }
  return pool;
}

}  // namespace reckon
