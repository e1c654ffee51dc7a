// The engine against an oracle that samples by itself, on all small cases: three letters, four tokens.
#include <map>

#include "engine/test_support.h"
#include "scoring/answer_extract.h"

namespace reckon {
namespace {

using namespace testing_support;

constexpr int kDepth = 4;

// The oracle's own trace: logits from the prefix, tokens from the counter-based uniform numbers.
std::string simulate(const FakeModel& model, const LogitFunction& logits, Tokens prefix, std::uint64_t seed, int index) {
  std::string text;
  SamplerScratch scratch;
  for (int i = 0; i < kDepth; ++i) {
    std::vector<float> row(static_cast<std::size_t>(model.vocabulary().size()));
    logits(prefix, row);
    const double u = uniform(seed, BranchPath::root(static_cast<std::uint64_t>(index)), prefix.size());
    const TokenId token = sample({row, 0, u, Record::nothing}, {.temperature = 1.0}, {}, scratch).token;
    if (model.vocabulary().is_end_of_generation(token)) break;
    text += model.vocabulary().piece(token);
    prefix.push_back(token);
  }
  return text;
}

TEST(Oracle, VoteEqualsEnumeration) {
  for (std::uint64_t table = 0; table < 40; ++table) {
    const auto logits = hashed_logits(table, 4.0F);
    auto model = std::make_shared<FakeModel>(FakeVocabulary::letters(3), logits);
    auto engine = make_engine(model, {.slots = 4, .threads = 2});
    SolveRequest request;
    request.task.question = "abc";
    request.task.answer_style = AnswerStyle::free_text();
    request.strategy = {"vote", {{"samples", "9"}}};
    request.prompt = {"direct", {}};
    request.sampling.temperature = 1.0;
    request.max_tokens = kDepth;
    request.seed = table;
    const auto result = engine->solve(request);
    ASSERT_TRUE(result.ok()) << result.status().to_string();

    const std::vector<ChatMessage> messages{{"user", "abc\n\nReply with the final answer only: no steps, no explanation."}};
    const Tokens prompt = model->tokenize_chat(messages, {}, "").value();
    std::vector<std::string> order;
    std::map<std::string, int> votes;
    for (int i = 0; i < 9; ++i) {
      const std::string text = simulate(*model, logits, prompt, table, i);
      const std::string answer = extract_answer(text, AnswerStyle::free_text()).text;
      if (answer.empty()) continue;
      if (votes[answer]++ == 0) order.push_back(answer);
    }
    std::string expected;
    for (const auto& answer : order) {
      if (expected.empty() || votes[answer] > votes[expected]) expected = answer;
    }
    EXPECT_EQ(result->answer.text, expected) << "table " << table;
  }
}

}  // namespace
}  // namespace reckon
