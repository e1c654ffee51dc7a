#include "thinking/sampler.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace reckon {
namespace {

constexpr std::size_t kLane = 32;
constexpr std::size_t kBlock = 1024;
constexpr float kNothing = -std::numeric_limits<float>::infinity();

// e^x for x <= 0, accurate to 2e-7 relative, in a form that compilers vectorise.
inline float fast_exp(float x) {
  const float t = (x < -87.0F ? -87.0F : x) * 1.44269504F;
  const float whole = std::floor(t);
  const float f = t - whole;
  const float p = 1.0F + f * (0.69314718F + f * (0.24022651F + f * (0.05550411F + f * (0.00961813F + f * (0.00133336F + f * 0.00015403F)))));
  return p * std::bit_cast<float>((static_cast<std::int32_t>(whole) + 127) << 23);
}

// e^x for x <= 0, accurate to 1e-11 relative: x = whole ln 2 + f, |f| <= ln 2 / 2, and Taylor's series for e^f.
// The whole part is rounded off by a number so large that its last bit is worth 1, and goes from there into the exponent.
inline double exact_exp(double x) {
  constexpr double kRounds = 0x1.8p52;
  const double clamped = x < -700.0 ? -700.0 : x;
  const double shifted = clamped * 0x1.71547652b82fep0 + kRounds;
  const double f = clamped - (shifted - kRounds) * 0x1.62e42fefa39efp-1;
  double p = 1.0 / 362880.0;
  for (const double factorial : {40320.0, 5040.0, 720.0, 120.0, 24.0, 6.0, 2.0, 1.0, 1.0}) p = p * f + 1.0 / factorial;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(p) + (std::bit_cast<std::uint64_t>(shifted) << 52));
}

float maximum(std::span<const float> row) {
  float lanes[kLane];
  std::fill(std::begin(lanes), std::end(lanes), kNothing);
  const std::size_t whole = row.size() / kLane * kLane;
  for (std::size_t i = 0; i < whole; i += kLane) {
    for (std::size_t k = 0; k < kLane; ++k) lanes[k] = row[i + k] > lanes[k] ? row[i + k] : lanes[k];
  }
  float best = *std::max_element(std::begin(lanes), std::end(lanes));
  for (std::size_t i = whole; i < row.size(); ++i) best = std::max(best, row[i]);
  return best;
}

// Sum of e^((logit - best) * scale) over a block: float lanes, added up in double.
double block_weight(std::span<const float> block, float best, float scale) {
  float lanes[kLane] = {};
  const std::size_t whole = block.size() / kLane * kLane;
  for (std::size_t i = 0; i < whole; i += kLane) {
    for (std::size_t k = 0; k < kLane; ++k) lanes[k] += fast_exp((block[i + k] - best) * scale);
  }
  double sum = 0.0;
  for (std::size_t i = whole; i < block.size(); ++i) sum += fast_exp((block[i] - best) * scale);
  for (float lane : lanes) sum += lane;
  return sum;
}

// The row that is sampled from: the raw one, or a copy with the edits carried out.
std::span<const float> edited_row(std::span<const float> row, const LogitEdits& edits, SamplerScratch& scratch) {
  if (edits.masked.empty() && edits.biased.empty()) return row;
  scratch.edited.assign(row.begin(), row.end());
  const auto size = static_cast<TokenId>(row.size());
  for (const auto& [token, bias] : edits.biased) {
    if (token >= 0 && token < size) scratch.edited[static_cast<std::size_t>(token)] += bias;
  }
  for (TokenId token : edits.masked) {
    if (token >= 0 && token < size) scratch.edited[static_cast<std::size_t>(token)] = kNothing;
  }
  return scratch.edited;
}

bool among_best(std::span<const float> row, const LogitEdits::Preferred& preferred) {
  if (preferred.within <= 0 || preferred.token < 0 || preferred.token >= static_cast<TokenId>(row.size())) return false;
  const float own = row[static_cast<std::size_t>(preferred.token)];
  if (own == kNothing) return false;
  int above = 0;
  for (const float logit : row) above += logit > own ? 1 : 0;
  return above < preferred.within;
}

