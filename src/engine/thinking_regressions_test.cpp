// Faults that users of other engines and proxies reported, each as a test that reckon does not have it.
// The names say where: project and number of the issue or pull request.
#include <gtest/gtest.h>

#include "base/text.h"
#include "engine/think_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

const ThinkFamily& family(const std::string& name) {
  return *std::ranges::find(builtin_think_families(), name, &ThinkFamily::name);
}

std::shared_ptr<const ThinkSection> section_of_family(const std::string& name, const Vocabulary& vocabulary) {
  return resolve_think_section(family(name), vocabulary).value();
}

// A model that records what it was asked with; thinks for ever.
std::shared_ptr<FakeModel> endless(Tokens* last_prefix = nullptr, const Thinker& thinker = {.steps = -1}) {
  auto vocabulary = FakeVocabulary::english();
  auto inner = thinking_logits(vocabulary, thinker);
  auto logits = [inner, last_prefix](std::span<const TokenId> prefix, std::span<float> row) {
    if (last_prefix != nullptr) last_prefix->assign(prefix.begin(), prefix.end());
    inner(prefix, row);
  };
  return std::make_shared<FakeModel>(std::move(vocabulary), logits);
}

// A forced cut left the literal marker and leftover thinking in the answer.
TEST(ThinkingRegressions, LlamaCpp28182ForcedCutKeepsThinkingOutOfTheAnswer) {
  const OneTrace run = think_once(endless(), {{"cap", "9"}, {"soft", "none"}});
  auto engine = make_engine(endless());
  EXPECT_EQ(run.streamed, run.text());
  EXPECT_EQ(run.result.answer.text, "42");
  EXPECT_EQ(run.think().tokens, 9);
  // The marker ends where the answer begins: nothing of the thinking comes after.
  EXPECT_TRUE(run.text().ends_with("The answer is 42"));
}

// A budget message came out as other characters after a change.
TEST(ThinkingRegressions, LlamaCpp22717ForcesExactlyTheseIds) {
  Tokens prefix;
  const auto model = endless(&prefix);
  think_once(model, {{"cap", "9"}, {"soft", "none"}});
  const auto section = section_of_family("deepseek", model->vocabulary());
  EXPECT_FALSE(section->forced_close.empty());
  EXPECT_NE(std::ranges::search(prefix, section->forced_close).begin(), prefix.end());
}

// "<think>\n" is other tokens than "<think>"; a prompt that opened the block already was missed.
TEST(ThinkingRegressions, LlamaCpp24181SeesABlockThatThePromptOpened) {
  const auto vocabulary = FakeVocabulary::english();
  const auto section = section_of_family("deepseek", vocabulary);
  for (const char* prompt : {"<user>hi<assistant><think>", "<user>hi<assistant><think>\n", "<user>hi<assistant><think>\n\n "}) {
    const Tokens tokens = vocabulary.tokenize(prompt, ControlTokens::parse);
    EXPECT_TRUE(prompt_opens_section(*section, vocabulary, tokens)) << prompt;
    EXPECT_EQ(section_prefill(*section, vocabulary, tokens, false), "");
    EXPECT_EQ(section_prefill(*section, vocabulary, tokens, true), "Okay, I think I have finished thinking.\n</think>\n\n");
  }
  const Tokens closed = vocabulary.tokenize("<user>hi<assistant><think>\n\n</think>\n\n", ControlTokens::parse);
  EXPECT_FALSE(prompt_opens_section(*section, vocabulary, closed));
  EXPECT_EQ(section_prefill(*section, vocabulary, closed, true), "") << "the template wrote the empty section";
}

// Markers in the history or in a user's text drove the state machine.
TEST(ThinkingRegressions, LlamaCpp22323MarkersInTheConversationCountForNothing) {
  SolveRequest request;
  request.task.question = "What do <think> and </think> mean?";
  const OneTrace run = think_once(endless(), {{"cap", "12"}, {"soft", "none"}}, request);
  EXPECT_EQ(run.think().tokens, 12);
  const auto vocabulary = FakeVocabulary::english();
  const auto section = section_of_family("deepseek", vocabulary);
  const Tokens history = vocabulary.tokenize("<user>a<assistant><think>x</think>y<user>b<assistant>", ControlTokens::parse);
  EXPECT_FALSE(prompt_opens_section(*section, vocabulary, history));
}

