#include "base/random.h"

namespace reckon {
namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53;
constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9;
constexpr std::uint32_t kWeyl1 = 0xBB67AE85;
constexpr int kRounds = 10;

__extension__ using Wide = unsigned __int128;

std::uint64_t draw64(std::uint64_t seed, std::uint64_t stream, std::uint64_t position) {
  auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  const auto out = philox4x32({low(position), high(position), low(stream), high(stream)},
                              {low(seed), high(seed)});
  return (static_cast<std::uint64_t>(out[1]) << 32) | out[0];
}

double to_unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> k) {
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t p0 = static_cast<std::uint64_t>(kMultiplier0) * c[0];
    const std::uint64_t p1 = static_cast<std::uint64_t>(kMultiplier1) * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
    k = {k[0] + kWeyl0, k[1] + kWeyl1};
  }
  return c;
}

std::uint64_t mix64(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

BranchPath BranchPath::root(std::uint64_t index) { return {mix64(index)}; }
BranchPath BranchPath::child(std::uint64_t index) const {
  // Not symmetric in (value, index): root(a).child(b) must differ from root(b).child(a).
  return {mix64(mix64(value + 1) ^ index)};
}

double uniform(std::uint64_t seed, BranchPath path, std::uint64_t position) {
  return to_unit(draw64(seed, path.value, position));
}

Rng::result_type Rng::operator()() { return draw64(seed_, stream_, position_++); }
double Rng::uniform() { return to_unit((*this)()); }
std::uint64_t Rng::below(std::uint64_t bound) {
  // Multiply-shift: the bias is below 2^-32 for any bound that we use.
  return static_cast<std::uint64_t>((static_cast<Wide>((*this)()) * bound) >> 64);
}

}  // namespace reckon
