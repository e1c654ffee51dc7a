// The Decoder against the fake model, whose logits depend on what its KV cache really holds: every
// test compares with logits computed from the sequence's own tokens.
#include "model/decoder.h"

#include <gtest/gtest.h>

#include <list>

#include "backends/fake/fake_model.h"
#include "base/random.h"

namespace reckon {
namespace {

const LogitFunction kLogits = hashed_logits(1, 5.0F);

struct Fixture {
  FakeModel model{FakeVocabulary::english(), kLogits};
  Decoder decoder;
  explicit Fixture(ContextOptions options = {.slots = 4, .cells = 200}, DecoderOptions decoder_options = {})
      : decoder(std::move(model.create_context(options)).value(), decoder_options) {}

  std::vector<float> expected(const Sequence& sequence) const {
    std::vector<float> row(static_cast<std::size_t>(model.vocabulary().size()));
    kLogits(sequence.tokens(), row);
    return row;
  }

  // Evaluates until all are ready, checking each row; returns the number of calls.
  int settle(std::vector<Sequence*> sequences) {
    int calls = 0;
    while (!sequences.empty() && ++calls < 1000) {
      auto done = decoder.evaluate(sequences);
      EXPECT_TRUE(done.ok()) << done.status().to_string();
      if (!done.ok()) return -1;
      std::vector<Sequence*> left;
      for (std::size_t i = 0; i < sequences.size(); ++i) {
        if (!(*done)[i].ready()) {
          left.push_back(sequences[i]);
          continue;
        }
        const auto row = decoder.logits((*done)[i].row);
        EXPECT_EQ(std::vector<float>(row.begin(), row.end()), expected(*sequences[i]));
      }
      sequences = left;
    }
    return calls;
  }
};

Tokens numbers(int n, int from = 10) {
  Tokens tokens;
  for (int i = 0; i < n; ++i) tokens.push_back(from + i % 200);
  return tokens;
}

TEST(Decoder, SamplesOfOnePromptCostThePromptOnce) {
  Fixture f({.slots = 32, .cells = 2000});
  Sequence prompt = f.decoder.create();
  prompt.append(numbers(100));
  std::list<Sequence> samples;
  std::vector<Sequence*> all;
  for (int i = 0; i < 32; ++i) all.push_back(&samples.emplace_back(prompt.fork()));
  EXPECT_EQ(f.settle(all), 1);
  EXPECT_EQ(f.model.probe().computed, 100);
  for (int i = 0; auto* sequence : all) sequence->append(20 + i++);
  f.settle(all);
  EXPECT_EQ(f.model.probe().computed, 132);
}

TEST(Decoder, PrefixIsSharedBetweenRuns) {
  Fixture f;
  Sequence first = f.decoder.create();
  first.append(numbers(50));
  f.settle({&first});
  Sequence second = f.decoder.create();
  second.append(numbers(40));
  second.append(7);
  f.settle({&second});
  EXPECT_EQ(f.model.probe().computed, 51);
}

TEST(Decoder, AWaitingSequenceDoesNotComputeThePrefixTwice) {
  Fixture f({.slots = 4, .cells = 500}, {.chunk_tokens = 16});
  Sequence a = f.decoder.create();
  a.append(numbers(100));
  Sequence b = f.decoder.create();
  b.append(numbers(90));
  b.append(Tokens{3, 4, 5});
  f.settle({&a, &b});
  EXPECT_EQ(f.model.probe().computed, 103);
}

TEST(Decoder, MoreBranchesThanSlotsIsSlowButRight) {
  Fixture f({.slots = 3, .cells = 400});
  Sequence prompt = f.decoder.create();
  prompt.append(numbers(20));
  std::list<Sequence> branches;
  std::vector<Sequence*> all;
  for (int i = 0; i < 8; ++i) {
    all.push_back(&branches.emplace_back(prompt.fork()));
    all.back()->append(30 + i);
  }
  for (int step = 0; step < 5; ++step) {
    f.settle(all);
    for (auto* branch : all) branch->append(50 + step);
  }
  EXPECT_GT(f.decoder.stats().evictions, 0);
}

TEST(Decoder, ShortageOfCellsEvictsAndRecovers) {
  Fixture f({.slots = 8, .cells = 64});
  std::list<Sequence> branches;
  std::vector<Sequence*> all;
  for (int i = 0; i < 6; ++i) {
    all.push_back(&branches.emplace_back(f.decoder.create()));
    all.back()->append(numbers(20, 10 + 20 * i));
  }
  f.settle(all);
}

TEST(Decoder, OneSequenceThatCannotFitIsAnError) {
  Fixture f({.slots = 2, .cells = 16});
  Sequence a = f.decoder.create();
  a.append(numbers(40));
  Sequence* list[] = {&a};
  Result<std::vector<Evaluation>> done = f.decoder.evaluate(list);
  EXPECT_EQ(done.status().kind(), ErrorKind::out_of_memory);
}

TEST(Decoder, ReleasedTokensAreForgottenAndWantedOnesKept) {
  Fixture f({.slots = 4, .cells = 60});
  Sequence prompt = f.decoder.create();
  prompt.append(numbers(30));
  {
    Sequence sample = prompt.fork();
    sample.append(numbers(20, 100));
    f.settle({&sample});
  }
  const auto before = f.model.probe().computed.load();
  Sequence again = prompt.fork();
  again.append(numbers(25, 60));
  f.settle({&again});
  EXPECT_EQ(f.model.probe().computed - before, 25);
}

TEST(Decoder, FailureLeavesNothingResidentAndTheNextCallWorks) {
  Fixture f;
  Sequence a = f.decoder.create();
  a.append(numbers(10));
  f.settle({&a});
  a.append(3);
  f.model.probe().fail_on_decode = f.model.probe().decodes + 1;
  Sequence* list[] = {&a};
  EXPECT_EQ(f.decoder.evaluate(list).status().kind(), ErrorKind::model_failure);
  f.settle({&a});
}

// The prompt that had the slot before must not pass for the one that has it now, nor tokens that were taken back for
// those that came in their place.
TEST(Decoder, WhatASlotHeldBeforeIsNotWhatItHolds) {
  Fixture f({.slots = 1, .cells = 400});
  Sequence first = f.decoder.create();
  first.append(numbers(100));
  f.settle({&first});
  Sequence second = f.decoder.create();
  second.append(numbers(80, 60));
  f.settle({&second});
  for (int i = 0; i < 25; ++i) {
    second.append(20 + i);
    f.settle({&second});
  }
  Sequence fork = first.fork();
  f.settle({&fork});
}

TEST(Decoder, TokensTakenBackAreNotThoseInTheirPlace) {
  Fixture f;
  Sequence sequence = f.decoder.create();
  sequence.append(numbers(30));
  f.settle({&sequence});
  sequence.truncate(27);
  sequence.append(Tokens{3, 4, 5, 6});
  Sequence fork = sequence.fork();
  f.settle({&fork});
}

// Random forks, appends, truncations, releases and evaluations, over a cache that is always too
// small; every row is checked against the tokens.
TEST(Decoder, RandomisedAgainstFreshComputation) {
  for (const bool deterministic : {false, true}) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      Fixture f({.slots = 3, .cells = deterministic ? 4000 : 120, .deterministic = deterministic},
                {.chunk_tokens = 64, .deterministic = deterministic});
      Rng rng(seed);
      std::list<Sequence> pool;
      const auto add_prompt = [&] {
        pool.push_back(f.decoder.create());
        pool.back().append(numbers(5 + static_cast<int>(rng.below(25)), 10 + static_cast<int>(rng.below(2))));
        pool.back().mark_prompt();
      };
      add_prompt();
      for (int step = 0; step < 120; ++step) {
        auto it = std::next(pool.begin(), static_cast<std::ptrdiff_t>(rng.below(pool.size())));
        switch (rng.below(8)) {
          case 0: if (pool.size() < 9) pool.push_back(it->fork()); break;
          case 1: if (pool.size() > 1) pool.erase(it); break;
          case 6: if (pool.size() < 9) add_prompt(); break;
          case 2: if (it->length() > 2) it->truncate(1 + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(it->length()) - 1))); break;
          case 3: if (it->length() < 80) it->append(static_cast<TokenId>(10 + rng.below(5))); break;
          default: {
            std::vector<Sequence*> some;
            for (auto& sequence : pool) if (rng.below(2) == 0) some.push_back(&sequence);
            f.settle(some);
          }
        }
      }
      pool.clear();
      EXPECT_EQ(f.decoder.live_sequences(), 0);
    }
  }
}

}  // namespace
}  // namespace reckon
