// game24: the Game of 24, after Tree of Thoughts (Yao et al., 2305.10601, section 4.1): make 24 from four numbers
// of 1 to 13 with + - * /, each used once. All 1362 sets that can be solved, in an order that the seed shuffles.
//
// Graded exactly: the numbers must be those given, the value is a rational. Not that paper's test set, which is
// ranks 901 to 1000 by how long people take, from a data file.
#include <algorithm>

#include "base/random.h"
#include "scoring/number_game.h"
#include "search/registry.h"

namespace reckon {
namespace {

constexpr std::int64_t kHighest = 13;

std::vector<std::vector<std::int64_t>> all_hands() {
  std::vector<std::vector<std::int64_t>> hands;
  for (std::int64_t a = 1; a <= kHighest; ++a) {
    for (std::int64_t b = a; b <= kHighest; ++b) {
      for (std::int64_t c = b; c <= kHighest; ++c) {
        for (std::int64_t d = c; d <= kHighest; ++d) hands.push_back({a, b, c, d});
      }
    }
  }
  return hands;
}

class GameOf24 final : public Problem {
 public:
  explicit GameOf24(const Options& options)
      : count_(static_cast<std::size_t>(options.integer("count"))), seed_(static_cast<std::uint64_t>(options.integer("seed"))) {}

  Result<std::vector<ProblemItem>> items() const override {
    auto hands = all_hands();
    Rng rng(seed_);
    for (std::size_t i = hands.size(); i > 1; --i) std::swap(hands[i - 1], hands[rng.below(i)]);
    std::vector<ProblemItem> items;
    for (const auto& hand : hands) {
      if (items.size() == count_) break;
      const NumberGame game{.numbers = hand, .target = 24};
      if (const auto solution = solve(game)) items.push_back(number_game_item(game, *solution));
    }
    return items;
  }

 private:
  static ProblemItem number_game_item(const NumberGame& game, const std::string& solution) {
    std::string numbers;
    for (const std::int64_t number : game.numbers) numbers += (numbers.empty() ? "" : " ") + std::to_string(number);
    return {.id = numbers,
            .question = "Use the numbers " + numbers +
                        " and the operations + - * / to make 24. Use each number exactly once. Write one equation "
                        "per line: two numbers, an operation, the result. End with the whole expression in \\boxed{}.",
            .reference = solution,
            .answer_style = AnswerStyle::free_text(),
            .checker = std::make_shared<NumberGameChecker>(game)};
  }

  std::size_t count_;
  std::uint64_t seed_;
};

}  // namespace

void register_game24_problem(Registry& registry) {
  registry.problems.add<GameOf24>({.name = "game24",
                                   .summary = "make 24 from four numbers; all instances can be solved",
                                   .options = {OptionSpec::integer("count", 100, {1, 1362}, "number of instances"),
                                               OptionSpec::integer("seed", 0, {0, 1LL << 52}, "of their order")},
                                   .references = {"arXiv 2305.10601, section 4.1"}});
}

}  // namespace reckon
