#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <vector>

#include "strategies/ab_mcts/branching.h"

namespace reckon {
namespace {

TEST(Posterior, GaussianIsTheClosedForm) {
  Posterior posterior(PosteriorKind::gaussian);
  EXPECT_EQ(posterior.gaussian().mean, 0.0);
  EXPECT_EQ(posterior.gaussian().tau2, 0.1);
  for (const double score : {0.2, 0.6}) posterior.add(score);
  const auto [mean, kappa, nu, tau2] = posterior.gaussian();
  EXPECT_NEAR(kappa, 3.0, 1e-12);
  EXPECT_NEAR(nu, 3.0, 1e-12);
  EXPECT_NEAR(mean, 0.8 / 3.0, 1e-12);
  // 0.1 of the prior, 0.08 within the data, 2/3 of 0.4^2 between data and prior mean.
  EXPECT_NEAR(tau2, (0.1 + 0.08 + 2.0 / 3.0 * 0.16) / 3.0, 1e-12);
}

TEST(Posterior, BetaCountsParts) {
  Posterior posterior(PosteriorKind::beta);
  for (const double score : {0.25, 1.0}) posterior.add(score);
  EXPECT_NEAR(posterior.beta().a, 1.75, 1e-12);
  EXPECT_NEAR(posterior.beta().b, 1.25, 1e-12);
}

// The mean's marginal is Student's t with n + 1 degrees of freedom, whose quantiles are well known.
TEST(Posterior, GaussianDrawsAreStudents) {
  constexpr int kDraws = 20000;
  constexpr std::array kShares = {0.1, 0.5, 0.75, 0.9, 0.99};
  const std::map<int, std::array<double, 5>> quantiles = {{1, {-1.88562, 0.0, 0.81650, 1.88562, 6.96456}}, {3, {-1.53321, 0.0, 0.74070, 1.53321, 3.74695}}};
  for (const auto& [scores, wanted] : quantiles) {
    Posterior posterior(PosteriorKind::gaussian);
    for (int i = 0; i < scores; ++i) posterior.add(0.3 * i);
    const auto [mean, kappa, nu, tau2] = posterior.gaussian();
    EXPECT_EQ(nu, scores + 1.0);
    Rng rng(7);
    std::vector<double> drawn;
    for (int i = 0; i < kDraws; ++i) drawn.push_back((posterior.draw(rng) - mean) / std::sqrt(tau2 / kappa));
    for (std::size_t i = 0; i < kShares.size(); ++i) {
      const auto below = std::ranges::count_if(drawn, [q = wanted[i]](double x) { return x < q; });
      EXPECT_NEAR(static_cast<double>(below) / kDraws, kShares[i], 5.0 * std::sqrt(kShares[i] * (1.0 - kShares[i]) / kDraws)) << scores << " " << i;
    }
  }
}

// Moments of 20,000 draws, to five standard errors.
TEST(Posterior, DrawsHaveTheRightMoments) {
  constexpr int kDraws = 20000;
  for (const double shape : {0.5, 1.0, 3.5}) {
    Rng rng(7);
    double sum = 0.0;
    for (int i = 0; i < kDraws; ++i) sum += draw_gamma(shape, rng);
    EXPECT_NEAR(sum / kDraws, shape, 5.0 * std::sqrt(shape / kDraws)) << shape;
  }
  Rng rng(8);
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = draw_normal(rng);
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0.0, 5.0 / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 1.0, 5.0 * std::sqrt(2.0 / kDraws));
  for (const PosteriorKind kind : {PosteriorKind::gaussian, PosteriorKind::beta}) {
    Posterior posterior(kind);
    for (int i = 0; i < 400; ++i) posterior.add(i % 4 == 0 ? 1.0 : 0.6);
    double mean = 0.0;
    for (int i = 0; i < 1000; ++i) mean += posterior.draw(rng) / 1000.0;
    EXPECT_NEAR(mean, 0.7, 0.01);
  }
}

TEST(Branching, AScoreGoesToGenOfItsParentAndContAbove) {
  BranchingTree tree(PosteriorKind::gaussian);
  const auto a = tree.add(BranchingTree::kRoot, 0.5);
  const auto b = tree.add(a, 0.7);
  const auto c = tree.add(b, 0.9);
  const auto counts = [&](std::size_t node) {
    return std::vector<std::int64_t>{tree[node].generate.count(), tree[node].go_on.count(), tree[node].as_child.count()};
  };
  EXPECT_EQ(counts(BranchingTree::kRoot), (std::vector<std::int64_t>{1, 2, 0}));
  EXPECT_EQ(counts(a), (std::vector<std::int64_t>{1, 1, 3}));
  EXPECT_EQ(counts(b), (std::vector<std::int64_t>{1, 0, 2}));
  EXPECT_EQ(counts(c), (std::vector<std::int64_t>{0, 0, 1}));
}

// Chosen as often as when each child is drawn for: chi-square over 6 children of two families and one of its own.
TEST(Branching, SiblingsAreChosenByTheirLargestDraw) {
  const std::vector<std::vector<double>> scores = {{0.2}, {0.5}, {0.9}, {0.4, 0.6}, {0.1, 0.9}, {0.5, 0.5, 0.7}};
  for (const PosteriorKind kind : {PosteriorKind::gaussian, PosteriorKind::beta}) {
    Siblings siblings(kind);
    std::vector<Posterior> beliefs;
    for (std::size_t child = 0; child < scores.size(); ++child) {
      beliefs.emplace_back(kind);
      for (const double score : scores[child]) {
        beliefs[child].add(score);
        siblings.set(child, beliefs[child]);
      }
    }
    ASSERT_EQ(siblings.size(), scores.size());
    constexpr int kDraws = 20000;
    std::vector<double> chosen(scores.size()), wanted(scores.size());
    Rng rng(3), other(4);
    for (int i = 0; i < kDraws; ++i) {
      chosen[siblings.choose(rng)] += 1.0;
      std::vector<double> drawn;
      for (const auto& belief : beliefs) drawn.push_back(belief.draw(other));
      wanted[static_cast<std::size_t>(std::ranges::max_element(drawn) - drawn.begin())] += 1.0;
    }
    double chi_square = 0.0;  // of two samples of equal size
    for (std::size_t i = 0; i < scores.size(); ++i) chi_square += (chosen[i] - wanted[i]) * (chosen[i] - wanted[i]) / (chosen[i] + wanted[i]);
    EXPECT_LT(chi_square, 20.5) << "5 degrees of freedom, 0.1 %";
  }
}

// Of a thousand equal children each is as likely, whatever was drawn before.
TEST(Branching, EqualSiblingsAreEquallyLikely) {
  Siblings siblings(PosteriorKind::gaussian);
  Posterior belief(PosteriorKind::gaussian);
  belief.add(0.5);
  for (std::size_t child = 0; child < 1000; ++child) siblings.set(child, belief);
  Rng rng(5);
  std::vector<int> chosen(10);
  for (int i = 0; i < 10000; ++i) ++chosen[siblings.choose(rng) / 100];
  for (const int count : chosen) EXPECT_NEAR(count, 1000, 5 * 30);
}

struct Shape {
  double root_children = 0.0;
  double mean_depth = 0.0;
};

// Of 60 nodes, over 20 seeds.
Shape shape_of(PosteriorKind kind, const std::function<double(int)>& score_at_depth) {
  Shape shape;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    BranchingTree tree(kind);
    Rng rng(seed);
    while (tree.size() <= 60) {
      const auto parent = tree.choose(rng);
      const auto added = tree.add(parent, score_at_depth(tree[parent].depth + 1));
      shape.mean_depth += tree[added].depth / 60.0 / 20.0;
    }
    shape.root_children += static_cast<double>(tree[BranchingTree::kRoot].children.size()) / 20.0;
  }
  return shape;
}

TEST(Branching, EqualLowScoresWidenAndImprovingOnesDeepen) {
  for (const PosteriorKind kind : {PosteriorKind::gaussian, PosteriorKind::beta}) {
    const Shape equal = shape_of(kind, [](int) { return 0.1; });
    const Shape improving = shape_of(kind, [](int depth) { return std::min(0.15 * depth, 1.0); });
    EXPECT_GT(equal.root_children, 1.5 * improving.root_children);
    EXPECT_GT(improving.mean_depth, equal.mean_depth + 0.5);
  }
}

}  // namespace
}  // namespace reckon
