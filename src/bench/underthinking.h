// Underthinking: how much of a wrong response came after its first correct thought (Wang et al.,
// "Thoughts Are All Over the Place", arXiv 2501.18585, section 3).
//
// The metric itself is the paper's. How thoughts are found and judged is not: the paper asks a large
// model which switches are real, and two others whether a thought leads to the reference answer. Here a
// thought ends where a sentence begins with a switch phrase, and it is correct when an answer
// extracted from it equals the reference. A thought on the right way that states no result is missed,
// and a number that is right by accident counts. Take the result as a proxy: fit to compare runs of
// one model on one set, not to be put beside published figures.
//
// Threading: pure functions. Cost: linear in the text times the phrases. Errors: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

struct JudgedResponse {
  bool correct = false;
  std::int64_t tokens = 0;                    // T, of the whole response
  std::optional<std::int64_t> until_correct;  // tokens up to and including the first correct thought
};

// 1 - until_correct / tokens of a wrong response: the share that was spent after the right idea. 0 for
// a right response, for one without a correct thought (it lacks understanding, not patience) and for
// an empty one.
double underthinking(const JudgedResponse& response);

// The paper's xi_UT: the mean over the wrong responses. Nothing when none is wrong.
std::optional<double> underthinking_of_wrong(std::span<const JudgedResponse> responses);

// The weighted form: the mean over all responses, right ones counting 0. Nothing for no responses.
std::optional<double> underthinking_weighted(std::span<const JudgedResponse> responses);

// "Alternatively" is the paper's only example. The others keep a model that is penalised for that
// word from looking better merely because it switches with another.
const std::vector<std::string>& switch_phrases();

// The text cut where a sentence begins with one of `phrases`: at the start of the text or of a line,
// or after . ! ? and a space, whether or not the phrase is capitalised there. The pieces join to the
// text; there is no empty piece.
std::vector<std::string_view> split_thoughts(std::string_view text, std::span<const std::string> phrases);

// Whether a thought reaches the right answer.
using ThoughtJudge = std::function<bool(std::string_view thought)>;

// The bytes of the text up to and including its first correct thought; nothing when none is.
std::optional<std::size_t> until_correct_thought(std::string_view text, std::span<const std::string> phrases,
                                                 const ThoughtJudge& judge);

}  // namespace reckon
