#include <gtest/gtest.h>

#include "base/test_support.h"
#include "strategies/mcts_coat/association.h"

namespace reckon {
namespace {

using testing_support::TemporaryFolder;

TEST(TextFolder, FindsTheParagraphsWithTheWords) {
  const TemporaryFolder folder;
  folder.write("a.txt", "Whales are mammals.\n\nSharks are fish.\r\n\r\nA lock opens with 42.");
  folder.write("b.md", "Keys open locks.");
  folder.write("c.bin", "locks");
  auto memory = TextFolder::open(folder.path().string());
  ASSERT_TRUE(memory.ok()) << memory.status().to_string();
  EXPECT_EQ(memory->retrieve("Is a WHALE a mammal?", 1).value(), (std::vector<std::string>{"Whales are mammals."}));
  EXPECT_EQ(memory->retrieve("what opens the lock", 5)->size(), 2u) << "other files are not read";
  EXPECT_TRUE(memory->retrieve("zebra", 5)->empty());
  EXPECT_TRUE(memory->retrieve("\"'*()-: NEAR a", 5).ok()) << "nothing is query syntax";
}

TEST(TextFolder, SaysWhatIsMissing) {
  EXPECT_EQ(TextFolder::open("/nowhere/at/all").status().kind(), ErrorKind::not_found);
  const TemporaryFolder other;
  other.write("a.bin", "x");
  EXPECT_EQ(TextFolder::open(other.path().string()).status().kind(), ErrorKind::not_found);
}

TEST(Association, KeepsWhatIsNewAndBrief) {
  EXPECT_EQ(fresh_sentences("A is B. C is D.\nE is 2.5 F.", "I know: c is d.", 100), "A is B. E is 2.5 F.");
  EXPECT_EQ(fresh_sentences("A is B. a is b. C is D.", "", 100), "A is B. C is D.");
  EXPECT_EQ(fresh_sentences("A is B. C is D.", "", 9), "A is B.");
  EXPECT_EQ(fresh_sentences("Abcdefgh.", "", 4), "Abcd");
  EXPECT_EQ(fresh_sentences("None", "", 100), "");
}

TEST(Association, RatingsAreTheFirstNumber) {
  EXPECT_EQ(read_rating("8/10"), 0.8);
  EXPECT_EQ(read_rating("I say 7."), 0.7);
  EXPECT_EQ(read_rating("100"), 1.0);
  EXPECT_EQ(read_rating("good"), 0.5);
}

}  // namespace
}  // namespace reckon
