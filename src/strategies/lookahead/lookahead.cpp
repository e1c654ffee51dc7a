// lookahead: beam search that ranks each path by where it leads (Snell et al., 2408.03314, section 5.1).
//
// Before a path is kept or pruned it is followed for up to k greedy steps; the score at the end of that
// is the path's, and what was written is dropped. Costs k + 1 times a beam search of the same N, which is
// why the paper finds it the worst choice at equal cost. The loop is search/beam_search.h.
#include "search/beam_search.h"
#include "search/registry.h"

namespace reckon {
namespace {

class Lookahead final : public Strategy {
 public:
  explicit Lookahead(BeamSettings settings) : settings_(std::move(settings)) {}
  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    BeamSettings settings;
    RECKON_ASSIGN_OR_RETURN(settings.search, StepSearchSettings::from(options));
    settings.beams = static_cast<int>(options.integer("beams"));
    settings.width = static_cast<int>(options.integer("width"));
    settings.ahead = static_cast<int>(options.integer("steps"));
    return std::unique_ptr<Strategy>(std::make_unique<Lookahead>(std::move(settings)));
  }

  Result<Answer> run(Context& context, const Task&) override { return beam_search(context, settings_); }

 private:
  BeamSettings settings_;
};

}  // namespace

void register_lookahead_strategy(Registry& registry) {
  registry.strategies.add<Lookahead>(
      {.name = "lookahead",
       .summary = "beam search over steps that ranks each path by where it leads",
       .options =
           with_step_options({OptionSpec::integer("beams", 8, {1, 1024}, "paths alive in each round (N)"),
                              OptionSpec::integer("width", 4, {1, 1024}, "next steps for each path that stays (M)"),
                              OptionSpec::integer("steps", 3, {0, 100}, "greedy steps to look ahead (k)")}),
       .needs = {Need::scorer, Need::comparable_scores, Need::fork},
       .references = {"arXiv 2408.03314, section 5"}});
}

}  // namespace reckon