// Draws from the whole softmax: block sums first, then a scan of the block that the draw fell into.
TokenId draw_from_row(std::span<const float> row, float best, double temperature, double uniform, SamplerScratch& scratch) {
  const auto scale = static_cast<float>(1.0 / temperature);
  scratch.block_sums.clear();
  double total = 0.0;
  for (std::size_t begin = 0; begin < row.size(); begin += kBlock) {
    scratch.block_sums.push_back(block_weight(row.subspan(begin, std::min(kBlock, row.size() - begin)), best, scale));
    total += scratch.block_sums.back();
  }
  double left = uniform * total;
  std::size_t block = 0;
  while (block + 1 < scratch.block_sums.size() && left >= scratch.block_sums[block]) left -= scratch.block_sums[block++];
  TokenId last = kNoToken;
  for (std::size_t i = block * kBlock; i < std::min((block + 1) * kBlock, row.size()); ++i) {
    if (row[i] == kNothing) continue;
    const double weight = fast_exp((row[i] - best) * scale);
    if (weight > 0.0 || last == kNoToken) last = static_cast<TokenId>(i);
    if (left < weight) break;
    left -= weight;
  }
  return last;
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
      if (row[i] >= floor && row[i] > kNothing) out.emplace_back(row[i], static_cast<TokenId>(i));
    }
  }
}

bool better(const std::pair<float, TokenId>& a, const std::pair<float, TokenId>& b) {
  return a.first != b.first ? a.first > b.first : a.second < b.second;
}

// Keeps the best candidates whose mass reaches top-p; false when those collected do not reach it.
bool keep_top_p(std::vector<std::pair<float, TokenId>>& candidates, double top_p, float best, double total) {
  double mass = 0.0;
  std::size_t kept = 0;
  while (kept < candidates.size() && (kept == 0 || mass < top_p * total)) {
    mass += std::exp(static_cast<double>(candidates[kept].first - best));
    ++kept;
  }
  if (mass < top_p * total) return false;
  candidates.resize(kept);
  return true;
}

// The candidates that top-k, top-p and min-p allow, best first. The search starts near the best logit
// and widens while what it found cannot settle the question.
void truncated_candidates(std::span<const float> row, float best, const SamplingSettings& settings, SamplerScratch& scratch) {
  auto& candidates = scratch.candidates;
  const float least = settings.min_p > 0.0 ? best + static_cast<float>(std::log(settings.min_p)) : kNothing;
  for (float reach = 6.0F;; reach *= 2.0F) {
    const float floor = std::max(best - reach, least);
    const bool everything = floor == least || reach > 1000.0F;
    collect(row, everything ? least : floor, candidates);
    const auto k = static_cast<std::size_t>(settings.top_k);
    const bool enough = k > 0 && candidates.size() >= k;
    if (k > 0 && !enough && !everything) continue;
    std::ranges::sort(candidates, better);
    if (enough) candidates.resize(k);
    if (settings.top_p >= 1.0) return;
    double total = 0.0;
    if (k > 0 || everything) {
      for (const auto& [logit, token] : candidates) total += std::exp(static_cast<double>(logit - best));
    } else {
      for (std::size_t begin = 0; begin < row.size(); begin += kBlock) {
        total += block_weight(row.subspan(begin, std::min(kBlock, row.size() - begin)), best, 1.0F);
      }
    }
    if (keep_top_p(candidates, settings.top_p, best, total) || everything) return;
  }
}

// The kConfidenceTop largest logits so far, largest first.
class LargestLogits {
 public:
  // What a logit must exceed to get in.
  float least() const { return size_ < values_.size() ? kNothing : values_.back(); }

  // Lanes without a candidate are skipped after one vectorised comparison; few have one once the first
  // blocks have been seen.
  void offer(std::span<const float> block) {
    for (std::size_t begin = 0; begin < block.size(); begin += kLane) {
      const auto lane = block.subspan(begin, std::min(kLane, block.size() - begin));
      const float least_now = least();
      int any = 0;
      for (float logit : lane) any |= logit > least_now ? 1 : 0;
      if (any == 0) continue;
      for (float logit : lane) {
        if (logit > least()) insert(logit);
      }
    }
  }

  // -(1/k) sum of log P over the k largest, where log P = logit - log_total.
  double confidence(std::size_t k, double log_total) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < k; ++i) {
      const double log_probability = i < size_ ? values_[i] - log_total : kLeastLogProbability;
      sum -= std::max(log_probability, kLeastLogProbability);
    }
    return k > 0 ? sum / static_cast<double>(k) : 0.0;
  }

 private:
  void insert(float logit) {
    if (size_ < values_.size()) ++size_;
    std::size_t at = size_ - 1;
    for (; at > 0 && values_[at - 1] < logit; --at) values_[at] = values_[at - 1];
    values_[at] = logit;
  }

  std::array<float, kConfidenceTop> values_{};
  std::size_t size_ = 0;
};

