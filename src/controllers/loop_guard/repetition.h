// Signs that a text goes round in circles without repeating itself to the letter.
//
// Pure functions over token ids; O(n log n) in the window, asked every few tokens.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "model/token.h"

namespace reckon {

// Distinct runs of n ids as a share of all of them; 1 when there are fewer than n.
double distinct_ngram_share(const Tokens& window, std::size_t n);

// Phrases of the Lempel-Ziv 1978 parse per id: about 1 for noise, sqrt(2 / n) for one id repeated.
double lz78_ratio(const Tokens& window);

// Counts equal lines among the last `horizon` tokens. Case, spaces and punctuation at the ends do not make lines
// different, numbers do: rows of a table are no circle. Lines of fewer than eight characters do not count.
class LineCounter {
 public:
  explicit LineCounter(std::int64_t horizon = 2048) : horizon_(horizon) {}
  void add(std::string_view piece);
  // How often the line that occurs most occurs.
  int most() const;

 private:
  struct Line {
    std::size_t hash;
    std::int64_t at;
  };
  void end_line();

  std::int64_t horizon_;
  std::int64_t tokens_ = 0;
  std::string line_;
  std::deque<Line> lines_;
};

}  // namespace reckon
