#include "bench/saved_report.h"

#include <map>
#include <nlohmann/json.hpp>

#include "bench/result_json.h"
#include "bench/run_store.h"

namespace reckon {
namespace {

using Json = nlohmann::json;

// What `read(report)` makes of a report.
template <typename Read>
auto from_report(const std::string& json, const Read& read) -> decltype(read(Json())) {
  const auto report = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!report.is_object() || report.value("format", Json()) != "reckon-bench-1") {
    return invalid_argument("it is no report that `reckon bench --json` wrote");
  }
  try {
    return read(report);
  } catch (const Json::exception& error) {  // a report that somebody edited
    return invalid_argument(std::string("the report is damaged: ") + error.what());
  }
}

Status check_data(const Json& report, const std::string& digest) {
  if (report.at("data").at("sha256") == digest) return ok_status();
  return invalid_argument("the report is about other problems");
}

template <typename T>
std::optional<T> optional_at(const Json& object, const char* name) {
  const Json& value = object.at(name);
  if (value.is_null()) return std::nullopt;
  return value.get<T>();
}

BenchResult read_result(const Json& saved) {
  BenchResult result;
  result.row_id = saved.at("row");
  result.seed = saved.at("seed");
  result.answer = saved.at("answer");
  result.reference = saved.value("reference", "");  // resuming knows it
  result.correct = saved.at("correct");
  result.self_graded = saved.at("self_graded");
  result.agreement = optional_at<double>(saved, "agreement");
  result.any_correct = optional_at<bool>(saved, "any_correct");
  result.underthinking = optional_at<double>(saved, "underthinking");
  result.pool = pool_from_json(saved.at("pool").dump());
  result.calls = calls_from_json(saved.value("calls", Json()).dump());  // older reports do not say
  for (const auto& kind : bench_token_kinds) result.tokens.*kind.count = saved.at("tokens").at(kind.name);
  result.policy_flops = optional_at<double>(saved, "policy_flops");
  result.scoring_flops = optional_at<double>(saved, "scoring_flops");
  result.wall_ms = saved.at("wall_ms");
  result.finish_reason = saved.at("finish_reason");
  return result;
}

// The matrix's name for each configuration of the report that has the same settings.
Result<std::map<std::string, std::string>> names_by_settings(const Json& report, const BenchMatrix& matrix) {
  std::map<std::string, std::string> wanted;
  for (const auto& configuration : matrix.configurations) {
    RECKON_ASSIGN_OR_RETURN(const std::string settings, canonical_settings(configuration.settings));
    wanted[settings] = configuration.name;
  }
  std::map<std::string, std::string> names;
  for (const Json& configuration : report.at("configurations")) {
    if (const auto found = wanted.find(configuration.at("settings").dump()); found != wanted.end()) {
      names[configuration.at("name")] = found->second;
    }
  }
  return names;
}

Result<std::vector<BenchResult>> read_results(const Json& report, const BenchMatrix& matrix) {
  RECKON_RETURN_IF_ERROR(check_data(report, matrix.problems.digest));
  if (report.at("model_identity") != matrix.model) return invalid_argument("the report is about another model");
  RECKON_ASSIGN_OR_RETURN(const auto names, names_by_settings(report, matrix));
  if (names.empty()) return invalid_argument("no configuration of the report has the settings of one of this run");
  std::vector<BenchResult> results;
  for (const Json& saved : report.at("results")) {
    const auto name = names.find(saved.at("configuration"));
    if (name == names.end() || !saved.at("error").is_null()) continue;
    results.push_back(read_result(saved));
    results.back().configuration = name->second;
  }
  return results;
}

Rival read_rival(const Json& report, const Json& configuration) {
  const std::string name = configuration.at("name");
  Rival rival{.name = report.at("model").get<std::string>() + ": " + name,
              .cost = configuration.at("mean_policy_flops").get<double>() +
                      configuration.at("mean_scoring_flops").get<double>()};
  for (const Json& result : report.at("results")) {
    if (result.at("configuration") != name) continue;
    const bool right = result.at("error").is_null() && result.at("correct").get<bool>();
    rival.right.push_back({result.at("row"), result.at("seed"), right ? 1.0 : 0.0});
  }
  rival.flops_per_token = report.value("flops_per_token", 0.0);
  return rival;
}

Result<std::vector<Rival>> read_rivals(const Json& report, const std::string& data_digest) {
  RECKON_RETURN_IF_ERROR(check_data(report, data_digest));
  std::vector<Rival> rivals;
  for (const Json& configuration : report.at("configurations")) {
    if (!configuration.contains("mean_policy_flops") || configuration.at("mean_policy_flops").is_null()) {
      return invalid_argument("the report does not know the FLOPs of " + configuration.at("name").get<std::string>());
    }
    rivals.push_back(read_rival(report, configuration));
  }
  return rivals;
}

}  // namespace

Result<std::vector<BenchResult>> results_from_report(const std::string& json, const BenchMatrix& matrix) {
  return from_report(json, [&](const Json& report) { return read_results(report, matrix); });
}

Result<std::vector<Rival>> rivals_from_report(const std::string& json, const std::string& data_digest) {
  return from_report(json, [&](const Json& report) { return read_rivals(report, data_digest); });
}

}  // namespace reckon
