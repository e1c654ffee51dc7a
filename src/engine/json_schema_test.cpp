#include "base/test_support.h"
#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

TEST(JsonSchema, ChoosesTheValidReplyOfMany) {
  const TemporaryFolder folder;
  SolveRequest request;
  request.task.question = "Write it as JSON.";
  request.task.answer_style = AnswerStyle::free_text();
  request.strategy = {"best_of_n", {{"samples", "32"}, {"select", "max"}}};
  request.prompt = {"direct", {}};
  request.scorer = {"json_schema", {{"schema", folder.write("schema.json", R"({"type":"object","required":["a"]})")}}};
  request.sampling.temperature = 1.0;
  request.max_tokens = 40;
  const auto result = make_engine(replying({{0.8, "a is 1"}, {0.1, "{\"b\":1}"}, {0.1, "{\"a\":1}"}}))->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->answer.trace, "{\"a\":1}");
}

}  // namespace
}  // namespace reckon
