#include "bench/replay.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <queue>

#include "base/text.h"

namespace reckon {
namespace {

Status bad_rule(std::string_view text) {
  return invalid_argument("the replay \"" + std::string(text) +
                          "\" is none of first=N, beta=P (0.5 to 1), esc=N (2 or more), consensus; the last three take :futility=SHARE (0 to 1), "
                          "beta and consensus :window=N");
}

// "name=number"; a name alone has no number.
struct NamedNumber {
  std::string_view name;
  std::optional<double> number;

  bool is_count_from(double least) const { return number && *number >= least && *number <= 1e6 && *number == std::floor(*number); }
  bool is_within(double low, double high) const { return number && *number >= low && *number <= high; }
};
NamedNumber named_number(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, equals), parse_number<double>(text.substr(equals + 1))};
}

Result<ReplayRule> parse_rule(std::string_view text) {
  ReplayRule rule{.text = std::string(text), .kind = ReplayRule::Kind::stopping};
  const auto parts = split(text, ':');
  const NamedNumber kind = named_number(parts.front());
  if (kind.name == "first" && kind.is_count_from(1) && parts.size() == 1) {
    rule.kind = ReplayRule::Kind::first;
    rule.first = static_cast<std::size_t>(*kind.number);
  } else if (kind.name == "esc" && kind.is_count_from(2)) {
    rule.stop.kind = StopRule::Kind::esc;
    rule.stop.window = rule.parallel = static_cast<std::size_t>(*kind.number);
  } else if (kind.name == "beta" && kind.is_within(0.5, 1.0)) {
    rule.stop.kind = StopRule::Kind::beta;
    rule.stop.threshold = *kind.number;
  } else if (parts.front() != "consensus") {
    return bad_rule(text);
  }
  for (const auto& part : std::span(parts).subspan(1)) {
    const NamedNumber option = named_number(part);
    if (option.name == "futility" && option.is_within(0.0, 1.0)) rule.stop.futility = *option.number;
    else if (option.name == "window" && option.is_count_from(1) && kind.name != "esc") rule.parallel = static_cast<std::size_t>(*option.number);
    else return bad_rule(text);
  }
  return rule;
}

// When each trace starts and ends, in steps of one token, with `parallel` of them side by side.
struct Span {
  std::int64_t start = 0;
  std::int64_t end = 0;
};
std::vector<Span> schedule(std::span<const BenchTrace> pool, std::size_t parallel) {
  std::vector<Span> spans;
  std::priority_queue<std::int64_t, std::vector<std::int64_t>, std::greater<>> ends;
  for (const auto& trace : pool) {
    std::int64_t start = 0;
    if (ends.size() == parallel) {
      start = ends.top();
      ends.pop();
    }
    spans.push_back({start, start + trace.generated});
    ends.push(spans.back().end);
  }
  return spans;
}

void add_costs_until(std::int64_t stop, std::span<const Span> spans, ReplayedVote& vote) {
  for (const auto& [start, end] : spans) {
    if (start >= stop && end > stop) continue;  // never started
    vote.generated += std::min(end, stop) - start;
    if (end > stop) vote.cancelled += stop - start;
  }
}

BenchResult replayed_result(const BenchResult& whole, const ReplayRule& rule, const std::string& name) {
  const ReplayedVote vote = replay(whole.pool, rule);
  BenchResult result = whole;
  result.configuration = name;
  result.answer = whole.pool[vote.chosen].answer;
  result.correct = whole.pool[vote.chosen].correct;
  result.agreement = vote.agreement;
  result.pool.resize(vote.seen);
  result.any_correct = std::ranges::any_of(result.pool, &BenchTrace::correct);
  result.tokens = {.prefilled = whole.tokens.prefilled, .cached = whole.tokens.cached, .sampled = vote.generated, .cancelled = vote.cancelled};
  if (result.policy_flops && whole.tokens.generated() > 0) {
    *result.policy_flops *= static_cast<double>(vote.generated) / static_cast<double>(whole.tokens.generated());
  }
  result.wall_ms = 0.0;
  result.finish_reason = "replayed";
  return result;
}

// How many traces all answers of a configuration came from; 0: not the same number.
std::size_t pool_size(const std::vector<BenchResult>& results, const std::string& configuration) {
  std::optional<std::size_t> size;
  for (const auto& result : results) {
    if (result.configuration != configuration || result.failed()) continue;
    if (size && *size != result.pool.size()) return 0;
    size = result.pool.size();
  }
  return size.value_or(0);
}

std::string replayed_settings(const std::string& settings, const std::string& rule) {
  auto json = nlohmann::json::parse(settings, nullptr, /*allow_exceptions=*/false);
  if (json.is_object()) json["replay"] = rule;
  return json.dump();
}

}  // namespace

Result<std::vector<ReplayRule>> parse_replay_rules(std::string_view list) {
  std::vector<ReplayRule> rules;
  for (const auto& text : split(list, ',')) {
    RECKON_ASSIGN_OR_RETURN(auto rule, parse_rule(trim(text)));
    rules.push_back(std::move(rule));
  }
  return rules;
}

ReplayedVote replay(std::span<const BenchTrace> pool, const ReplayRule& rule) {
  const bool stops = rule.kind == ReplayRule::Kind::stopping;
  if (!stops) pool = pool.first(std::min(rule.first, pool.size()));
  StopRule stop = rule.stop;
  stop.samples = pool.size();
  RunningVote vote(stop);
  for (const auto& trace : pool) {
    vote.add(trace.answer);
    if (stops && vote.stopped()) break;
  }
  ReplayedVote replayed{.seen = vote.seen()};
  std::size_t winners = 0;
  for (std::size_t i = vote.seen(); i-- > 0;) {
    if (!vote.is_for_winner(i)) continue;
    replayed.chosen = i;
    ++winners;
  }
  replayed.agreement = static_cast<double>(winners) / static_cast<double>(vote.seen());
  const auto spans = schedule(pool, stops ? rule.parallel : pool.size());
  std::int64_t end = 0;
  for (const auto& span : std::span(spans).first(vote.seen())) end = std::max(end, span.end);
  add_costs_until(end, spans, replayed);
  return replayed;
}

std::vector<std::string> add_replays(BenchMatrix& matrix, BenchRun& run, std::span<const ReplayRule> rules) {
  std::vector<Configuration> configurations;
  std::vector<BenchResult> replayed;
  std::vector<std::string> added;
  for (const auto& configuration : matrix.configurations) {
    configurations.push_back(configuration);
    const std::size_t traces = pool_size(run.results, configuration.name);
    for (const auto& rule : rules) {
      if (traces < 2 || rule.first > traces) continue;
      added.push_back(configuration.name + " " + rule.text);
      configurations.push_back({.name = added.back(), .settings = replayed_settings(configuration.settings, rule.text)});
      for (const auto& result : run.results) {
        if (result.configuration != configuration.name) continue;
        BenchResult copy = result;
        copy.configuration = added.back();
        replayed.push_back(result.failed() ? std::move(copy) : replayed_result(result, rule, added.back()));
      }
    }
  }
  matrix.configurations = std::move(configurations);
  std::ranges::move(replayed, std::back_inserter(run.results));
  return added;
}

}  // namespace reckon
