#include <gtest/gtest.h>

#include "base/test_support.h"
#include "search/registry.h"

namespace reckon {
namespace {

class FewShotTest : public ::testing::Test {
 protected:
  void SetUp() override { register_all_plugins(registry_); }

  Result<std::unique_ptr<Prompt>> make(const std::string& content, const std::string& shots = "0") {
    const std::string path = folder_.write("shots.jsonl", content);
    const auto* entry = registry_.prompts.find("few_shot").value();
    return entry->create(parse_options(entry->spec, {{"examples", path}, {"shots", shots}}).value());
  }

  Registry registry_;
  testing_support::TemporaryFolder folder_;
};

constexpr const char* kTwo = R"({"question": "1+1?", "answer": "It is 2."}

{"question": "2+2?", "answer": "It is 4."}
)";

TEST_F(FewShotTest, ExamplesBecomeTurns) {
  const auto prompt = make(kTwo);
  ASSERT_TRUE(prompt.ok()) << prompt.status().to_string();
  Task task;
  task.question = "3+3?";
  const auto rendered = (*prompt)->render(task).value();
  ASSERT_EQ(rendered.messages.size(), 5u);
  EXPECT_EQ(rendered.messages[1].role, "assistant");
  EXPECT_EQ(rendered.messages[1].content, "It is 2.");
  EXPECT_EQ(rendered.messages[4].content, "3+3?");
}

TEST_F(FewShotTest, ShotsLimitsThem) {
  Task task;
  task.question = "3+3?";
  EXPECT_EQ((*make(kTwo, "1"))->render(task).value().messages.size(), 3u);
}

TEST_F(FewShotTest, BadFilesAreOneClearError) {
  EXPECT_EQ(make("").status().kind(), ErrorKind::invalid_argument);
  const Status broken = make("{\"question\": \"a\", \"answer\": \"b\"}\n{\"question\": 3}\n").status();
  EXPECT_NE(broken.message().find(":2:"), std::string::npos) << broken.message();
  const auto* entry = registry_.prompts.find("few_shot").value();
  EXPECT_EQ(entry->create(parse_options(entry->spec, {{"examples", "no-such-file"}}).value()).status().kind(), ErrorKind::not_found);
}

TEST_F(FewShotTest, WithoutAFileTheBuiltInExamplesAreUsed) {
  const auto* entry = registry_.prompts.find("few_shot").value();
  const auto prompt = entry->create(default_options(entry->spec).value());
  ASSERT_TRUE(prompt.ok()) << prompt.status().to_string();
  Task task;
  task.question = "3+3?";
  const auto rendered = (*prompt)->render(task).value();
  ASSERT_EQ(rendered.messages.size(), 17u);
  for (std::size_t i = 1; i < rendered.messages.size(); i += 2) {
    EXPECT_NE(rendered.messages[i].content.find("The answer is "), std::string::npos);
  }
}

}  // namespace
}  // namespace reckon
