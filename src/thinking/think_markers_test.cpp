#include "thinking/think_markers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "backends/fake/fake_model.h"
#include "base/test_support.h"

namespace reckon {
namespace {

// A vocabulary with these control tokens beside <eos> and the roles, and all bytes.
FakeVocabulary vocabulary_with(std::vector<std::string> control) {
  std::vector<std::string> pieces;
  for (int byte = 0; byte < 256; ++byte) pieces.emplace_back(1, static_cast<char>(byte));
  for (const char* role : {"<eos>", "<user>", "<assistant>"}) control.emplace_back(role);
  return FakeVocabulary(std::move(control), std::move(pieces));
}

struct Fixture {
  const char* family;
  const char* model;
  const char* chat_template;
  std::vector<std::string> control;
  // A prompt as that family's template leaves it, and what must be added to think and not to think.
  const char* templated;
  const char* on;
  const char* off;
};

// As the families' published templates and token lists have it.
const std::vector<Fixture>& fixtures() {
  static const std::vector<Fixture> all = {
      {"qwen3", "Qwen3-0.6B", "{% if enable_thinking is defined and enable_thinking is false %}", {"<think>", "</think>"},
       "<user>hi<assistant>", "<think>\n", "<think>\n\n</think>\n\n"},
      {"qwen3", "Qwen3-0.6B", "{{ enable_thinking }}", {"<think>", "</think>"}, "<user>hi<assistant><think>\n\n</think>\n\n", "<think>\n", ""},
      {"deepseek", "DeepSeek-R1-Distill-Qwen-1.5B", "<think>", {"<think>", "</think>"}, "<user>hi<assistant><think>\n", "",
       "Okay, I think I have finished thinking.\n</think>\n\n"},
      {"smollm3", "SmolLM3-3B", "enable_thinking /no_think", {}, "<user>hi<assistant>", "<think>\n", "<think>\n\n</think>\n\n"},
      {"granite", "granite-3.2-2b-instruct", "{% if thinking %}", {}, "<user>hi<assistant>", "Here is my thought process:\n", ""},
      {"gpt-oss", "gpt-oss-20b", "reasoning_effort", {"<|channel|>", "<|message|>", "<|end|>", "<|start|>"}, "<user>hi<assistant>",
       "<|channel|>analysis<|message|>", "<|channel|>final<|message|>"},
      {"s1", "s1-32B", "im_start", {"<|im_start|>"}, "<user>hi<assistant>", "<|im_start|>think", "<|im_start|>answer"},
      {"think-tags", "some-finetune", "... <think> ...", {}, "<user>hi<assistant>", "<think>\n", "<think>\n\n</think>\n\n"},
      {"instruct", "Qwen2.5-Coder-0.5B-Instruct", "im_start", {}, "<user>hi<assistant>", "", "Final Answer:"},
  };
  return all;
}

TEST(ThinkMarkers, EachFamilyIsFoundAndWritesItsSection) {
  for (const Fixture& fixture : fixtures()) {
    const FakeVocabulary vocabulary = vocabulary_with(fixture.control);
    ModelInfo model;
    model.name = fixture.model;
    model.chat_template = fixture.chat_template;
    const ThinkFamily* family = find_think_family(builtin_think_families(), model, vocabulary);
    ASSERT_NE(family, nullptr);
    EXPECT_EQ(family->name, fixture.family) << fixture.model;
    const auto section = resolve_think_section(*family, vocabulary);
    ASSERT_TRUE(section.ok()) << section.status().to_string();
    const Tokens templated = vocabulary.tokenize(fixture.templated, ControlTokens::parse);
    EXPECT_EQ(section_prefill(**section, vocabulary, templated, false), fixture.on) << fixture.model;
    EXPECT_EQ(section_prefill(**section, vocabulary, templated, true), fixture.off) << fixture.model;
    // What reckon forces, the matcher sees as the end.
    EXPECT_TRUE((*section)->ends.found_in((*section)->forced_close)) << family->name;
  }
}

TEST(ThinkMarkers, EveryBuiltInFamilyHasAFixture) {
  for (const ThinkFamily& family : builtin_think_families()) {
    EXPECT_TRUE(std::ranges::any_of(fixtures(), [&](const Fixture& fixture) { return family.name == fixture.family; })) << family.name;
  }
}

TEST(ThinkMarkers, AUsersFileComesFirstAndIsChecked) {
  const testing_support::TemporaryFolder folder;
  const std::string path = folder.write("markers.json", R"({"families": [{"name": "mine", "open": "[[", "close": "]]", "ends": ["]]"]}]})");
  const FakeVocabulary vocabulary = vocabulary_with({});
  const auto mine = choose_think_family(path, "", {}, vocabulary);
  ASSERT_TRUE(mine.ok()) << mine.status().to_string();
  EXPECT_EQ(mine->name, "mine");
  EXPECT_EQ(choose_think_family(path, "instruct", {}, vocabulary)->name, "instruct");
  const auto wrong = choose_think_family(path, "instrukt", {}, vocabulary);
  EXPECT_EQ(wrong.status().kind(), ErrorKind::not_found);
  EXPECT_NE(wrong.status().to_string().find("instruct"), std::string::npos);
  EXPECT_EQ(choose_think_family("/no/such/file", "", {}, vocabulary).status().kind(), ErrorKind::not_found);
  for (const char* bad : {"", "[]", R"({"families": [{"name": "x"}]})", R"({"families": [{"name": "x", "close": "a", "ends": [], "opne": ""}]})",
                          R"({"families": [{"name": "x", "close": "a", "ends": "a"}]})", R"({"families": [7]})"}) {
    EXPECT_EQ(parse_think_families(bad).status().kind(), ErrorKind::invalid_argument) << bad;
  }
}

}  // namespace
}  // namespace reckon
