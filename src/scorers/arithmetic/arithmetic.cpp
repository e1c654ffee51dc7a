// arithmetic: the share of the sums stated in a text that hold ("3 * 4 = 13" does not), exactly calculated; 1 when the
// text states none. What counts as a stated sum: scoring/equation_check.h.
//
// Sees slips of the pen, not wrong plans. Costs no model call.
#include "scoring/equation_check.h"
#include "search/registry.h"

namespace reckon {
namespace {

class Arithmetic final : public Scorer {
 public:
  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Score> scores;
    for (const Candidate& candidate : candidates) scores.push_back(score_of(candidate.step ? candidate.step->text : candidate.text));
    return scores;
  }

 private:
  static Score score_of(std::string_view text) {
    const auto equations = stated_equations(text);
    Score score{.value = 1.0, .calibrated = true};
    std::size_t holding = 0;
    for (const auto& equation : equations) {
      if (equation.holds) ++holding;
      else if (score.reason.empty()) score.reason = equation.text + " is false";
    }
    if (!equations.empty()) score.value = static_cast<double>(holding) / static_cast<double>(equations.size());
    return score;
  }
};

}  // namespace

void register_arithmetic_scorer(Registry& registry) {
  registry.scorers.add<Arithmetic>({.name = "arithmetic", .summary = "share of the sums stated in the text that hold, exactly calculated"});
}

}  // namespace reckon
