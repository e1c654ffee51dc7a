#include "bench/report_notes.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/report_format.h"

namespace reckon {
namespace {

bool has_controller(const std::string& settings, const std::string& name) {
  const auto json = nlohmann::json::parse(settings, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return false;
  const auto controllers = json.find("controllers");
  if (controllers == json.end() || !controllers->is_array()) return false;
  return std::ranges::any_of(*controllers, [&](const auto& controller) {
    return controller.is_object() && controller.contains("name") && controller["name"] == name;
  });
}

constexpr std::size_t few_rows = 30;   // below this, a percentile bootstrap is too narrow
constexpr std::size_t enough_seeds = 3;  // docs/design: at least three seeds for a comparison

}  // namespace

std::vector<std::size_t> used_token_kinds(const BenchReport& report) {
  std::vector<std::size_t> kinds;
  for (std::size_t kind = 0; kind < bench_token_kinds.size(); ++kind) {
    for (const auto& summary : report.configurations) {
      if (summary.tokens.by_kind[kind] == 0.0) continue;
      kinds.push_back(kind);
      break;
    }
  }
  return kinds;
}

std::string confidence_label(const BenchReport& report) {
  const double level = 100.0 * report.info.bootstrap.confidence;
  return report_format::fixed(level, level == static_cast<double>(static_cast<int>(level)) ? 0 : 1) + " % interval";
}

std::string unit_note(const BenchReport& report) {
  std::string note =
      "n is rows x seeds. Accuracy is over all answers; its interval is Wilson's, which takes every answer for an "
      "independent trial. ";
  if (report.seeds.size() > 1) {
    note += "Several seeds of one row are not independent, so it is somewhat too narrow; the JSON report also has the "
            "interval over rows. ";
  }
  return note + "Differences are paired by row (seeds averaged first), with a bootstrap interval over rows. An error "
                "counts as a wrong answer. Tokens and wall time are means per answer without an error; pending, "
                "cancelled, withheld and thinking tokens are counted in the generated ones too.";
}

std::optional<double> any_correct_rate(const ConfigurationSummary& summary) {
  if (summary.any_correct_known == 0) return std::nullopt;
  return static_cast<double>(summary.any_correct) / static_cast<double>(summary.any_correct_known);
}

bool shows_underthinking(const BenchReport& report) {
  return std::ranges::any_of(report.configurations, [](const ConfigurationSummary& summary) {
    return has_controller(summary.configuration.settings, "switch_penalty");
  });
}

std::vector<std::string> report_extras(const BenchReport& report) {
  std::vector<std::string> extras;
  std::string any_right;
  for (const auto& summary : report.configurations) {
    const auto rate = any_correct_rate(summary);
    if (!summary.several_traces || !rate) continue;
    any_right += (any_right.empty() ? "Any trace right: " : ", ") + summary.configuration.name + " " +
                 report_format::percent(*rate) + " of " + std::to_string(summary.any_correct_known);
  }
  if (!any_right.empty()) extras.push_back(any_right + ".");
  if (shows_underthinking(report)) {
    extras.push_back("Underthinking (2501.18585, weighted form): the mean share of a single trace that was written after "
                     "its first thought with the right answer, 0 for right traces. Thoughts are cut at switch phrases and "
                     "judged by their extracted answer instead of the paper's language models: a proxy, not comparable "
                     "with published figures.");
  }
  return extras;
}

std::vector<std::string> report_warnings(const BenchReport& report) {
  std::vector<std::string> warnings;
  std::size_t errors = 0;
  std::size_t answers = 0;
  for (const auto& summary : report.configurations) {
    errors += summary.errors;
    answers += summary.answers;
  }
  if (report.missing > 0) {
    warnings.push_back("Incomplete: " + std::to_string(report.missing) + " of " +
                       std::to_string(report.missing + answers) +
                       " results are missing. Resume the run to complete it.");
  }
  if (errors > 0) warnings.push_back(std::to_string(errors) + " of " + std::to_string(answers) + " results are errors and count as wrong.");
  if (report.rows < few_rows) {
    warnings.push_back("Only " + std::to_string(report.rows) + " rows: the intervals are rough and differences mean little.");
  }
  if (report.seeds.size() < enough_seeds) {
    warnings.push_back("Only " + std::to_string(report.seeds.size()) + (report.seeds.size() == 1 ? " seed" : " seeds") +
                       ": chance in sampling is not averaged out.");
  }
  return warnings;
}

}  // namespace reckon
