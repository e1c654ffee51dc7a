#include "apps/cli/bench_output.h"

#include <map>

#include <nlohmann/json.hpp>

namespace reckon::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Tally {
  std::int64_t right = 0;
  std::int64_t known = 0;
};

}  // namespace

std::string bench_json(const BenchReport& report, const AnyCorrect& any_correct) {
  Json json = Json::parse(report_json(report));
  std::map<std::string, Tally> tallies;
  auto results = json["results"].begin();
  for (const auto& result : report.results) {
    Json& entry = *results++;
    const auto any = any_correct(result);
    entry["any_correct"] = any ? Json(*any) : Json(nullptr);
    if (!any) continue;
    Tally& tally = tallies[result.configuration];
    ++tally.known;
    if (*any) ++tally.right;
  }
  for (auto& configuration : json["configurations"]) {
    const Tally tally = tallies[configuration["name"].get<std::string>()];
    configuration["any_correct_known"] = tally.known;
    configuration["any_correct_rate"] = tally.known > 0 ? Json(static_cast<double>(tally.right) / static_cast<double>(tally.known)) : Json(nullptr);
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reckon::cli
