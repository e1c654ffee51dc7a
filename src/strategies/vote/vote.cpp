// vote: self-consistency (Wang et al., 2203.11171).
//
// Samples n traces side by side and answers what most of them agree on. Helps when the right answer
// is more likely than the most common wrong one; otherwise it can lower accuracy.
#include "search/registry.h"
#include "search/select.h"

namespace reckon {
namespace {

class Vote final : public Strategy {
 public:
  explicit Vote(const Options& options) : samples_(static_cast<int>(options.integer("samples"))) {}

  Result<Answer> run(Context& context, const Task&) override {
    std::int64_t votes = 0;
    const auto report = [&](const SampledTrace& trace) {
      if (!trace.answer.empty()) context.emit({.kind = EventKind::vote, .count = ++votes, .text = trace.answer});
    };
    RECKON_ASSIGN_OR_RETURN(const auto traces, sample_traces(context, samples_, report));
    return select_answer(traces, {}, Selection::vote);
  }

 private:
  int samples_;
};

}  // namespace

void register_vote_strategy(Registry& registry) {
  registry.strategies.add<Vote>(
      {.name = "vote",
                           .summary = "self-consistency: sample traces, answer what most agree on",
                           .options = {OptionSpec::integer("samples", 8, {1, 1024}, "number of traces")},
                           .references = {"arXiv 2203.11171, section 2"}});
}

}  // namespace reckon
