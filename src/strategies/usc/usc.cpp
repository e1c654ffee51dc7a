// usc: universal self-consistency (Chen et al., 2311.17311).
//
// Samples n traces, lists all of them in a second prompt and asks the model itself which one is the most
// consistent with the others: a vote for answers that cannot be compared as values, such as summaries or
// code. A reply that names no response counts as the first one, with a warning.
//
// The reply is greedy. The list must fit the model's context: longer responses are shortened to their
// end, with a warning. It depends on the order of the responses, degrades as n grows (2502.18581, table
// 1), and where answers can be compared a plain vote is better and cheaper.
#include <algorithm>

#include "search/registry.h"
#include "search/select.h"
#include "strategies/usc/response_list.h"

namespace reckon {
namespace {

class UniversalSelfConsistency final : public Strategy {
 public:
  explicit UniversalSelfConsistency(const Options& options)
      : samples_(static_cast<int>(options.integer("samples"))),
        reply_tokens_(static_cast<int>(options.integer("reply_tokens"))) {}

  Result<Answer> run(Context& context, const Task& task) override {
    RECKON_ASSIGN_OR_RETURN(const auto traces, sample_traces(context, samples_, [](const SampledTrace&) {}));
    if (traces.size() < 2) return select_answer(traces, {}, Selection::vote);
    context.improve(answer_of(traces, 0));
    const auto chosen = ask(context, task, traces);
    if (!chosen.ok()) context.warn("the first response was taken: " + chosen.status().to_string());
    return answer_of(traces, chosen.ok() ? *chosen : 0);
  }

 private:
  // The index of the trace that the model chose.
  Result<std::size_t> ask(Context& context, const Task& task, std::span<const SampledTrace> traces) const {
    if (context.should_stop()) return budget_exhausted("the run ended before the choice");
    RECKON_ASSIGN_OR_RETURN(TraceRequest request, open_list(context, task, traces));
    request.sampling = {.temperature = 0.0};
    const auto generation = context.generate();
    generation->add(std::move(request));
    const auto reply = generation->next();
    if (reply->finish == FinishReason::failed) return reply->error;
    const auto chosen = chosen_response(reply->text, traces.size());
    if (!chosen && was_told_to_stop(reply->finish)) return budget_exhausted("the run ended before the choice");
    if (!chosen) context.ledger().charge({.parse_failures = 1});
    if (!chosen) return model_failure("the reply names none of the " + std::to_string(traces.size()) + " responses");
    return *chosen;
  }

  // Halves what is listed of each response until the prompt fits.
  Result<TraceRequest> open_list(Context& context, const Task& task, std::span<const SampledTrace> traces) const {
    constexpr std::size_t kLeastBytes = 40;
    std::vector<std::string> responses;
    std::size_t longest = 0;
    for (const auto& trace : traces) {
      responses.push_back(trace.trace.full_text);
      longest = std::max(longest, responses.back().size());
    }
    for (std::size_t most = longest;; most /= 2) {
      auto request = context.open_chat(
          {.messages = {{"user", consistency_prompt(task.question, responses, most)}}, .reply_tokens = reply_tokens_});
      const bool too_long = !request.ok() && request.status().kind() == ErrorKind::invalid_argument;
      if (too_long && most / 2 >= kLeastBytes) continue;
      if (request.ok() && most < longest) {
        context.warn("the responses did not fit the context: only the last " + std::to_string(most) +
                     " bytes of each were compared");
      }
      return request;
    }
  }

  int samples_;
  int reply_tokens_;
};

}  // namespace

void register_usc_strategy(Registry& registry) {
  registry.strategies.add<UniversalSelfConsistency>(
      {.name = "usc",
       .summary = "sample traces and let the model choose the most consistent one",
       .options = {OptionSpec::integer("samples", 8, {1, 64}, "number of traces"),
                   OptionSpec::integer("reply_tokens", 64, {1, 4096}, "most tokens of the model's choice")},
       .references = {"arXiv 2311.17311, section 3"}});
}

}  // namespace reckon
