#include "thinking/phrases.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "backends/fake/fake_model.h"
#include "base/random.h"

namespace reckon {
namespace {

int run(const PhraseMatcher& matcher, const Tokens& stream) {
  int position = 0;
  for (const TokenId token : stream) position = matcher.advance(position, token);
  return position;
}

TEST(PhraseMatcher, FindsAPhraseAfterAFalseStartThatOverlapsIt) {
  const PhraseMatcher matcher({{1, 1, 2}});
  EXPECT_EQ(matcher.matched(run(matcher, {1, 1, 1, 2})), 3);
  EXPECT_EQ(matcher.matched(run(matcher, {1, 2})), 0);
  EXPECT_EQ(matcher.depth(run(matcher, {5, 1, 1, 1})), 2);
}

TEST(PhraseMatcher, AgreesWithPlainSearchOnRandomStreams) {
  Rng rng(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<Tokens> phrases;
    for (std::uint64_t i = 0; i < 1 + rng.below(4); ++i) {
      Tokens phrase;
      for (std::uint64_t j = 0; j < 1 + rng.below(4); ++j) phrase.push_back(static_cast<TokenId>(rng.below(3)));
      phrases.push_back(phrase);
    }
    const PhraseMatcher matcher(phrases);
    Tokens stream;
    int position = 0;
    const auto ends_with = [&stream](const Tokens& phrase) {
      return phrase.size() <= stream.size() && std::equal(phrase.rbegin(), phrase.rend(), stream.rbegin());
    };
    for (int i = 0; i < 40; ++i) {
      // Before the token: what would complete a phrase.
      for (TokenId candidate = 0; candidate < 3; ++candidate) {
        stream.push_back(candidate);
        const bool completes = std::ranges::any_of(phrases, ends_with);
        stream.pop_back();
        EXPECT_EQ(std::ranges::count(matcher.completing(position), candidate), completes ? 1 : 0);
      }
      stream.push_back(static_cast<TokenId>(rng.below(3)));
      position = matcher.advance(position, stream.back());
      int longest = 0;
      for (const Tokens& phrase : phrases) {
        if (ends_with(phrase)) longest = std::max(longest, static_cast<int>(phrase.size()));
      }
      EXPECT_EQ(matcher.matched(position), longest);
    }
  }
}

TEST(PhraseMatcher, WithoutPhrasesNothingMatches) {
  const PhraseMatcher matcher;
  EXPECT_TRUE(matcher.empty());
  EXPECT_EQ(matcher.matched(run(matcher, {1, 2, 3})), 0);
}

TEST(SurfaceForms, CoverWhatMayStandBefore) {
  const auto vocabulary = FakeVocabulary::english();
  const auto forms = surface_forms_any_case("Alternatively", vocabulary);
  const auto has = [&](Tokens form) { return std::ranges::find(forms, form) != forms.end(); };
  EXPECT_TRUE(has({vocabulary.id("Alternatively")}));
  EXPECT_TRUE(has({vocabulary.id(" Alternatively")}));
  EXPECT_TRUE(has({vocabulary.id(" alternatively")}));
  EXPECT_TRUE(has({vocabulary.id("\n\n"), vocabulary.id("Alternatively")}));
  const auto marker = surface_forms("</think>", vocabulary, ControlTokens::parse);
  EXPECT_NE(std::ranges::find(marker, Tokens{vocabulary.id("</think>")}), marker.end());
}

}  // namespace
}  // namespace reckon
