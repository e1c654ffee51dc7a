// Counter-based random numbers: a pure function of (key, counter), so that the same seed gives the
// same draw whatever the order in which branches happen to be computed.
//
// Generator: Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as
// 1, 2, 3" (SC 2011). Threading: pure functions. Cost: about 10 ns a draw.
#pragma once

#include <array>
#include <cstdint>

namespace reckon {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

// Identifies one branch's stream of randomness. A root path comes from the sample index; a child
// path from its parent and the child's index, so a fork is keyed by where it is, not by when it ran.
struct BranchPath {
  std::uint64_t value = 0;
  static BranchPath root(std::uint64_t index);
  BranchPath child(std::uint64_t index) const;
  bool operator==(const BranchPath&) const = default;
};

// Uniform in [0, 1) with 53 bits, for (run seed, branch path, position in the sequence).
double uniform(std::uint64_t seed, BranchPath path, std::uint64_t position);

// A small sequential generator over the same function, for shuffles, bootstraps and test data.
// Satisfies UniformRandomBitGenerator.
class Rng {
 public:
  using result_type = std::uint64_t;
  explicit Rng(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()();
  double uniform();                            // [0, 1)
  std::uint64_t below(std::uint64_t bound);    // [0, bound), bound > 0

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;
};

// A 64-bit finaliser (SplitMix64's), for combining ids into keys.
std::uint64_t mix64(std::uint64_t value);

}  // namespace reckon
