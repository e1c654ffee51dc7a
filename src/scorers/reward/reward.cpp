// reward: an outcome reward model behind a server, as a scorer of whole responses (Ouyang et al., 2203.02155, section
// 3.5; used so by TPO, 2501.12895, and feedback-edit, 2503.04378).
//
// The endpoint of the role "reward" reads the question and the response in its own chat template and gives one number,
// without an activation where the server can leave that out: higher is better, and only differences mean anything. Of a
// search it is shown the response so far, which an outcome model was not trained on: prefer prm or probe there.
//
// Servers load almost anything as a reward model and then answer with noise. So a run's first batch asks about six
// responses besides, good and bad ones to three questions: unless each good one is ahead by more than noise, the scorer
// fails. When all values lie in [0, 1] an activation was probably applied, and it warns: two very good responses may
// look equal.
// Cost: one request for each response, side by side, and six at first; their tokens are billed as scored.
#include <algorithm>
#include <array>

#include "search/ask.h"
#include "search/registry.h"

namespace reckon {
namespace {

constexpr std::string_view kRewardRole = "reward";
constexpr double kLeastLead = 1e-3;

struct Example {
  const char* question;
  const char* good;
  const char* bad;
};
constexpr std::array<Example, 3> kExamples{{
    {"What is 7 + 5?", "7 + 5 = 12, so the answer is 12.", "Bananas are yellow. The answer is 305."},
    {"Name the capital of France.", "The capital of France is Paris.", "I will not tell you. Go away."},
    {"Write one polite sentence that thanks a colleague for help.", "Thank you very much for taking the time to help me today.",
     "xq zzt 0 0 0 help help help"},
}};

class Reward final : public Scorer {
 public:
  Status attach(Context& context) override {
    context_ = &context;
    if (context.is_endpoint(kRewardRole)) return ok_status();
    return invalid_argument("the scorer reward asks a server: give its address with --role reward=http://HOST:PORT/v1; a model file is asked by prm or judge");
  }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Response> responses;
    if (!checked_) {
      for (const Example& example : kExamples) {
        responses.push_back({example.question, example.good});
        responses.push_back({example.question, example.bad});
      }
    }
    const std::size_t examples = responses.size();
    for (const auto& candidate : candidates) responses.push_back({candidate.question, candidate.text});
    RECKON_ASSIGN_OR_RETURN(const std::vector<double> rewards, ask(responses));
    if (!checked_) {
      RECKON_RETURN_IF_ERROR(check(std::span(rewards).first(examples)));
    }
    checked_ = true;
    std::vector<Score> scores;
    for (std::size_t i = examples; i < rewards.size(); ++i) scores.push_back({.value = rewards[i]});
    return scores;
  }

 private:
  struct Response {
    std::string_view question;
    std::string_view text;
  };

  Result<std::vector<double>> ask(std::span<const Response> responses) const {
    std::vector<TraceRequest> requests;
    for (const auto& [question, text] : responses) {
      RECKON_ASSIGN_OR_RETURN(TraceRequest request, context_->open_chat({.role = std::string(kRewardRole),
                                                                         .messages = {{"user", std::string(question)}, {"assistant", std::string(text)}},
                                                                         .purpose = Purpose::scoring}));
      request.wants_reward = true;
      requests.push_back(std::move(request));
    }
    std::vector<double> rewards;
    for (const Trace& trace : run_in_order(*context_, kRewardRole, std::move(requests))) {
      if (trace.finish == FinishReason::failed) return trace.error;
      if (trace.watched.empty()) return budget_exhausted("the run ended before the reward of a response was known");
      rewards.push_back(trace.watched.front().front());
    }
    return rewards;
  }

  // Of the examples: good, bad, good, bad, ...
  Status check(std::span<const double> rewards) const {
    for (std::size_t i = 0; i < kExamples.size(); ++i) {
      if (rewards[2 * i] > rewards[2 * i + 1] + kLeastLead) continue;
      return model_failure("the server is no reward model that can be used: it gives \"" + std::string(kExamples[i].good) + "\" " + std::to_string(rewards[2 * i]) +
                           " and \"" + kExamples[i].bad + "\" " + std::to_string(rewards[2 * i + 1]));
    }
    if (std::ranges::all_of(rewards, [](double reward) { return reward >= 0.0 && reward <= 1.0; })) {
      context_->warn("the rewards lie between 0 and 1: the server seems to apply an activation, and very good responses may look equal");
    }
    return ok_status();
  }

  Context* context_ = nullptr;
  bool checked_ = false;
};

}  // namespace

void register_reward_scorer(Registry& registry) {
  registry.scorers.add<Reward>({.name = "reward",
                                .summary = "a reward model behind a server, asked by --role reward=http://HOST:PORT/v1",
                                .references = {"arXiv 2203.02155, section 3.5"}});
}

}  // namespace reckon
