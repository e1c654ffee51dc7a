// What is believed of an arm's scores, for Thompson sampling.
//
// gaussian  scores are normal with unknown mean and variance; normal-inverse-chi-square prior with m = 0,
//           kappa = 1, nu = 1, tau^2 = 0.1. A draw is of the mean, whose marginal is Student's t.
// beta      each score in [0, 1] counts as so much of a success; prior Beta(1/2, 1/2). A draw is of the rate.
//
// Sources: Inoue et al., 2503.04412 (AB-MCTS-A); Murphy, "Conjugate Bayesian analysis of the Gaussian
// distribution" (2007), section 5. Threading: values. Cost: O(1).
#pragma once

#include <cstdint>

#include "base/random.h"

namespace reckon {

enum class PosteriorKind { gaussian, beta };

class Posterior {
 public:
  explicit Posterior(PosteriorKind kind) : kind_(kind) {}
  void add(double score);
  double draw(Rng& rng) const;
  std::int64_t count() const { return count_; }

  // gaussian
  struct Gaussian {
    double mean, kappa, nu, tau2;
    double scale() const;  // of the mean's marginal
  };
  Gaussian gaussian() const;
  // beta
  struct Beta {
    double a, b;
  };
  Beta beta() const { return {0.5 + sum_, 0.5 + static_cast<double>(count_) - sum_}; }

 private:
  PosteriorKind kind_;
  std::int64_t count_ = 0;
  double sum_ = 0.0;
  double squares_ = 0.0;
};

double draw_normal(Rng& rng);                // mean 0, variance 1 (Box and Muller)
double draw_gamma(double shape, Rng& rng);  // scale 1 (Marsaglia and Tsang, 2000)

}  // namespace reckon
