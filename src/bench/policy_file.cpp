#include "bench/policy_file.h"

#include <nlohmann/json.hpp>

namespace reckon {
namespace {

using Json = nlohmann::json;

// Throws Json::exception where something is missing.
Policy policy_of(const Json& json) {
  Policy policy;
  policy.model = json.at("model");
  policy.difficulty_cost = json.at("difficulty_cost");
  policy.source = difficulty_source_named(json.at("difficulty").get<std::string>()).value_or(DifficultySource::predicted);
  policy.reference = json.at("reference");
  policy.unit = json.at("unit") == to_string(CostUnit::flops) ? CostUnit::flops : CostUnit::tokens;
  for (const Json& bin : json.at("bins")) {
    if (bin.at("questions") == 0) continue;  // nothing was chosen for it
    policy.bins.push_back({bin.at("name"), bin.at("ease").at(0)});
  }
  for (const Json& saved : json.at("budgets")) {
    PolicyLevel level{saved.at("name"), saved.at("budget"), {}};
    for (const auto& bin : policy.bins) level.choices.push_back(saved.at("choices").at(bin.name));
    policy.levels.push_back(std::move(level));
  }
  for (const auto& [name, settings] : json.at("settings").items()) policy.settings[name] = settings.dump();
  return policy;
}

}  // namespace

Result<Policy> read_policy(const std::string& json) {
  const Json saved = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!saved.is_object() || saved.value("format", Json()) != "reckon-policy-1") return invalid_argument("it is no policy that `reckon bench --compute-optimal` wrote");
  if (const Json difficulty = saved.value("difficulty", Json()); difficulty != "predicted" && difficulty != "scores") {
    return invalid_argument("its difficulty is the oracle's, which needs to know the answer: make one with --difficulty predicted or scores");
  }
  try {
    Policy policy = policy_of(saved);
    if (policy.bins.empty() || policy.levels.empty()) return invalid_argument("the policy chooses nothing");
    return policy;
  } catch (const Json::exception& error) {
    return invalid_argument(std::string("the policy is damaged, or of another version: ") + error.what());
  }
}

std::size_t bin_of(const Policy& policy, double ease) {
  for (std::size_t i = 0; i < policy.bins.size(); ++i) {
    if (ease >= policy.bins[i].least) return i;
  }
  return policy.bins.size() - 1;
}

}  // namespace reckon
