#include <gtest/gtest.h>

#include <algorithm>

#include "strategies/usc/response_list.h"

namespace reckon {
namespace {

TEST(ConsistencyPrompt, ListsEveryResponseAndTheInstruction) {
  const std::vector<std::string> responses{"one", " two\n"};
  const std::string prompt = consistency_prompt("Q?", responses, 100);
  EXPECT_EQ(prompt.substr(0, prompt.find("\nEvaluate")),
            "I have generated the following responses to the question: Q?\n\nResponse 1: one\n\nResponse 2: two\n");
  EXPECT_NE(prompt.find("Select the most consistent response based on majority consensus."), std::string::npos);
}

TEST(ConsistencyPrompt, ShortensToTheEndAtACharacter) {
  const std::vector<std::string> responses{"aaaa\u00e9bc", "abc"};
  EXPECT_NE(consistency_prompt("Q", responses, 4).find("Response 1: ...\u00e9bc\n"), std::string::npos);
  EXPECT_NE(consistency_prompt("Q", responses, 3).find("Response 1: ...bc\n"), std::string::npos)
      << "not half a character";
  EXPECT_NE(consistency_prompt("Q", responses, 3).find("Response 2: abc\n"), std::string::npos);
}

TEST(ChosenResponse, ReadsTheStatedOne) {
  const auto chosen = [](std::string_view reply) { return chosen_response(reply, 4); };
  EXPECT_EQ(chosen("The most consistent response is Response 3"), 2u);
  EXPECT_EQ(chosen("the MOST consistent response is response #1."), 0u);
  EXPECT_EQ(chosen("The most consistent response is **Response 2**, because Response 1 differs."), 1u);
  EXPECT_EQ(chosen("Response 1 and Response 3 differ. The most consistent response is Response 4."), 3u);
  EXPECT_EQ(chosen("The most consistent response is: (Response [2])"), 1u);
  EXPECT_EQ(chosen("Response 2"), 1u);
}

TEST(ChosenResponse, NothingWhenThereIsNoneOrItIsOutOfRange) {
  for (const char* reply : {"", "I cannot say.", "The most consistent response is Response", "Response X", "Response 0",
                            "The most consistent response is Response 5", "Response 99999999999999999999999"}) {
    EXPECT_EQ(chosen_response(reply, 4), std::nullopt) << reply;
  }
}

}  // namespace
}  // namespace reckon
