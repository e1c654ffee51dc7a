// Stage 2 of s_star: one of the candidates, by what the programs do.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "strategies/s_star/candidates.h"

namespace reckon::s_star {

enum class Select { adaptive, random, majority, public_tests };

struct SelectSettings {
  Select select = Select::adaptive;
  int inputs = 6;         // asked for, to tell programs apart
  int most_clusters = 8;  // the largest ones meet each other
  int reply_tokens = 512;
};

struct Choice {
  std::size_t candidate = 0;
  std::vector<std::size_t> alike;  // candidates that did the same on all inputs, the chosen one included
};

// candidates is not empty.
Choice select_candidate(Context& context, const ProgramTests& tests, const ProgramRunner& runner,
                        std::span<const ProgramCandidate> candidates, const SelectSettings& settings);

}  // namespace reckon::s_star
