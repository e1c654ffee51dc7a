// rejection: samples again until a trace is short enough, s1's baseline for control by length
// (Muennighoff et al., 2501.19393, section 3: at temperature 1).
//
// A trace is cut at the limit, where it can no longer be accepted, so that a try costs at most the limit;
// the reference finishes every trace. In the paper shorter accepted traces were more often right: long
// traces are those that lost their way.
#include <algorithm>

#include "search/registry.h"
#include "search/select.h"

namespace reckon {
namespace {

class Rejection final : public Strategy {
 public:
  explicit Rejection(const Options& options) : limit_(static_cast<int>(options.integer("limit"))), tries_(options.integer("tries")) {}

  Result<Answer> run(Context& context, const Task&) override {
    std::vector<SampledTrace> last;
    for (std::int64_t index = 0; index < tries_ && !context.should_stop(); ++index) {
      RECKON_ASSIGN_OR_RETURN(TraceRequest request, context.open_trace(static_cast<std::uint64_t>(index)));
      const bool greedy = request.sampling.temperature <= 0.0;
      request.max_tokens = std::min(request.max_tokens, limit_);
      const auto generation = context.generate();
      generation->add(std::move(request));
      auto trace = generation->next();
      if (!trace || trace->finish == FinishReason::cancelled || trace->finish == FinishReason::failed) break;
      std::string answer = context.extract_answer(*trace);
      const bool accepted = is_complete(trace->finish);
      last.clear();
      last.push_back({static_cast<std::uint64_t>(index), *std::move(trace), std::move(answer)});
      if (accepted || greedy) return select_answer(last, {}, Selection::vote);
    }
    if (!context.should_stop()) context.warn("no trace of at most " + std::to_string(limit_) + " tokens in " + std::to_string(tries_) + " tries");
    return select_answer(last, {}, Selection::vote);
  }

 private:
  int limit_;
  std::int64_t tries_;
};

}  // namespace

void register_rejection_strategy(Registry& registry) {
  registry.strategies.add<Rejection>(
      {.name = "rejection",
       .summary = "samples again until a trace is short enough",
       .options = {OptionSpec::integer("limit", 256, {1, 1 << 20}, "longest trace that is accepted, in tokens"),
                   OptionSpec::integer("tries", 16, {1, 100000}, "traces before it gives up and takes the last")},
       .references = {"arXiv 2501.19393, section 3"}});
}

}  // namespace reckon
