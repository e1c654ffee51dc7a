#include "bench/rival_report.h"

#include "bench/saved_report.h"

namespace reckon {
namespace {

using Json = nlohmann::json;

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
  return rival;
}

Result<std::vector<Rival>> read_rivals(const Json& report, const std::string& data_digest) {
  if (report.at("data").at("sha256") != data_digest) return invalid_argument("the report is about other problems");
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

Result<std::vector<Rival>> rivals_from_report(const std::string& json, const std::string& data_digest) {
  return from_report(json, [&](const Json& report) { return read_rivals(report, data_digest); });
}

}  // namespace reckon
