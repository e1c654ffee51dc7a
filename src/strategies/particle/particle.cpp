// particle: particle filtering over steps ("rollout roulette", Puri et al., 2502.01618).
//
// N particles. In each round those that have not ended extend by one step; then N are drawn anew, with
// replacement, from all of them, ended ones too, by a softmax of the log odds of their newest score. Where a
// beam search keeps the best and trusts the scorer, this keeps in proportion, so that a path with a low score
// can still come through. The answer is the best particle's, or a vote over them.
//
// With `iterations` the filter is run again and again, each time beside one path that the last time left, drawn by
// the weights, which lives through all resampling as it is: particle Gibbs (Andrieu, Doucet and Holenstein, 2010;
// section 3.3 of the paper). What is drawn in the end then comes ever closer to the distribution that the scores
// ask for, where a single filter of few particles is biased. It costs `iterations` times the tokens. The other
// particles of these sweeps are resampled multinomially, whatever the option says: that is what the proof needs.
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
        temperature_(options.real("weight_temperature")),
        iterations_(static_cast<int>(options.integer("iterations"))),
        draws_(options.text("final") == "draw") {}

  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    RECKON_ASSIGN_OR_RETURN(StepSearchSettings settings, StepSearchSettings::from(options));
    return std::unique_ptr<Strategy>(std::make_unique<ParticleFilter>(std::move(settings), options));
  }

  Result<Answer> run(Context& context, const Task&) override {
    StepSearch search(context, settings_);
    Rng rng(context.seed(), kResampling);
    RECKON_ASSIGN_OR_RETURN(const auto roots, search.begin(particles_));
    auto particles = sweep(search, roots, {}, rng);
    for (int i = 1; i < iterations_ && particles.size() > 1 && search.going(); ++i) {
      const auto reference = path_to(search, drawn(search, particles, rng));
      release_all_but(reference, search);
      auto next = sweep(search, roots, reference, rng);
      if (!search.going()) break;  // it was told to stop on the way: the last whole sweep counts
      particles = std::move(next);
    }
    if (draws_ && search.going() && !particles.empty()) particles = {drawn(search, particles, rng)};
    return search.answer(search.retire(particles));
  }

 private:
  static constexpr std::uint64_t kResampling = 0x7061727469636c65;  // a stream that no branch has

  // One filter, from the roots to the ends of all paths. The reference, a path from a root to its end, is particle
  // 0 in every round; there may be none.
  std::vector<NodeId> sweep(StepSearch& search, std::span<const NodeId> roots, std::span<const NodeId> reference,
                            Rng& rng) const {
    std::vector<NodeId> particles(roots.begin(), roots.end());
    if (!reference.empty()) std::swap(particles.front(), *std::ranges::find(particles, reference.front()));
    std::vector<int> copies(roots.size(), 1);
    for (std::size_t round = 1;; ++round) {
      const NodeId kept = reference.empty() ? kNoNode : reference[std::min(round, reference.size() - 1)];
      particles = advance(search, particles, copies, kept);
      const bool alive = std::ranges::any_of(particles, [&](NodeId id) { return search.open(id); });
      if (!alive || !search.going()) return particles;
      copies = resampled(weights_of(search, particles), kept != kNoNode, rng);
    }
  }

  std::vector<int> resampled(std::span<const double> weights, bool keeps_first, Rng& rng) const {
    const auto count = static_cast<int>(weights.size());
    if (!keeps_first) return systematic_ ? resample_systematic(weights, count, rng) : resample_multinomial(weights, count, rng);
    auto copies = resample_multinomial(weights, count - 1, rng);
    ++copies.front();
    return copies;
  }

  // The next generation of particles: copies of those that ended, and as many next steps of the others. `kept`, if
  // any, is the step that the first copy of the first particle takes.
  std::vector<NodeId> advance(StepSearch& search, std::span<const NodeId> particles, std::span<const int> copies,
                              NodeId kept) const {
    std::vector<NodeId> next;
    std::vector<Growth> growths;
    for (std::size_t i = 0; i < particles.size(); ++i) {
      const bool first = i == 0 && kept != kNoNode;
      if (first) next.push_back(kept);
      const int free = copies[i] - (first ? 1 : 0);
      if (!search.open(particles[i])) {
        next.insert(next.end(), static_cast<std::size_t>(free), particles[i]);
      } else if (free > 0) {
        growths.push_back({particles[i], free, iterations_ > 1});
      } else if (!first) {
        search.tree().prune(particles[i], "resampled");
      }
    }
    const auto children = search.extend(growths);
    next.insert(next.end(), children.begin(), children.end());
    return next;
  }

  NodeId drawn(StepSearch& search, std::span<const NodeId> particles, Rng& rng) const {
    const auto copies = resample_multinomial(weights_of(search, particles), 1, rng);
    return particles[static_cast<std::size_t>(std::ranges::find(copies, 1) - copies.begin())];
  }

  static std::vector<NodeId> path_to(StepSearch& search, NodeId end) {
    std::vector<NodeId> path;
    for (NodeId at = end; at != kNoNode; at = search.tree()[at].parent) path.push_back(at);
    std::ranges::reverse(path);
    return path;
  }

  // What was kept to be grown again; the roots stay.
  static void release_all_but(std::span<const NodeId> path, StepSearch& search) {
    for (std::size_t i = 0; i < search.tree().size(); ++i) {
      const auto id = static_cast<NodeId>(i);
      const bool grown = search.open(id) && search.tree()[id].parent != kNoNode;
      if (grown && std::ranges::find(path, id) == path.end()) search.tree().release(id);
    }
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
  int iterations_;
  bool draws_;
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
                             "divides the log-weights: higher draws more evenly"),
            OptionSpec::integer("iterations", 1, {1, 1000}, "sweeps; beyond the first, particle Gibbs"),
            OptionSpec::choice("final", "select", {"select", "draw"},
                               "the answer: chosen as `select` says, or of one particle drawn by its weight")},
           "max"),
       .needs = {Need::scorer, Need::comparable_scores, Need::fork},
       .references = {"arXiv 2502.01618", "Andrieu, Doucet and Holenstein 2010"}});
}

}  // namespace reckon