// Every block of a turn got the budget anew.
TEST(ThinkingRegressions, Ollama17566TheCapIsTheTurnsAndCutsBetweenLines) {
  const OneTrace run = think_once(Thinker{.steps = 6, .reply = "<think>"}, {{"cap", "10"}, {"soft", "none"}});
  EXPECT_LE(run.think().tokens, 10);
  EXPECT_LE(run.result.bill.tokens.thinking, 10);
  const OneTrace line = think_once(Thinker{.steps = -1, .thought = "word after word\n"}, {{"cap", "300"}});
  EXPECT_TRUE(line.text().substr(0, static_cast<std::size_t>(line.text().find("\n\n\n"))).ends_with("word"));
}

// A close text longer than the marker: the natural end was missed and the text went into the answer.
TEST(ThinkingRegressions, Vllm43210ALongCloseTextLeavesNaturalEndsAlone) {
  const std::map<std::string, std::string> options = {{"cap", "50"}, {"close_text", "\n\nTime is up, I answer now.\n</think>\n\n"}};
  const OneTrace natural = think_once(Thinker{.steps = 5}, options);
  EXPECT_EQ(natural.think().close_reason, "natural");
  EXPECT_EQ(natural.text(), "abcdeThe answer is 42");
  const OneTrace forced = think_once(Thinker{.steps = -1}, options);
  EXPECT_NE(forced.text().find("Time is up"), std::string::npos);
  EXPECT_EQ(forced.text().find("Time is up", forced.text().find("Time is up") + 1), std::string::npos) << "once";
}

// Hard-coded ids made the budget silently inactive.
TEST(ThinkingRegressions, Sglang20029IdsComeFromTheModel) {
  const FakeVocabulary other({"<eos>", "<user>", "<assistant>", "x", "y", "</think>", "<think>"}, {"a", "b", "\n"});
  EXPECT_EQ(section_of_family("deepseek", other)->end_marker, Tokens{5});
  const FakeVocabulary without({"<eos>", "<user>", "<assistant>"}, {"a", "b", "\n", "<", "/", "t", "h", "i", "n", "k", ">"});
  const auto failed = resolve_think_section(family("deepseek"), without);
  EXPECT_EQ(failed.status().kind(), ErrorKind::unsupported) << "loudly";
}

// A marker that also ends messages was "seen" in the conversation, so the thinking counted as over.
TEST(ThinkingRegressions, Sglang33146AMarkerThatEndsMessagesToo) {
  ThinkFamily odd = family("deepseek");
  odd.control_tokens = {"<user>"};
  odd.open = "<think>";
  odd.close = odd.forced_close = "<user>";
  odd.ends = {"<user>"};
  const auto vocabulary = FakeVocabulary::english();
  const auto section = resolve_think_section(odd, vocabulary).value();
  const Tokens prompt = vocabulary.tokenize("<user>a<assistant>b<user>c<assistant><think>", ControlTokens::parse);
  EXPECT_TRUE(prompt_opens_section(*section, vocabulary, prompt));
}

// A budget in a field that nobody reads was accepted and ignored.
TEST(ThinkingRegressions, VllmForum2533NothingIsIgnoredSilently) {
  auto engine = make_engine(endless());
  SolveRequest request;
  request.task.question = "x";
  request.controllers = {{"think_budget", {{"budget", "10"}}}};
  EXPECT_EQ(engine->check(request).kind(), ErrorKind::invalid_argument);
  // A model without a section of its own gets one, rather than no budget.
  request.controllers = {{"think_budget", {{"cap", "10"}}}};
  request.think_family = "instruct";
  request.strategy = {"single", {}};
  EXPECT_LE(engine->solve(request)->bill.tokens.thinking, 10);
}

// reasoning_tokens was 0 when the prompt opened the block, or when streaming.
TEST(ThinkingRegressions, Vllm44398ThinkingIsCountedWhoeverOpenedIt) {
  const OneTrace run = think_once(Thinker{.steps = 7}, {});
  EXPECT_EQ(run.result.bill.tokens.thinking, 7);
  auto vocabulary = FakeVocabulary::english();
  const auto logits = thinking_logits(vocabulary, {.steps = 7});
  auto engine = make_engine(std::make_shared<FakeModel>(std::move(vocabulary), logits));
  SolveRequest request;
  request.task.question = "x";
  request.strategy = {"single", {}};
  request.prompt = {"direct", {}};
  request.controllers = {{"think_budget", {}}};
  request.sampling.temperature = 0.0;
  EXPECT_EQ(engine->solve(request)->bill.tokens.thinking, 7) << "without a listener";
}

