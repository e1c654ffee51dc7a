#include "search/tagged_reply.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

TEST(TaggedReply, OnlyOnePairAroundSomeText) {
  const auto inside = [](std::string_view reply) { return tagged_text(reply, "x"); };
  EXPECT_EQ(inside("well: <x>\n a <b> c \n</x> done"), "a <b> c");
  for (const char* bad : {"", "a", "<x>a", "a</x>", "</x>a<x>", "<x> </x>", "<x>a<x>b</x>", "<x>a</x></x>", "<x>a</x><x>b</x>",
                          "<x><x>a</x></x>", "<x>a</x", "<X>a</X>"}) {
    EXPECT_EQ(inside(bad), std::nullopt) << bad;
  }
}

TEST(TaggedReply, ThePromptMayOpenAndAStopStringClose) {
  Trace reply;
  reply.text = " a ";
  reply.finish = FinishReason::stop_string;
  reply.detail = "</x>";
  EXPECT_EQ(tagged_text(reply, "<x>", "x"), "a");
  EXPECT_EQ(tagged_text(reply, "", "x"), std::nullopt);
  reply.finish = FinishReason::length;
  EXPECT_EQ(tagged_text(reply, "<x>", "x"), std::nullopt) << "cut off";
  reply.finish = FinishReason::end_of_text;
  EXPECT_EQ(tagged_text(reply, "<x>", "x"), std::nullopt) << "not closed";
  EXPECT_EQ(tagged_text(reply, "<x>", "x", Unclosed::keep), "a") << "the end of the reply closes it";
  EXPECT_EQ(tagged_text(reply, "", "x", Unclosed::keep), std::nullopt);
  reply.finish = FinishReason::length;
  EXPECT_EQ(tagged_text(reply, "<x>", "x", Unclosed::keep), std::nullopt) << "cut off";
  reply.finish = FinishReason::stop_string;
  reply.text = "\n";
  EXPECT_EQ(tagged_text(reply, "<x> so it begins", "x"), std::nullopt) << "nothing of the model's own";
}

}  // namespace
}  // namespace reckon
