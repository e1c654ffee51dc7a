#include <gtest/gtest.h>

#include <set>

#include "strategies/feedback_edit/axes.h"
#include "strategies/feedback_edit/comments.h"

namespace reckon {
namespace {

TEST(EditAxes, SplitFitsAndGrowsByTurns) {
  EXPECT_EQ(split_generations(3).generations(), 3);
  EXPECT_EQ(split_generations(1).generations(), 3) << "one of each is the least";
  for (int most = 3; most < 300; ++most) {
    EditAxes axes = split_generations(most);
    EXPECT_LE(axes.generations(), most);
    for (int* axis : {&axes.drafts, &axes.feedbacks, &axes.edits}) {
      ++*axis;
      EXPECT_GT(axes.generations(), most) << "room was left";
      --*axis;
    }
  }
}

TEST(EditAxes, CommentsThatAreNotUsedAndListsOfSeveralCount) {
  EXPECT_EQ((EditAxes{.drafts = 2, .feedbacks = 3, .edits = 2}).generations(), 2 * (1 + 3 + 6));
  EXPECT_EQ((EditAxes{.drafts = 2, .feedbacks = 3, .edits = 2, .pool = 5, .together = 2}).generations(), 2 * (1 + 5 + 4));
  const EditAxes axes = split_generations(20, {.drafts = 9, .pool = 4, .together = 4});
  EXPECT_EQ(axes.generations(), 20);
  EXPECT_EQ(axes.drafts, 2);
  EXPECT_EQ(axes.feedbacks, 4) << "they are written anyway, and one edit sees them all";
  EXPECT_EQ(axes.edits, 5);
}

TEST(Comments, GradesAreRead) {
  EXPECT_EQ(grade_of("The response is not helpful. It"), Helpfulness::not_helpful);
  EXPECT_EQ(grade_of("The response is **Mostly** helpful"), Helpfulness::mostly);
  EXPECT_EQ(grade_of("The response is mostly helpful"), Helpfulness::mostly);
  EXPECT_EQ(grade_of("perfectly helpful"), Helpfulness::perfectly);
  for (const char* unclear : {"", " helpful", "helpful", "The response is very helpful", "fine"}) {
    EXPECT_EQ(grade_of(unclear), Helpfulness::unclear) << unclear;
  }
}

TEST(Comments, TheConstructiveOnesAreKept) {
  const std::vector<std::string> comments{
      "The response is mostly helpful. Nice.",
      "The response is partially helpful. It should add the unit, which is missing.",
      "The response is perfectly helpful. It could not be better.",
      "The response is partially helpful. It should add the unit, which is missing!",
      "The response is slightly helpful. There is an error.",
  };
  EXPECT_EQ(kept_comments(comments, {.most = 5}), (std::vector<std::string>{comments[1], comments[4], comments[0]}));
  EXPECT_EQ(kept_comments(comments, {.most = 1}), (std::vector<std::string>{comments[1]}));
  EXPECT_EQ(kept_comments(comments, {.most = 5, .content = Helpfulness::mostly}), (std::vector<std::string>{comments[1], comments[4]}));
  EXPECT_TRUE(kept_comments({}, {}).empty());
  EXPECT_LT(constructiveness("It addresses the question and has a prefix."), 0.0) << "no word asks for a change";
  EXPECT_GT(constructiveness("It has errors to fix."), 2.0);
}

}  // namespace
}  // namespace reckon
