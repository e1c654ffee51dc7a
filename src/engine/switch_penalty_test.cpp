#include <gtest/gtest.h>

#include "backends/fake/fake_model.h"
#include "search/registry.h"

namespace reckon {
namespace {

using Given = std::map<std::string, std::string>;

struct Rig {
  FakeModel model{FakeVocabulary::english(), hashed_logits(1, 1.0F)};
  std::unique_ptr<Controller> controller;

  explicit Rig(Given options) {
    Registry registry;
    register_all_plugins(registry);
    const auto* entry = registry.controllers.find("switch_penalty").value();
    const ControllerEnvironment environment{model.vocabulary(), model.info(), 1000};
    controller = entry->create(parse_options(entry->spec, options).value(), environment).value();
  }
  std::map<TokenId, float> biases() {
    LogitEdits edits;
    controller->before_token({model.vocabulary(), 0, 0}, edits);
    std::map<TokenId, float> result;
    for (const auto& [token, bias] : edits.biased) result[token] += bias;
    return result;
  }
  void say(std::string_view text) {
    for (const TokenId token : model.vocabulary().tokenize(text, ControlTokens::as_text)) controller->observe(token, TokenOrigin::sampled);
  }
  TokenId id(std::string_view name) const { return model.fake_vocabulary().id(name); }
};

TEST(SwitchPenalty, LowersTheSwitchTokensByExactlyAlpha) {
  Rig rig(Given{{"alpha", "3"}, {"beta", "10"}});
  const auto biases = rig.biases();
  EXPECT_FLOAT_EQ(biases.at(rig.id("Alternatively")), -3.0F);
  EXPECT_FLOAT_EQ(biases.at(rig.id(" Alternatively")), -3.0F);
  EXPECT_EQ(biases.count(rig.id("Alter")), 0u) << "a word that begins alike keeps its logit";
  EXPECT_EQ(biases.count(rig.id("Wait")), 0u);
}

TEST(SwitchPenalty, EndsAfterBetaTokensOfTheThought) {
  Rig rig(Given{{"beta", "5"}});
  rig.say("abcd");
  EXPECT_FALSE(rig.biases().empty()) << "token beta - 1";
  rig.say("e");
  EXPECT_TRUE(rig.biases().empty()) << "token beta";
  rig.say(" Alternatively");
  EXPECT_TRUE(rig.biases().empty()) << "in the middle of a sentence it is no switch";
  rig.say(". Alternatively");
  EXPECT_FALSE(rig.biases().empty()) << "a completed phrase begins a thought";
  rig.say("abc");
  EXPECT_FALSE(rig.biases().empty()) << "which that phrase's last token is the first of";
  rig.say("d");
  EXPECT_TRUE(rig.biases().empty());
  rig.say("Alter");
  EXPECT_TRUE(rig.biases().empty()) << "a partial phrase does not";
}

TEST(SwitchPenalty, PhrasesOfSeveralTokensArePenalisedWhereTheyContinue) {
  Rig rig(Given{{"phrases", "Let me try"}});
  const TokenId last = rig.model.vocabulary().tokenize("y", ControlTokens::as_text).front();
  EXPECT_EQ(rig.biases().count(last), 0u);
  rig.say("Let me tr");
  EXPECT_FLOAT_EQ(rig.biases().at(last), -3.0F);
}

TEST(SwitchPenalty, LeavesTheAnswerAlone) {
  Rig rig(Given{});
  LogitEdits edits;
  rig.controller->before_token({.vocabulary = rig.model.vocabulary(), .section = Section::answer}, edits);
  EXPECT_TRUE(edits.empty());
}

TEST(SwitchPenalty, AlphaOrBetaZeroIsOff) {
  EXPECT_TRUE(Rig(Given{{"alpha", "0"}}).biases().empty());
  EXPECT_TRUE(Rig(Given{{"beta", "0"}}).biases().empty());
}

TEST(SwitchPenalty, ForksKeepTheirOwnThoughts) {
  Rig rig(Given{{"beta", "3"}});
  rig.say("abc");
  auto fork = rig.controller->clone();
  rig.say("\n\nAlternatively");
  EXPECT_FALSE(rig.biases().empty());
  LogitEdits edits;
  fork->before_token({rig.model.vocabulary(), 0, 0}, edits);
  EXPECT_TRUE(edits.empty());
}

}  // namespace
}  // namespace reckon
