// particle: particle filtering over steps ("rollout roulette", Puri et al., 2502.01618).
//
// N particles. In each round those that have not ended extend by one step; then N are drawn anew, with
// replacement, from all of them, ended ones too, by a softmax of the log odds of their newest score. Where a
// beam search keeps the best and trusts the scorer, this keeps in proportion, so that a path with a low score
// can still come through. The answer is the best particle's, or a vote over them.
//
// A score that is no probability is taken as a log-weight itself, divided by weight_temperature. With equal
// scores this is independent sampling up to the resampling; with one particle a single trace.
#include <algorithm>
#include <cmath>

#include "search/registry.h"
#include "search/resample.h"
#include "search/step_search.h"

namespace reckon {
namespace {

class ParticleFilter final : public Strategy {
 public:
  ParticleFilter(StepSearchSettings settings, const Options& options)
      : settings_(std::move(settings)),
        particles_(static_cast<int>(options.integer("particles"))),
        systematic_(options.text("resampling") == "systematic"),
        temperature_(options.real("weight_temperature")) {}

  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    RECKON_ASSIGN_OR_RETURN(StepSearchSettings settings, StepSearchSettings::from(options));
    return std::unique_ptr<Strategy>(std::make_unique<ParticleFilter>(std::move(settings), options));
  }

  Result<Answer> run(Context& context, const Task&) override {
    StepSearch search(context, settings_);
    Rng rng(context.seed(), kResampling);
    RECKON_ASSIGN_OR_RETURN(const auto roots, search.begin(particles_));
    std::vector<int> copies(roots.size(), 1);
    std::vector<NodeId> particles = roots;
    while (true) {
      particles = advance(search, particles, copies);
      const bool alive = std::ranges::any_of(particles, [&](NodeId id) { return search.open(id); });
      if (!alive || !search.going()) break;
      const auto weights = weights_of(search, particles);
      const auto count = static_cast<int>(particles.size());
      copies = systematic_ ? resample_systematic(weights, count, rng) : resample_multinomial(weights, count, rng);
    }
    return search.answer(search.retire(particles));
  }

 private:
  static constexpr std::uint64_t kResampling = 0x7061727469636c65;  // a stream that no branch has

  // The next generation of particles: copies of those that ended, and as many next steps of the others.
  static std::vector<NodeId> advance(StepSearch& search, std::span<const NodeId> particles,
                                     std::span<const int> copies) {
    std::vector<NodeId> next;
    std::vector<Growth> growths;
    for (std::size_t i = 0; i < particles.size(); ++i) {
      if (search.open(particles[i]) && copies[i] > 0) growths.push_back({particles[i], copies[i]});
      if (search.open(particles[i]) && copies[i] == 0) search.tree().prune(particles[i], "resampled");
      if (!search.open(particles[i])) next.insert(next.end(), static_cast<std::size_t>(copies[i]), particles[i]);
    }
    const auto children = search.extend(growths);
    next.insert(next.end(), children.begin(), children.end());
    return next;
  }

  std::vector<double> weights_of(StepSearch& search, std::span<const NodeId> particles) const {
    std::vector<double> log_weights;
    for (const NodeId id : particles) {
      const double score = search.tree()[id].scores.last();
      const double odds = std::clamp(score, 1e-7, 1.0 - 1e-7);
      const double weight = search.tree().calibrated() ? std::log(odds / (1.0 - odds)) : score;
      log_weights.push_back(weight / temperature_);
    }
    return normalised_weights(log_weights);
  }

  StepSearchSettings settings_;
  int particles_;
  bool systematic_;
  double temperature_;
};

}  // namespace

void register_particle_strategy(Registry& registry) {
  registry.strategies.add<ParticleFilter>(
      {.name = "particle",
       .summary = "particle filtering: steps are resampled in proportion to their scores",
       .options = with_step_options(
           {OptionSpec::integer("particles", 8, {1, 1024}, "paths at any time"),
            OptionSpec::choice("resampling", "multinomial", {"multinomial", "systematic"}, "how copies are drawn"),
            OptionSpec::real("weight_temperature", 1.0, {0.001, 1000.0},
                             "divides the log-weights: higher draws more evenly")},
           "max"),
       .needs = {Need::scorer, Need::fork},
       .references = {"arXiv 2502.01618"}});
}

}  // namespace reckon
