#include "apps/cli/bench_output.h"

#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace reckon::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Tally {
  std::int64_t right = 0;
  std::int64_t known = 0;
  bool several_traces = false;
  double rate() const { return static_cast<double>(right) / static_cast<double>(known); }
};

std::map<std::string, Tally> tally(const BenchReport& report, const AnyCorrect& any_correct) {
  std::map<std::string, Tally> tallies;
  for (const auto& result : report.results) {
    Tally& tally = tallies[result.configuration];
    if (result.agreement) tally.several_traces = true;
    const auto any = any_correct(result);
    if (!any) continue;
    ++tally.known;
    if (*any) ++tally.right;
  }
  return tallies;
}

}  // namespace

std::string bench_json(const BenchReport& report, const AnyCorrect& any_correct) {
  Json json = Json::parse(report_json(report));
  auto results = json["results"].begin();
  for (const auto& result : report.results) {
    const auto any = any_correct(result);
    (*results++)["any_correct"] = any ? Json(*any) : Json(nullptr);
  }
  auto tallies = tally(report, any_correct);
  for (auto& configuration : json["configurations"]) {
    const Tally& counts = tallies[configuration["name"].get<std::string>()];
    configuration["any_correct_known"] = counts.known;
    configuration["any_correct_rate"] = counts.known > 0 ? Json(counts.rate()) : Json(nullptr);
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string any_correct_text(const BenchReport& report, const AnyCorrect& any_correct) {
  auto tallies = tally(report, any_correct);
  std::string text;
  for (const auto& summary : report.configurations) {
    const Tally& counts = tallies[summary.configuration.name];
    if (!counts.several_traces || counts.known == 0) continue;
    text += fmt::format("{} {} {:.1f} % of {}", text.empty() ? "\nAny trace right:" : ",", summary.configuration.name, counts.rate() * 100.0, counts.known);
  }
  return text.empty() ? text : text + ".\n";
}

}  // namespace reckon::cli