// enable_thinking=false was ignored, and thinking ate max_tokens so that nothing was answered.
TEST(ThinkingRegressions, LmStudio1990OffIsOffAndTheAnswerHasItsShare) {
  SolveRequest off;
  off.chat.thinking = ChatTemplateOptions::Thinking::off;
  EXPECT_EQ(think_once(endless(), {}, off).result.bill.tokens.thinking, 0);
  SolveRequest tight;
  tight.max_tokens = 200;
  const OneTrace run = think_once(endless(), {}, tight);
  EXPECT_EQ(run.result.answer.text, "42");
  EXPECT_LE(run.result.bill.generated(), 200);
}

// After a forced close the model went on thinking in the answer.
TEST(ThinkingRegressions, MlxVlm1819NoNewBlockRightAfterAForcedClose) {
  auto vocabulary = FakeVocabulary::english();
  const TokenId open = vocabulary.id("<think>");
  const auto inner = thinking_logits(vocabulary, {.steps = -1});
  // Wants to open a block whenever a marker has just been written.
  auto logits = [inner, open, &vocabulary](std::span<const TokenId> prefix, std::span<float> row) {
    inner(prefix, row);
    if (vocabulary.piece(prefix.back()) == " ") row[static_cast<std::size_t>(open)] = 40.0F;
  };
  const OneTrace run = think_once(std::make_shared<FakeModel>(vocabulary, logits), {{"cap", "6"}, {"soft", "none"}, {"close_text", "</think>\n\nSo: "}});
  EXPECT_TRUE(run.text().substr(6).starts_with("\n\nSo: The")) << run.text();
}

// The close was written as text pieces: right to a parser, wrong to the model.
TEST(ThinkingRegressions, Ds4898TheForcedMarkerIsTheSpecialToken) {
  Tokens prefix;
  const auto model = endless(&prefix);
  think_once(model, {{"cap", "6"}, {"soft", "none"}});
  EXPECT_EQ(std::ranges::count(prefix, model->fake_vocabulary().id("</think>")), 1);
}

// A mask of somebody else's (there, a grammar) must not swallow the forced marker.
TEST(ThinkingRegressions, Llamadart301MasksDoNotTouchForcedTokens) {
  SolveRequest request;
  request.controllers = {{"loop_guard", {{"start", "1"}, {"every", "1"}}}, {"switch_penalty", {{"alpha", "1000"}, {"phrases", "Final Answer"}}}};
  const OneTrace run = think_once(endless(), {{"cap", "20"}, {"soft", "none"}}, request);
  EXPECT_NE(run.text().find("Final Answer:"), std::string::npos);
  EXPECT_EQ(run.think().close_reason, "budget");
}

// Stop strings fired inside the thinking.
TEST(ThinkingRegressions, Vllm14550StopStringsAreForTheAnswer) {
  // The prompt chain of draft stops at "Q:".
  SolveRequest request;
  request.prompt = {"draft", {}};
  const OneTrace run = think_once(Thinker{.steps = 9, .reply = "The answer is 42\nQ: more", .thought = "a\nQ:b"}, {}, request);
  EXPECT_EQ(run.think().tokens, 8) << "the line break after <think> is the first of the nine";
  EXPECT_EQ(run.result.answer.text, "42");
  EXPECT_EQ(run.text().find("more"), std::string::npos);
}

// Announcing the budget made traces longer.
TEST(ThinkingRegressions, LlamaCpp25961TheModelIsToldNothingOfItsBudget) {
  Tokens free;
  Tokens capped;
  think_once(endless(&free), {{"cap", "40"}, {"soft", "none"}});
  think_once(endless(&capped), {{"cap", "30"}, {"soft", "boundary"}});
  // Prompt and thinking up to the smaller cap are the same ids.
  const auto same = std::ranges::mismatch(free, capped);
  EXPECT_GT(same.in1 - free.begin(), 30 + 10);
}

}  // namespace
}  // namespace reckon
