#include "bench/replay.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace reckon {
namespace {

BenchResult replayed_result(const BenchResult& whole, Outcome outcome, const std::string& name) {
  BenchResult result = whole;
  result.configuration = name;
  result.answer = std::move(outcome.answer);
  result.correct = outcome.correct.value_or(false);
  result.agreement = outcome.agreement;
  result.any_correct = outcome.any_correct;
  result.pool = std::move(outcome.pool);
  result.calls.reset();  // a replay knows tokens only
  result.tokens = outcome.tokens;
  result.tokens.prefilled = whole.tokens.prefilled;
  result.tokens.cached = whole.tokens.cached;
  if (result.scoring_flops) result.scoring_flops = 0.0;  // no model was asked
  if (result.policy_flops && whole.tokens.generated() > 0) {
    *result.policy_flops *= static_cast<double>(result.tokens.generated()) / static_cast<double>(whole.tokens.generated());
  }
  result.wall_ms = 0.0;
  result.finish_reason = "replayed";
  return result;
}

// Whether all answers of a configuration came from the same number of traces, two or more.
bool has_pools(const std::vector<BenchResult>& results, const std::string& configuration) {
  std::optional<std::size_t> size;
  for (const auto& result : results) {
    if (result.configuration != configuration || result.failed()) continue;
    if (size && *size != result.pool.size()) return false;
    size = result.pool.size();
  }
  return size.value_or(0) >= 2;
}

// Ok when the configuration's own replay gives what was stored: then its pool holds its samples, and not the ends of a search.
Status holds_samples(const std::vector<BenchResult>& results, const Configuration& configuration, const ReplayFunction& replay) {
  Status failure;
  for (const auto& result : results) {
    if (result.configuration != configuration.name || result.failed()) continue;
    const auto again = replay(result, configuration);
    if (again.ok()) {
      const bool equal = again->answer == result.answer && again->tokens.generated() == result.tokens.generated();
      return equal ? ok_status() : unsupported("its traces are no samples that others could have drawn");
    }
    failure = again.status();
    if (failure.kind() != ErrorKind::not_found) break;  // else another answer may have what this one lacks
  }
  return failure;
}

// The source's settings with the replay's method.
std::string replayed_settings(const std::string& source, const std::string& replay) {
  auto json = nlohmann::json::parse(source, nullptr, /*allow_exceptions=*/false);
  const auto method = nlohmann::json::parse(replay, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !method.is_object()) return source;
  for (const char* part : {"strategy", "scorer"}) {
    if (method.contains(part)) json[part] = method[part];
  }
  json["replayed"] = true;
  return json.dump();
}

struct Replays {
  std::vector<BenchResult> results = {};  // empty when one failed, or none was made
  std::size_t made = 0;
  std::size_t lacking = 0;
  Status failure = {};  // of one, or of the last one that lacked something
};

Replays replay_all(const BenchRun& run, const std::string& of, const Configuration& rule, const ReplayFunction& replay) {
  Replays replays;
  for (const auto& whole : run.results) {
    if (whole.configuration != of) continue;
    const std::string name = of + " " + rule.name;
    if (whole.failed()) {
      replays.results.push_back(whole);
      replays.results.back().configuration = name;
      continue;
    }
    auto outcome = replay(whole, rule);
    if (outcome.ok()) {
      replays.results.push_back(replayed_result(whole, std::move(outcome).value(), name));
      ++replays.made;
      continue;
    }
    replays.failure = outcome.status();
    if (outcome.status().kind() != ErrorKind::not_found) return {.failure = outcome.status()};
    ++replays.lacking;
  }
  if (replays.made == 0) replays.results.clear();
  return replays;
}

std::string what_is_missing(const Replays& replays) {
  if (replays.results.empty()) return replays.failure.to_string();
  return std::to_string(replays.lacking) + " of its answers: " + replays.failure.to_string();
}

}  // namespace

Replayed add_replays(BenchMatrix& matrix, BenchRun& run, std::span<const Configuration> replays, const ReplayFunction& replay) {
  std::vector<Configuration> configurations;
  std::vector<BenchResult> results;
  Replayed replayed;
  for (const auto& configuration : matrix.configurations) {
    configurations.push_back(configuration);
    if (!has_pools(run.results, configuration.name)) continue;
    if (const Status samples = holds_samples(run.results, configuration, replay); !samples.ok()) {
      replayed.left_out.push_back(configuration.name + ": " + samples.to_string());
      continue;
    }
    for (const auto& rule : replays) {
      Replays made = replay_all(run, configuration.name, rule, replay);
      const std::string name = configuration.name + " " + rule.name;
      if (!made.failure.ok()) replayed.left_out.push_back(name + ": " + what_is_missing(made));
      if (made.results.empty()) continue;
      replayed.added.push_back(name);
      configurations.push_back({.name = name, .settings = replayed_settings(configuration.settings, rule.settings)});
      std::ranges::move(made.results, std::back_inserter(results));
    }
  }
  matrix.configurations = std::move(configurations);
  std::ranges::move(results, std::back_inserter(run.results));
  return replayed;
}

}  // namespace reckon
