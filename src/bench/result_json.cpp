#include "bench/result_json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace reckon {

using Json = nlohmann::json;

namespace {

constexpr double kPerNat = 1000.0;  // confidences are kept in thousandths, as integers

// JSON has no infinities: the largest number stands for them.
Json number_or_null(double value) {
  constexpr double most = std::numeric_limits<double>::max();
  return std::isnan(value) ? Json(nullptr) : Json(std::clamp(value, -most, most));
}

std::optional<double> number_or_none(const Json& json) {
  if (json.is_null()) return std::numeric_limits<double>::quiet_NaN();
  return json.is_number() ? std::optional(json.get<double>()) : std::nullopt;
}

Json details_to_json(const BenchTrace& trace) {
  Json details = Json::object();
  if (trace.score) {
    details["score"] = number_or_null(trace.score->value);
    if (trace.score->calibrated) details["calibrated"] = true;
    for (const double step : trace.score->steps) details["steps"].push_back(number_or_null(step));
  }
  if (trace.round != 0) details["round"] = trace.round;
  if (trace.stats.tokens > 0) {
    details["logprob"] = trace.stats.logprob;
    details["self_certainty"] = trace.stats.self_certainty;
    Json& confidences = details["confidences"] = Json::array();
    for (const float confidence : trace.stats.confidences) confidences.push_back(std::llround(confidence * kPerNat));
  }
  return details;
}

std::optional<Score> score_from_json(const Json& details) {
  const auto value = details.contains("score") ? number_or_none(details["score"]) : std::nullopt;
  if (!value) return std::nullopt;
  Score score{.value = *value, .calibrated = details.value("calibrated", Json()) == true};
  for (const Json& step : details.value("steps", Json::array())) score.steps.push_back(number_or_none(step).value_or(std::numeric_limits<double>::quiet_NaN()));
  return score;
}

double number_or_zero(const Json& json, const char* name) {
  return json.contains(name) && json[name].is_number() ? json[name].get<double>() : 0.0;
}

// Empty when it is none.
TraceStats statistics_from_json(const Json& json) {
  TraceStats stats;
  if (!json.contains("confidences")) return stats;
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
    if (Json details = details_to_json(trace); !details.empty()) list.back().push_back(std::move(details));
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
    if (trace.size() < 4 || !trace[3].is_object()) continue;
    const Json& details = trace[3];
    pool.back().stats = statistics_from_json(details);
    pool.back().score = score_from_json(details);
    if (details.contains("round") && details["round"].is_number_integer()) pool.back().round = details["round"].get<int>();
  }
  return pool;
}

std::string calls_to_json(const std::optional<BenchCalls>& calls) {
  Json json;
  if (!calls) return json.dump();
  for (const auto& kind : bench_call_kinds) json[kind.name] = *calls.*kind.value;
  return json.dump();
}

std::optional<BenchCalls> calls_from_json(const std::string& json) {
  const Json object = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return std::nullopt;
  BenchCalls calls;
  for (const auto& kind : bench_call_kinds) {
    const Json value = object.value(kind.name, Json());
    calls.*kind.value = value.is_number() ? value.get<double>() : std::nan("");
  }
  return calls;
}

}  // namespace reckon
