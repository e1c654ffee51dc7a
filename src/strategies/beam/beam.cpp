// beam: beam search over steps, guided by a scorer of steps (Snell et al., 2408.03314, section 5.1).
//
// Samples N first steps, keeps the best 1 in M, samples M next steps for each of those, and so on until the
// paths end; the answer is a best-of-N over them. The loop is search/beam_search.h.
//
// Helps at small N, and as far as the scorer can be trusted: with many beams it finds what the scorer likes
// rather than what is right (same paper, section 5.2). Compare with best_of_n at the same tokens.
#include "search/beam_search.h"
#include "search/registry.h"

namespace reckon {
namespace {

class Beam final : public Strategy {
 public:
  explicit Beam(BeamSettings settings) : settings_(std::move(settings)) {}
  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    BeamSettings settings;
    RECKON_ASSIGN_OR_RETURN(settings.search, StepSearchSettings::from(options));
    settings.beams = static_cast<int>(options.integer("beams"));
    settings.width = static_cast<int>(options.integer("width"));
    const bool snell = options.text("form") == "snell";
    settings.form = snell ? BeamSettings::Form::snell : BeamSettings::Form::search_and_learn;
    return std::unique_ptr<Strategy>(std::make_unique<Beam>(std::move(settings)));
  }

  Result<Answer> run(Context& context, const Task&) override { return beam_search(context, settings_); }

 private:
  BeamSettings settings_;
};

}  // namespace

void register_beam_strategy(Registry& registry) {
  registry.strategies.add<Beam>(
      {.name = "beam",
       .summary = "beam search over steps, guided by scores of steps",
       .options = with_step_options(
           {OptionSpec::integer("beams", 16, {1, 1024}, "paths alive in each round (N)"),
            OptionSpec::integer("width", 4, {1, 1024}, "next steps sampled for each path that stays (M)"),
            OptionSpec::choice("form", "snell", {"snell", "search_and_learn"},
                               "whether paths that ended give up their place, or it is filled again")}),
       .needs = {Need::scorer, Need::comparable_scores, Need::fork},
       .references = {"arXiv 2408.03314, section 5", "search-and-learn"}});
}

}  // namespace reckon
