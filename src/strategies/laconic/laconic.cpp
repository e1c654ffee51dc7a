// laconic: samples n traces and answers what the shortest of those that came to an end says.
//
// Rests on the observation that reasoning models which go wrong tend to go on for longer, so it says
// nothing for models whose short traces are guesses. Costs as much as a vote over n, which is the
// baseline to beat. Compared with self-consistency in 2501.18585.
#include "search/registry.h"
#include "search/select.h"

namespace reckon {
namespace {

class Laconic final : public Strategy {
 public:
  explicit Laconic(const Options& options) : samples_(static_cast<int>(options.integer("samples"))) {}

  Result<Answer> run(Context& context, const Task&) override {
    RECKON_ASSIGN_OR_RETURN(const auto traces, sample_traces(context, samples_, [](const SampledTrace&) {}));
    return select_answer(traces, {}, Selection::shortest);
  }

 private:
  int samples_;
};

}  // namespace

void register_laconic_strategy(Registry& registry) {
  registry.strategies.add<Laconic>({.name = "laconic",
                                    .summary = "sample traces, answer what the shortest completed one says",
                                    .options = {OptionSpec::integer("samples", 8, {1, 1024}, "number of traces")},
                                    .references = {"arXiv 2501.18585"}});
}

}  // namespace reckon
