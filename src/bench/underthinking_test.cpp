#include "bench/underthinking.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

TEST(Underthinking, PublishedExample) {
  const JudgedResponse response{.tokens = 7681, .until_correct = 411};
  EXPECT_NEAR(underthinking(response), 0.946, 0.0005);
  EXPECT_DOUBLE_EQ(underthinking(response), 1.0 - 411.0 / 7681.0);
}

TEST(Underthinking, HandMadeTriples) {
  const std::vector<JudgedResponse> responses = {
      {.correct = false, .tokens = 100, .until_correct = 25},  // 0.75
      {.correct = false, .tokens = 200},                       // no correct thought: 0
      {.correct = true, .tokens = 1000, .until_correct = 10},  // right: out of the plain form, 0 in the other
      {.correct = false, .tokens = 50, .until_correct = 50},   // the last thought: 0
      {.correct = false, .tokens = 10, .until_correct = 1},    // 0.9
  };
  EXPECT_NEAR(underthinking_of_wrong(responses).value(), 1.65 / 4, 1e-15);
  EXPECT_NEAR(underthinking_weighted(responses).value(), 1.65 / 5, 1e-15);
}

TEST(Underthinking, NothingToAverage) {
  EXPECT_FALSE(underthinking_of_wrong({}).has_value());
  EXPECT_FALSE(underthinking_weighted({}).has_value());
  const std::vector<JudgedResponse> right = {{.correct = true, .tokens = 9, .until_correct = 1}};
  EXPECT_FALSE(underthinking_of_wrong(right).has_value());
  EXPECT_DOUBLE_EQ(underthinking_weighted(right).value(), 0.0);
  EXPECT_DOUBLE_EQ(underthinking({.tokens = 0, .until_correct = 0}), 0.0);
  EXPECT_DOUBLE_EQ(underthinking({.tokens = 10, .until_correct = 12}), 0.0);  // never negative
}

std::vector<std::string> thoughts(std::string_view text,
                                  const std::vector<std::string>& phrases = {"Alternatively", "Let me try"}) {
  std::vector<std::string> pieces;
  std::string joined;
  for (const auto piece : split_thoughts(text, phrases)) {
    pieces.emplace_back(piece);
    EXPECT_FALSE(piece.empty());
    joined += piece;
  }
  EXPECT_EQ(joined, text);
  return pieces;
}

using Pieces = std::vector<std::string>;

TEST(SplitThoughts, AtSentenceStartsOnly) {
  EXPECT_EQ(thoughts("First. Alternatively, second. Let me try third"),
            (Pieces{"First.", " Alternatively, second.", " Let me try third"}));
  EXPECT_EQ(thoughts("one\nalternatively, two"), (Pieces{"one\n", "alternatively, two"}));
  EXPECT_EQ(thoughts("one\n\n- **Alternatively** two"), (Pieces{"one\n\n", "- **Alternatively** two"}));
  EXPECT_EQ(thoughts("He said \"no.\" Alternatively yes"), (Pieces{"He said \"no.\"", " Alternatively yes"}));
  EXPECT_EQ(thoughts("(so 5.) Alternatively 6"), (Pieces{"(so 5.)", " Alternatively 6"}));
  EXPECT_EQ(thoughts("we could, alternatively, add; or (alternatively) not"),
            (Pieces{"we could, alternatively, add; or (alternatively) not"}));
  EXPECT_EQ(thoughts("end.Alternatively"), Pieces{"end.Alternatively"});
}

TEST(SplitThoughts, WholePhrasesOnly) {
  EXPECT_EQ(thoughts("a. Alternativelyness. Let me tryst. ALTERNATIVELY."),
            Pieces{"a. Alternativelyness. Let me tryst. ALTERNATIVELY."});
  EXPECT_EQ(thoughts("a. Let me\ntry"), Pieces{"a. Let me\ntry"});
  EXPECT_EQ(thoughts("a. Alternatively"), (Pieces{"a.", " Alternatively"}));
}

TEST(SplitThoughts, EdgesAndOtherPhrases) {
  EXPECT_EQ(thoughts(""), Pieces{});
  EXPECT_EQ(thoughts("Alternatively alone"), Pieces{"Alternatively alone"});  // nothing before it
  EXPECT_EQ(thoughts("Alternatively. Alternatively."), (Pieces{"Alternatively.", " Alternatively."}));
  EXPECT_EQ(thoughts("a. Hmm, b. Alternatively c", {"Hmm"}), (Pieces{"a.", " Hmm, b. Alternatively c"}));
  EXPECT_EQ(thoughts("a. Hmm", {""}), Pieces{"a. Hmm"});
  EXPECT_EQ(thoughts("a. Another way is b", switch_phrases()), (Pieces{"a.", " Another way is b"}));
}

TEST(UntilCorrectThought, EndsWithTheFirstThatTheJudgeAccepts) {
  const std::string text = "so 3. Alternatively 7. Alternatively 7 again. Alternatively 9";
  const std::vector<std::string> phrases = {"Alternatively"};
  const auto says = [](std::string_view number) {
    return [number](std::string_view thought) { return thought.find(number) != std::string_view::npos; };
  };
  EXPECT_EQ(until_correct_thought(text, phrases, says("3")), 5u);
  EXPECT_EQ(until_correct_thought(text, phrases, says("7")), std::string("so 3. Alternatively 7.").size());
  EXPECT_EQ(until_correct_thought(text, phrases, says("9")), text.size());
  EXPECT_FALSE(until_correct_thought(text, phrases, says("4")).has_value());
}

}  // namespace
}  // namespace reckon
