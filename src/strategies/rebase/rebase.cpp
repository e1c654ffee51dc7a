// rebase: reward-balanced tree search (Wu et al., 2408.00724).
//
// In every round the paths alive share the width that is left, in proportion to a softmax of their scores:
// good paths get several next steps, bad ones none. A path that ends gives up one place for good, so that at
// most `width` paths end. All of them take part in the final choice.
//
// A high balance temperature spreads the width evenly, a low one puts all of it on the best path. Needs no
// rollouts and costs about what a vote over `width` traces does.
#include "search/registry.h"
#include "search/step_search.h"
#include "strategies/rebase/widths.h"

namespace reckon {
namespace {

class Rebase final : public Strategy {
 public:
  Rebase(StepSearchSettings settings, int width, double temperature)
      : settings_(std::move(settings)), width_(width), temperature_(temperature) {}

  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    RECKON_ASSIGN_OR_RETURN(StepSearchSettings settings, StepSearchSettings::from(options));
    return std::unique_ptr<Strategy>(std::make_unique<Rebase>(
        std::move(settings), static_cast<int>(options.integer("width")), options.real("balance_temperature")));
  }

  Result<Answer> run(Context& context, const Task&) override {
    StepSearch search(context, settings_);
    RECKON_ASSIGN_OR_RETURN(std::vector<NodeId> alive, search.begin(width_));
    std::vector<Growth> growths;
    for (const NodeId root : alive) growths.push_back({root});
    while (!growths.empty() && search.going()) {
      alive = search.retire(search.extend(growths));
      if (search.tree().scores_lost()) break;
      growths = balance(search, alive);
      alive.clear();
      for (const Growth& growth : growths) alive.push_back(growth.node);
    }
    return search.answer(alive);
  }

 private:
  std::vector<Growth> balance(StepSearch& search, std::span<const NodeId> alive) const {
    std::vector<double> scores;
    for (const NodeId id : alive) scores.push_back(search.tree()[id].scores.last());
    const auto widths = rebase_widths(scores, width_ - search.retired(), temperature_);
    std::vector<Growth> growths;
    for (std::size_t i = 0; i < alive.size(); ++i) {
      if (widths[i] > 0) {
        growths.push_back({alive[i], widths[i]});
      } else {
        search.tree().prune(alive[i], "rebase");
      }
    }
    return growths;
  }

  StepSearchSettings settings_;
  int width_;
  double temperature_;
};

}  // namespace

void register_rebase_strategy(Registry& registry) {
  registry.strategies.add<Rebase>(
      {.name = "rebase",
       .summary = "tree search that shares its width among paths by their scores",
       .options = with_step_options({OptionSpec::integer("width", 16, {1, 1024}, "paths in all"),
                                     OptionSpec::real("balance_temperature", 0.2, {0.001, 1000.0},
                                                      "of the softmax of scores that shares the width")}),
       .needs = {Need::scorer, Need::comparable_scores, Need::fork},
       .references = {"arXiv 2408.00724"}});
}

}  // namespace reckon
