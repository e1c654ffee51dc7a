#include "strategies/ab_mcts/siblings.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace reckon {
namespace {

// R of a W.
double radius(double nu, double w) { return std::sqrt(nu * (std::pow(std::max(w, 1e-300), -2.0 / nu) - 1.0)); }

}  // namespace

struct Siblings::Best {
  std::size_t child = 0;
  double draw = 0.0;
  bool any = false;

  bool beats(double bound) const { return any && bound <= draw; }
  void offer(std::size_t arm, double drawn) {
    if (beats(drawn)) return;
    child = arm;
    draw = drawn;
    any = true;
  }
};

void Siblings::set(std::size_t child, const Posterior& belief) {
  if (slots_.contains(child)) take_out(child, belief.count() - 1);
  Family& family = families_[belief.count()];
  slots_[child] = family.arms.size();
  family.arms.push_back({child, belief});
  if (kind_ != PosteriorKind::gaussian) return;
  const auto gaussian = belief.gaussian();
  family.most_mean = std::max(family.most_mean, gaussian.mean);
  family.most_scale = std::max(family.most_scale, gaussian.scale());
}

void Siblings::take_out(std::size_t child, std::int64_t scores) {
  Family& family = families_.at(scores);
  swap(family, slots_.at(child), family.arms.size() - 1);
  family.arms.pop_back();
  if (family.arms.empty()) families_.erase(scores);
}

void Siblings::swap(Family& family, std::size_t a, std::size_t b) {
  std::swap(family.arms[a], family.arms[b]);
  slots_[family.arms[a].child] = a;
  slots_[family.arms[b].child] = b;
}

std::size_t Siblings::choose(Rng& rng) {
  Best best;
  for (auto& [scores, family] : families_) {
    if (kind_ == PosteriorKind::gaussian) {
      draw_largest_first(family, rng, best);
      continue;
    }
    for (const Arm& arm : family.arms) best.offer(arm.child, arm.belief.draw(rng));
  }
  return best.child;
}

void Siblings::draw_largest_first(Family& family, Rng& rng, Best& best) {
  const std::size_t n = family.arms.size();
  const double nu = family.arms.front().belief.gaussian().nu;  // of all
  double log_above = 0.0;  // of the part of (0, 1) that is above the newest W
  for (std::size_t i = 0; i < n; ++i) {
    log_above += std::log(1.0 - rng.uniform()) / static_cast<double>(n - i);
    const double reach = radius(nu, -std::expm1(log_above));
    if (best.beats(family.most_mean + family.most_scale * reach)) return;
    swap(family, i, i + rng.below(n - i));
    const Posterior::Gaussian belief = family.arms[i].belief.gaussian();
    best.offer(family.arms[i].child, belief.mean + belief.scale() * reach * std::cos(2.0 * std::numbers::pi * rng.uniform()));
  }
}

}  // namespace reckon
