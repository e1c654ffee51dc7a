#include "thinking/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace reckon {
namespace {

// Candidates whose weight is below e^-30 of the best one are skipped: even 10^6 of them weigh less
// than 10^-7 of it together, which is below the precision of a float logit.
constexpr float kReach = 30.0F;
constexpr std::size_t kLane = 32;

float maximum(std::span<const float> row) {
  float lanes[kLane];
  std::fill(std::begin(lanes), std::end(lanes), -std::numeric_limits<float>::infinity());
  const std::size_t whole = row.size() / kLane * kLane;
  for (std::size_t i = 0; i < whole; i += kLane) {
    for (std::size_t k = 0; k < kLane; ++k) lanes[k] = row[i + k] > lanes[k] ? row[i + k] : lanes[k];
  }
  float best = *std::max_element(std::begin(lanes), std::end(lanes));
  for (std::size_t i = whole; i < row.size(); ++i) best = std::max(best, row[i]);
  return best;
}

// Collects (logit, id) of everything at or above `floor`, in id order. Blocks without any are skipped
// after one vectorised comparison.
void collect(std::span<const float> row, float floor, std::vector<std::pair<float, TokenId>>& out) {
  out.clear();
  for (std::size_t begin = 0; begin < row.size(); begin += kLane) {
    const std::size_t end = std::min(begin + kLane, row.size());
    int any = 0;
    for (std::size_t i = begin; i < end; ++i) any |= row[i] >= floor ? 1 : 0;
    if (any == 0) continue;
    for (std::size_t i = begin; i < end; ++i) {
      if (row[i] >= floor) out.emplace_back(row[i], static_cast<TokenId>(i));
    }
  }
}

std::span<const float> copy_with_edits(std::span<const float> row, const LogitEdits& edits, SamplerScratch& scratch) {
  scratch.edited.assign(row.begin(), row.end());
  for (const auto& [token, bias] : edits.biased) {
    if (token >= 0 && token < static_cast<TokenId>(row.size())) scratch.edited[static_cast<std::size_t>(token)] += bias;
  }
  for (TokenId token : edits.masked) {
    if (token >= 0 && token < static_cast<TokenId>(row.size())) {
      scratch.edited[static_cast<std::size_t>(token)] = -std::numeric_limits<float>::infinity();
    }
  }
  return scratch.edited;
}

// Carries out edits on collected candidates instead of on a copy of the whole row: a few tokens
// against hundreds of kilobytes. Returns the best logit left, -infinity when nothing is.
float edit_candidates(std::span<const float> row, const LogitEdits& edits, std::vector<std::pair<float, TokenId>>& candidates) {
  for (const auto& [token, bias] : edits.biased) {
    if (token < 0 || token >= static_cast<TokenId>(row.size())) continue;
    const auto found = std::ranges::find(candidates, token, &std::pair<float, TokenId>::second);
    if (found != candidates.end()) {
      found->first += bias;
    } else {
      candidates.emplace_back(row[static_cast<std::size_t>(token)] + bias, token);
    }
  }
  for (TokenId token : edits.masked) {
    std::erase_if(candidates, [token](const auto& candidate) { return candidate.second == token; });
  }
  float best = -std::numeric_limits<float>::infinity();
  for (const auto& [logit, token] : candidates) best = std::max(best, logit);
  return best;
}

// Everything within `reach` of the best logit, edits included; returns that best logit.
float collect_candidates(std::span<const float> row, float reach, const LogitEdits& edits, SamplerScratch& scratch) {
  const float best = maximum(row);
  if (best == -std::numeric_limits<float>::infinity()) return best;
  collect(row, best - reach, scratch.candidates);
  if (edits.masked.empty() && edits.biased.empty()) return best;
  const float edited = edit_candidates(row, edits, scratch.candidates);
  if (edited >= best) return edited;
  // The best candidate was lowered: others that were out of reach may be within it now.
  const std::span<const float> copy = copy_with_edits(row, edits, scratch);
  const float lower = maximum(copy);
  if (lower == -std::numeric_limits<float>::infinity()) return lower;
  collect(copy, lower - reach, scratch.candidates);
  return lower;
}

bool sorts(const SamplingSettings& s) { return s.top_k > 0 || s.top_p < 1.0; }

// Keeps the candidates that top-k, top-p and min-p allow.
void truncate_candidates(std::vector<std::pair<float, TokenId>>& candidates, const SamplingSettings& settings) {
  if (!sorts(settings)) return;
  auto better = [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; };
  if (settings.top_k > 0 && static_cast<std::size_t>(settings.top_k) < candidates.size()) {
    std::ranges::nth_element(candidates, candidates.begin() + settings.top_k, better);
    candidates.resize(static_cast<std::size_t>(settings.top_k));
  }
  std::ranges::sort(candidates, better);
  if (settings.top_p >= 1.0) return;
  double total = 0.0;
  for (const auto& [logit, token] : candidates) total += std::exp(static_cast<double>(logit - candidates.front().first));
  double mass = 0.0;
  std::size_t kept = 0;
  while (kept < candidates.size() && (kept == 0 || mass < settings.top_p * total)) {
    mass += std::exp(static_cast<double>(candidates[kept].first - candidates.front().first));
    ++kept;
  }
  candidates.resize(kept);
}

TokenId lowest_id_at(const std::vector<std::pair<float, TokenId>>& candidates, float best) {
  TokenId lowest = kNoToken;
  for (const auto& [logit, token] : candidates) {
    if (logit >= best && (lowest == kNoToken || token < lowest)) lowest = token;
  }
  return lowest;
}

TokenId draw(std::vector<std::pair<float, TokenId>>& candidates, float best, double temperature, double uniform) {
  double total = 0.0;
  for (auto& [logit, token] : candidates) {
    logit = static_cast<float>(std::exp(static_cast<double>(logit - best) / temperature));
    total += logit;
  }
  const double target = uniform * total;
  double mass = 0.0;
  for (const auto& [weight, token] : candidates) {
    mass += weight;
    if (mass > target) return token;
  }
  return candidates.back().second;
}

// e^x for x <= 0, accurate to 2e-7 relative, in a form that compilers vectorise.
inline float fast_exp(float x) {
  const float t = std::max(x, -87.0F) * 1.44269504F;
  const float whole = std::floor(t);
  const float f = t - whole;
  const float p = 1.0F + f * (0.69314718F + f * (0.24022651F + f * (0.05550411F + f * (0.00961813F + f * (0.00133336F + f * 0.00015403F)))));
  const auto exponent = static_cast<std::int32_t>(whole) + 127;
  union { std::int32_t bits; float value; } scale;
  scale.bits = exponent << 23;
  return p * scale.value;
}

}  // namespace

