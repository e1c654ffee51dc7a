// reward: an outcome reward model behind a server, as a scorer of whole responses (Ouyang et al., 2203.02155, section
// 3.5; used so by TPO, 2501.12895, and feedback-edit, 2503.04378).
//
// The endpoint of the role "reward" reads the question and the response in its own chat template and gives one number,
// without an activation where the server can leave that out: higher is better, and only differences mean anything. Of a
// search it is shown the response so far, which an outcome model was not trained on: prefer prm or probe there.
// Cost: one request for each response, side by side; its tokens are billed as scored.
#include "search/ask.h"
#include "search/registry.h"

namespace reckon {
namespace {

constexpr std::string_view kRewardRole = "reward";

class Reward final : public Scorer {
 public:
  Status attach(Context& context) override {
    context_ = &context;
    if (context.is_endpoint(kRewardRole)) return ok_status();
    return invalid_argument("the scorer reward asks a server: give its address with --role reward=http://HOST:PORT/v1; a model file is asked by prm or judge");
  }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<TraceRequest> requests;
    for (const auto& candidate : candidates) {
      RECKON_ASSIGN_OR_RETURN(TraceRequest request, context_->open_chat({.role = std::string(kRewardRole),
                                                                         .messages = {{"user", std::string(candidate.question)}, {"assistant", std::string(candidate.text)}},
                                                                         .purpose = Purpose::scoring}));
      request.wants_reward = true;
      requests.push_back(std::move(request));
    }
    std::vector<Score> scores;
    for (const Trace& trace : run_in_order(*context_, kRewardRole, std::move(requests))) {
      if (trace.finish == FinishReason::failed) return trace.error;
      if (trace.watched.empty()) return budget_exhausted("the run ended before the reward of a response was known");
      scores.push_back({.value = trace.watched.front().front()});
    }
    return scores;
  }

 private:
  Context* context_ = nullptr;
};

}  // namespace

void register_reward_scorer(Registry& registry) {
  registry.scorers.add<Reward>({.name = "reward",
                                .summary = "a reward model behind a server, asked by --role reward=http://HOST:PORT/v1",
                                .references = {"arXiv 2203.02155, section 3.5"}});
}

}  // namespace reckon
