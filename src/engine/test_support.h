// What tests of the engine share: fake models that reply, engines over them, and recorded events.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "backends/fake/fake_model.h"
#include "engine/engine.h"

namespace reckon::testing_support {

inline std::shared_ptr<FakeModel> replying(std::vector<FakeReply> replies, std::string otherwise = "The answer is 0") {
  auto vocabulary = FakeVocabulary::english();
  auto logits = weighted_replies(vocabulary, std::move(replies), std::move(otherwise));
  return std::make_shared<FakeModel>(std::move(vocabulary), std::move(logits));
}

// Answers 42 more often than 41; texts of different lengths.
inline std::shared_ptr<FakeModel> six_times_seven() {
  return replying({{0.8, "Six times seven. The answer is 42"}, {0.2, "I guess. The answer is 41"}});
}

// Writes noise, so that no two branches have the same tokens (those would share their computation).
inline std::shared_ptr<FakeModel> scattering() {
  return std::make_shared<FakeModel>(FakeVocabulary::english(), hashed_logits(7, 6.0F));
}

inline std::unique_ptr<Engine> make_engine(std::shared_ptr<const LanguageModel> model,
                                           EngineOptions options = {.slots = 8, .threads = 2}) {
  auto engine = Engine::create(std::move(model), options);
  EXPECT_TRUE(engine.ok()) << engine.status().to_string();
  return std::move(engine).value();
}

class RecordingSink final : public EventSink {
 public:
  explicit RecordingSink(bool tokens = false) : tokens_(tokens) {}
  bool wants_tokens() const override { return tokens_; }
  void emit(const Event& event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }
  std::vector<Event> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  bool tokens_;
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

}  // namespace reckon::testing_support