Status validate(const SamplingSettings& s) {
  auto wrong = [](const char* name, double value, const char* range) {
    return invalid_argument(std::string(name) + " = " + std::to_string(value) + " is out of range: it takes " + range);
  };
  if (!(s.temperature >= 0.0 && s.temperature <= 100.0)) return wrong("temperature", s.temperature, "0 to 100");
  if (s.top_k < 0) return wrong("top_k", s.top_k, "0 (off) or more");
  if (!(s.top_p > 0.0 && s.top_p <= 1.0)) return wrong("top_p", s.top_p, "more than 0, up to 1");
  if (!(s.min_p >= 0.0 && s.min_p <= 1.0)) return wrong("min_p", s.min_p, "0 to 1");
  return ok_status();
}

void LogitEdits::clear() {
  masked.clear();
  biased.clear();
  temperature.reset();
}

TokenStats token_stats(std::span<const float> logits, TokenId token) {
  const float best = maximum(logits);
  float sums[kLane] = {};
  float exps[kLane] = {};
  const std::size_t whole = logits.size() / kLane * kLane;
  double sum = 0.0;
  double mass = 0.0;
  constexpr std::size_t kFlush = kLane * 256;  // float lanes are emptied often, to keep their precision
  for (std::size_t begin = 0; begin < whole; begin += kFlush) {
    const std::size_t end = std::min(begin + kFlush, whole);
    for (std::size_t i = begin; i < end; i += kLane) {
      for (std::size_t k = 0; k < kLane; ++k) {
        const float d = logits[i + k] - best;
        sums[k] += d;
        exps[k] += fast_exp(d);
      }
    }
    for (std::size_t k = 0; k < kLane; ++k) {
      sum += sums[k];
      mass += exps[k];
      sums[k] = exps[k] = 0.0F;
    }
  }
  for (std::size_t i = whole; i < logits.size(); ++i) {
    sum += logits[i] - best;
    mass += std::exp(static_cast<double>(logits[i] - best));
  }
  const double log_mass = std::log(mass);  // of the sum of e^(logit - best)
  const auto n = static_cast<double>(logits.size());
  TokenStats stats;
  stats.logprob = static_cast<double>(logits[static_cast<std::size_t>(token)] - best) - log_mass;
  // KL(uniform || p) = -mean(log p) - log n.
  stats.self_certainty = log_mass - sum / n - std::log(n);
  return stats;
}

Sampled sample(const SampleInput& input, const SamplingSettings& settings, const LogitEdits& edits, SamplerScratch& scratch) {
  const auto usable = static_cast<std::size_t>(input.usable > 0 ? input.usable : static_cast<int>(input.logits.size()));
  const std::span<const float> row = input.logits.first(std::min(usable, input.logits.size()));
  const double temperature = edits.temperature.value_or(settings.temperature);
  Sampled result;
  const bool greedy = temperature <= 0.0;
  // min-p is relative to the best candidate's probability, so it is only a higher floor.
  float reach = greedy ? 0.0F : kReach * static_cast<float>(std::max(1.0, temperature));
  if (settings.min_p > 0.0) reach = std::min(reach, static_cast<float>(-std::log(settings.min_p)));
  const float best = collect_candidates(row, reach, edits, scratch);
  if (best == -std::numeric_limits<float>::infinity()) return result;
  if (greedy) {
    result.token = lowest_id_at(scratch.candidates, best);
  } else {
    if (settings.min_p > 0.0) std::erase_if(scratch.candidates, [&](const auto& candidate) { return candidate.first < best - reach; });
    truncate_candidates(scratch.candidates, settings);
    result.token = draw(scratch.candidates, best, temperature, input.uniform);
  }
  if (input.record == Record::statistics && result.token != kNoToken) result.stats = token_stats(input.logits, result.token);
  return result;
}

}  // namespace reckon