TokenId draw_from_candidates(std::span<const std::pair<float, TokenId>> candidates, float best, double temperature, double uniform) {
  auto weight = [&](float logit) { return std::exp(static_cast<double>(logit - best) / temperature); };
  double total = 0.0;
  for (const auto& [logit, token] : candidates) total += weight(logit);
  double left = uniform * total;
  for (const auto& [logit, token] : candidates) {
    if (left < weight(logit)) return token;
    left -= weight(logit);
  }
  return candidates.back().second;
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
  preferred = {};
}

std::vector<double> log_probabilities(std::span<const float> logits, std::span<const TokenId> ids) {
  const float best = maximum(logits);
  double mass = 0.0;
  for (std::size_t begin = 0; begin < logits.size(); begin += kBlock) {
    mass += block_weight(logits.subspan(begin, std::min(kBlock, logits.size() - begin)), best, 1.0F);
  }
  const double log_mass = std::log(mass);
  std::vector<double> result;
  for (const TokenId id : ids) {
    const bool known = id >= 0 && id < static_cast<TokenId>(logits.size());
    const double value = known ? static_cast<double>(logits[static_cast<std::size_t>(id)] - best) - log_mass : kLeastLogProbability;
    result.push_back(std::max(value, kLeastLogProbability));
  }
  return result;
}

TokenStats token_stats(std::span<const float> logits, TokenId token) {
  const float best = maximum(logits);
  double sum = 0.0;
  double mass = 0.0;
  LargestLogits largest;
  for (std::size_t begin = 0; begin < logits.size(); begin += kBlock) {
    const auto block = logits.subspan(begin, std::min(kBlock, logits.size() - begin));
    double masses[kLane] = {};
    double lanes[kLane] = {};
    float tops[kLane];
    std::fill(std::begin(tops), std::end(tops), kNothing);
    const std::size_t whole = block.size() / kLane * kLane;
    for (std::size_t i = 0; i < whole; i += kLane) {
      for (std::size_t k = 0; k < kLane; ++k) {
        const double below = static_cast<double>(block[i + k]) - best;
        masses[k] += exact_exp(below);
        lanes[k] += below;
        tops[k] = block[i + k] > tops[k] ? block[i + k] : tops[k];
      }
    }
    float top = *std::max_element(std::begin(tops), std::end(tops));
    for (std::size_t i = whole; i < block.size(); ++i) {
      const double below = static_cast<double>(block[i]) - best;
      mass += exact_exp(below);
      sum += below;
      top = std::max(top, block[i]);
    }
    for (double lane : masses) mass += lane;
    for (double lane : lanes) sum += lane;
    if (top > largest.least()) largest.offer(block);
  }
  const double log_mass = std::log(mass);  // of the sum of e^(logit - best)
  const auto n = static_cast<double>(logits.size());
  TokenStats stats;
  stats.logprob = static_cast<double>(logits[static_cast<std::size_t>(token)]) - best - log_mass;
  // KL(uniform || p) = -mean(log p) - log n.
  stats.self_certainty = log_mass - sum / n - std::log(n);
  stats.confidence = largest.confidence(std::min<std::size_t>(kConfidenceTop, logits.size()), best + log_mass);
  return stats;
}

Sampled sample(const SampleInput& input, const SamplingSettings& settings, const LogitEdits& edits, SamplerScratch& scratch) {
  const auto usable = static_cast<std::size_t>(input.usable > 0 ? input.usable : static_cast<int>(input.logits.size()));
  const auto row = edited_row(input.logits.first(std::min(usable, input.logits.size())), edits, scratch);
  const double temperature = edits.temperature.value_or(settings.temperature);
  const float best = maximum(row);
  Sampled result;
  if (best == kNothing) return result;
  if (among_best(row, edits.preferred)) {
    result.token = edits.preferred.token;
  } else if (temperature <= 0.0) {
    result.token = static_cast<TokenId>(std::ranges::find(row, best) - row.begin());
  } else if (settings.top_k == 0 && settings.top_p >= 1.0 && settings.min_p <= 0.0) {
    result.token = draw_from_row(row, best, temperature, input.uniform, scratch);
  } else {
    truncated_candidates(row, best, settings, scratch);
    result.token = draw_from_candidates(scratch.candidates, best, temperature, input.uniform);
  }
  if (input.record != Record::nothing) result.stats = token_stats(input.logits, result.token);
  return result;
}

}  // namespace reckon
