// countdown: reach a target from given numbers with + - * /, as in Stream of Search (2404.03683) and
// Self-Backtracking (2502.04404, section 4.1). A target first, then numbers at random, until they can reach it.
//
// Divisions must be exact and, by default, all numbers used once. Graded exactly, with the numbers taken as a
// multiset.
#include <algorithm>
#include <set>

#include "base/random.h"
#include "scoring/number_game.h"
#include "search/registry.h"

namespace reckon {
namespace {

class Countdown final : public Problem {
 public:
  explicit Countdown(const Options& options)
      : count_(static_cast<std::size_t>(options.integer("count"))),
        seed_(static_cast<std::uint64_t>(options.integer("seed"))),
        numbers_(static_cast<std::size_t>(options.integer("numbers"))),
        largest_(options.integer("largest")),
        largest_target_(options.integer("largest_target")),
        use_(options.text("use") == "all" ? NumberGame::Use::all : NumberGame::Use::some) {}

  Result<std::vector<ProblemItem>> items() const override {
    // Far more than even unlucky settings take.
    const std::size_t most_draws = 1000 * (count_ + 100);
    Rng rng(seed_);
    std::set<std::pair<std::int64_t, std::vector<std::int64_t>>> seen;
    std::vector<ProblemItem> items;
    for (std::size_t draw = 0; items.size() < count_; ++draw) {
      if (draw == most_draws) return invalid_argument("there are too few instances with these numbers and targets; ask for less than " + std::to_string(count_));
      const NumberGame game = drawn(rng);
      if (!seen.insert({game.target, game.numbers}).second) continue;
      if (const auto solution = solve(game)) items.push_back(item(game, *solution));
    }
    return items;
  }

 private:
  static std::int64_t between(Rng& rng, std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
  }

  NumberGame drawn(Rng& rng) const {
    constexpr std::int64_t kSmallestTarget = 10;
    NumberGame game{.target = between(rng, kSmallestTarget, largest_target_), .use = use_, .division = NumberGame::Division::exact};
    for (std::size_t i = 0; i < numbers_; ++i) game.numbers.push_back(between(rng, 1, largest_));
    std::ranges::sort(game.numbers);
    return game;
  }

  ProblemItem item(const NumberGame& game, const std::string& solution) const {
    std::string numbers;
    for (const std::int64_t number : game.numbers) numbers += (numbers.empty() ? "" : " ") + std::to_string(number);
    const std::string target = std::to_string(game.target);
    const std::string rule = use_ == NumberGame::Use::all ? "Use each number exactly once" : "Use each number at most once";
    return {.id = numbers + " -> " + target,
            .question = "Use the numbers " + numbers + " and the operations + - * / to make " + target + ". " + rule +
                        "; every division must come out even. Write one equation per line: two numbers, an operation, "
                        "the result. End with the whole expression in \\boxed{}.",
            .reference = solution,
            .answer_style = AnswerStyle::free_text(),
            .checker = std::make_shared<NumberGameChecker>(game)};
  }

  std::size_t count_;
  std::uint64_t seed_;
  std::size_t numbers_;
  std::int64_t largest_;
  std::int64_t largest_target_;
  NumberGame::Use use_;
};

}  // namespace

void register_countdown_problem(Registry& registry) {
  registry.problems.add<Countdown>(
      {.name = "countdown",
       .summary = "reach a target from given numbers; all instances can be solved",
       .options = {OptionSpec::integer("count", 100, {1, 100000}, "number of instances"),
                   OptionSpec::integer("seed", 0, {0, 1LL << 52}, "of the instances"),
                   OptionSpec::integer("numbers", 4, {2, 5}, "given numbers"),
                   OptionSpec::integer("largest", 50, {2, 1000}, "given number"),
                   OptionSpec::integer("largest_target", 100, {10, 10000}, "target, from 10 on"),
                   OptionSpec::choice("use", "all", {"all", "some"}, "of the given numbers")},
       .references = {"arXiv 2404.03683", "arXiv 2502.04404, section 4.1"}});
}

}  // namespace reckon
