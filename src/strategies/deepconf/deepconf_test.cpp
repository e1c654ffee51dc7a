#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "model/test_vocabulary.h"
#include "strategies/deepconf/confidence_gate.h"

namespace reckon {
namespace {

TEST(ConfidenceGate, NeedsAFullWindowAndForksWithItsBranch) {
  const testing_support::WordlessVocabulary vocabulary;
  ConfidenceGate gate(3, 5.0);
  const auto token = [&](Controller& to, double confidence) {
    const TokenStats stats{.confidence = confidence};
    return to.on_token({.vocabulary = vocabulary, .stats = &stats}, 0).action;
  };
  EXPECT_EQ(token(gate, 1.0), Verdict::Action::accept);
  EXPECT_EQ(gate.on_token({.vocabulary = vocabulary}, 0).action, Verdict::Action::accept) << "nothing recorded";
  EXPECT_EQ(token(gate, 5.0), Verdict::Action::accept);
  const auto fork = gate.clone();
  EXPECT_EQ(token(gate, 8.9), Verdict::Action::discard);
  EXPECT_EQ(token(*fork, 9.0), Verdict::Action::accept);
  EXPECT_EQ(token(*fork, 1.0), Verdict::Action::accept);  // 5, 9, 1
  EXPECT_EQ(token(*fork, 4.9), Verdict::Action::discard);
}

}  // namespace
}  // namespace reckon
