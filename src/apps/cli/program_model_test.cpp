// The program on the small model: $RECKON_TEST_MODEL, or where `reckon models pull` puts it.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "apps/cli/program_test_support.h"
#include "apps/models/model_store.h"

namespace reckon::cli {
namespace {

using Json = nlohmann::json;

class ProgramModelTest : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (const char* given = std::getenv("RECKON_TEST_MODEL")) model_ = given;
    else if (const auto store = models::ModelStore::open(); store.ok()) {
      if (const auto found = store->resolve("smollm2-135m"); found.ok()) model_ = found->string();
    }
    if (!std::filesystem::exists(model_)) GTEST_SKIP() << "no test model: reckon models pull smollm2-135m";
  }
  std::string model_;
};

TEST_F(ProgramModelTest, SharesThePromptBetweenSamples) {
  const auto solved = run({"solve", "-m", model_, "What is 2 + 3?", "-n", "4", "--max-tokens", "24", "--threads", "1", "--json"});
  ASSERT_EQ(solved.code, 0) << solved.error;
  const Json json = Json::parse(solved.out);
  const auto computed = json["bill"]["prefilled"].get<int>();
  EXPECT_EQ(json["bill"]["cached"], 3 * computed);
  EXPECT_EQ(json["traces"], 4);
  EXPECT_EQ(json["model"]["architecture"], "llama");
}

// Real logits move in their low bits with the shape of a batch, so that a near tie may fall the other way: two of the three.
TEST_F(ProgramModelTest, EditsWithLookupAreTheSameTokens) {
  const auto measured = run({"perf", "edit", "-m", model_, "--draft-tokens", "48", "--threads", "1", "--json"});
  ASSERT_EQ(measured.code, 0) << measured.error;
  const Json rows = Json::parse(measured.out);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_GE(std::ranges::count_if(rows, [](const Json& row) { return row["equal"] == true; }), 2) << rows;
  for (const Json& row : rows) EXPECT_GE(row["equal_tokens"], 8) << rows;
}

TEST_F(ProgramModelTest, ADeadlineEndsTheRunWithAnAnswer) {
  const auto solved = run({"solve", "-m", model_, "Count to a thousand.", "-n", "2", "--deadline", "1s", "--threads", "1", "--json"});
  ASSERT_EQ(solved.code, 0) << solved.error;
  EXPECT_EQ(Json::parse(solved.out)["stop"], "deadline");
}

TEST_F(ProgramModelTest, ATruncatedFileIsOneLine) {
  std::ifstream file(model_, std::ios::binary);
  std::string head(1'000'000, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  write("cut.gguf", head);
  expect_error(run({"solve", "-m", path("cut.gguf"), "q"}), 2, "cut.gguf");
}

TEST_F(ProgramModelTest, InfoReadsTheFile) {
  const Json json = Json::parse(run({"models", "info", model_, "--json"}).out);
  EXPECT_GT(json["parameters"], 100'000'000);
  EXPECT_GT(json["vocabulary"], 1000);
}

}  // namespace
}  // namespace reckon::cli
