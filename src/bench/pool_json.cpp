#include "bench/pool_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace reckon {

using Json = nlohmann::json;

namespace {

constexpr double kPerNat = 1000.0;  // confidences are kept in thousandths, as integers

Json statistics_to_json(const TraceStats& stats) {
  Json confidences = Json::array();
  for (const float confidence : stats.confidences) confidences.push_back(std::llround(confidence * kPerNat));
  return {{"logprob", stats.logprob}, {"self_certainty", stats.self_certainty}, {"confidences", std::move(confidences)}};
}

double number_or_zero(const Json& json, const char* name) {
  return json.contains(name) && json[name].is_number() ? json[name].get<double>() : 0.0;
}

// Empty when it is none.
TraceStats statistics_from_json(const Json& json) {
  TraceStats stats;
  if (!json.is_object() || !json.contains("confidences")) return stats;
  for (const Json& confidence : json["confidences"]) {
    if (!confidence.is_number()) return {};
    stats.confidences.push_back(static_cast<float>(confidence.get<double>() / kPerNat));
  }
  stats.tokens = static_cast<std::int64_t>(stats.confidences.size());
  stats.logprob = number_or_zero(json, "logprob");
  stats.self_certainty = number_or_zero(json, "self_certainty");
  return stats;
}

}  // namespace

std::string pool_to_json(const std::vector<BenchTrace>& pool) {
  Json list = Json::array();
  for (const auto& trace : pool) {
    list.push_back(Json::array({trace.answer, trace.correct, trace.generated}));
    if (trace.stats.tokens > 0) list.back().push_back(statistics_to_json(trace.stats));
  }
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<BenchTrace> pool_from_json(const std::string& json) {
  const Json list = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!list.is_array()) return {};
  std::vector<BenchTrace> pool;
  for (const Json& trace : list) {
    if (!trace.is_array() || trace.size() < 3 || !trace[0].is_string() || !trace[1].is_boolean() || !trace[2].is_number_integer()) return {};
    pool.push_back({trace[0], trace[1], trace[2]});
    if (trace.size() > 3) pool.back().stats = statistics_from_json(trace[3]);
  }
  return pool;
}

}  // namespace reckon
