#include "strategies/ab_mcts/posterior.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace reckon {
namespace {

constexpr double kKappa = 1.0;
constexpr double kNu = 1.0;
constexpr double kTau2 = 0.1;

// Student's t, by Bailey's polar method (Mathematics of Computation 62, 1994).
double draw_student(double nu, Rng& rng) {
  while (true) {
    const double u = 2.0 * rng.uniform() - 1.0;
    const double v = 2.0 * rng.uniform() - 1.0;
    const double w = u * u + v * v;
    if (w > 0.0 && w <= 1.0) return u * std::sqrt(nu * (std::pow(w, -2.0 / nu) - 1.0) / w);
  }
}

}  // namespace

void Posterior::add(double score) {
  ++count_;
  sum_ += score;
  squares_ += score * score;
}

// The prior mean is 0.
Posterior::Gaussian Posterior::gaussian() const {
  const auto n = static_cast<double>(count_);
  const double mean = count_ > 0 ? sum_ / n : 0.0;
  const double spread = std::max(squares_ - n * mean * mean, 0.0);
  const double kappa = kKappa + n;
  const double nu = kNu + n;
  return {sum_ / kappa, kappa, nu, (kNu * kTau2 + spread + kKappa * n / kappa * mean * mean) / nu};
}

double Posterior::Gaussian::scale() const { return std::sqrt(tau2 / kappa); }

double Posterior::draw(Rng& rng) const {
  if (kind_ == PosteriorKind::beta) {
    const auto [a, b] = beta();
    const double successes = draw_gamma(a, rng);
    const double failures = draw_gamma(b, rng);
    return successes / (successes + failures);
  }
  const Gaussian belief = gaussian();
  return belief.mean + belief.scale() * draw_student(belief.nu, rng);
}

double draw_normal(Rng& rng) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - rng.uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * rng.uniform());
}

double draw_gamma(double shape, Rng& rng) {
  if (shape < 1.0) {
    const double power = std::pow(1.0 - rng.uniform(), 1.0 / shape);
    return std::max(draw_gamma(shape + 1.0, rng) * power, 1e-300);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = draw_normal(rng);
    const double root = 1.0 + c * x;
    const double v = root * root * root;
    if (v <= 0.0) continue;
    if (std::log(1.0 - rng.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

}  // namespace reckon
