// single: one trace, one answer. The baseline of everything else.
#include "search/registry.h"
#include "search/select.h"

namespace reckon {
namespace {

class Single final : public Strategy {
 public:
  Result<Answer> run(Context& context, const Task&) override {
    RECKON_ASSIGN_OR_RETURN(const auto traces, sample_traces(context, 1, [](const SampledTrace&) {}));
    return select_answer(traces, {}, Selection::vote);
  }
};

}  // namespace

void register_single_strategy(Registry& registry) {
  registry.strategies.add<Single>(
      {.name = "single", .summary = "one trace, answered once"});
}

}  // namespace reckon
