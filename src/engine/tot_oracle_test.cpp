// Tree of Thoughts with complete proposals and a perfect value (2305.10601): it keeps one state, and solves every hand of
// Game of 24 that can be solved.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <numeric>

#include "base/test_support.h"
#include "base/text.h"
#include "engine/test_support.h"
#include "scoring/number_game.h"

namespace reckon {
namespace {

using namespace testing_support;

struct Fraction {
  std::int64_t over = 0;
  std::int64_t under = 1;
  static Fraction of(std::int64_t over, std::int64_t under) {
    const std::int64_t common = std::max<std::int64_t>(1, std::gcd(over, under)) * (under < 0 ? -1 : 1);
    return {over / common, under / common};
  }
  static Fraction of(const std::string& text) {
    const auto slash = text.find('/');
    return {std::stoll(text), slash == std::string::npos ? 1 : std::stoll(text.substr(slash + 1))};
  }
  std::string text() const { return std::to_string(over) + (under == 1 ? "" : "/" + std::to_string(under)); }
  bool operator==(const Fraction&) const = default;
};

// A number that is left, and how it was made.
struct Left {
  Fraction value;
  std::string made_by;
};
using State = std::vector<Left>;

struct Move {
  std::string text;  // "8 / 3 = 8/3"
  State state;
};

std::vector<Move> moves(const State& state) {
  std::vector<Move> all;
  for (std::size_t i = 0; i < state.size(); ++i) {
    for (std::size_t j = 0; j < state.size(); ++j) {
      if (i == j) continue;
      const auto& [a, a_made] = state[i];
      const auto& [b, b_made] = state[j];
      const auto add = [&](const std::string& sign, Fraction value) {
        Move move{a.text() + sign + b.text() + " = " + value.text(), {}};
        for (std::size_t k = 0; k < state.size(); ++k) {
          if (k != i && k != j) move.state.push_back(state[k]);
        }
        move.state.push_back({value, "(" + a_made + sign + b_made + ")"});
        all.push_back(std::move(move));
      };
      if (i < j) add(" + ", Fraction::of(a.over * b.under + b.over * a.under, a.under * b.under));
      if (i < j) add(" * ", Fraction::of(a.over * b.over, a.under * b.under));
      add(" - ", Fraction::of(a.over * b.under - b.over * a.under, a.under * b.under));
      if (b.over != 0) add(" / ", Fraction::of(a.over * b.under, a.under * b.over));
    }
  }
  return all;
}

bool can_reach_24(const State& state) {
  if (state.size() == 1) return state.front().value == Fraction{24, 1};
  return std::ranges::any_of(moves(state), [](const Move& move) { return can_reach_24(move.state); });
}

// After the steps "a + b = c (left: ...)" of a prompt whose second line has the numbers; its first says what is asked, where
// "Problem:" is the beginning of the built-in prompt that asks for the end.
State state_of(const std::vector<std::string>& lines) {
  State state;
  for (const auto& number : split(lines.at(1), ' ')) state.push_back({Fraction::of(number), number});
  for (std::size_t i = 2; i < lines.size(); ++i) {
    for (Move& move : moves(state)) {
      if (!lines[i].starts_with(move.text + " (")) continue;
      state = std::move(move.state);
      break;
    }
  }
  return state;
}

std::string oracle(const std::string& prompt) {
  const auto lines = split(trim(prompt), '\n');
  const State state = state_of(lines);
  if (lines[0] == "Judge") return can_reach_24(state) ? "sure" : "impossible";
  if (lines[0] == "Problem:") return "\\boxed{" + state.front().made_by + "}";
  std::string list;
  for (const Move& move : moves(state)) {
    list += move.text + " (left:";
    for (const Left& left : move.state) list += " " + left.value.text();
    list += ")\n";
  }
  return list;
}

// Says what the oracle says to the prompt before its turn.
std::shared_ptr<FakeModel> oracle_model() {
  struct Memory {
    std::mutex mutex;
    std::map<Tokens, Tokens> replies;  // by prompt
  };
  auto memory = std::make_shared<Memory>();
  auto vocabulary = FakeVocabulary::english();
  const auto shared = std::make_shared<FakeVocabulary>(FakeVocabulary::english());
  return std::make_shared<FakeModel>(std::move(vocabulary), [=](std::span<const TokenId> prefix, std::span<float> row) {
    std::ranges::fill(row, 0.0F);
    const auto turn = std::find(prefix.rbegin(), prefix.rend(), shared->id("<assistant>")).base();
    const Tokens prompt(prefix.begin(), turn);
    const std::lock_guard lock(memory->mutex);
    auto& reply = memory->replies[prompt];
    if (reply.empty()) {
      std::string text;
      for (const TokenId token : prompt) text += shared->piece(token);
      const bool asks = text.starts_with("List") || text.starts_with("Judge") || text.starts_with("Problem:");
      if (asks) reply = shared->tokenize(oracle(text), ControlTokens::as_text);
      reply.push_back(shared->eos());
    }
    const auto written = static_cast<std::size_t>(prefix.end() - turn);
    row[static_cast<std::size_t>(reply[std::min(written, reply.size() - 1)])] = 50.0F;
  });
}

TEST(TotOracle, SolvesWhatCanBeSolvedWithOneState) {
  const TemporaryFolder folder;
  SolveRequest request;
  request.strategy = {"tot", {{"generate", "propose"}, {"evaluate", "value"}, {"breadth", "1"}, {"candidates", "100"}, {"evaluations", "1"}, {"rounds", "4"},
                              {"reply_tokens", "2048"},
                              {"propose_template", folder.write("propose.txt", "List\n{question}\n{steps}\n")},
                              {"value_template", folder.write("value.txt", "Judge\n{question}\n{steps}\n")}}};
  request.task.answer_style = AnswerStyle::free_text();
  request.max_tokens = 2048;
  const auto engine = make_engine(oracle_model(), {.slots = 64, .cells = 1 << 17, .context = 1 << 13, .threads = 1});
  // Every 40th hand; all 1362 that can be solved, in a minute or so, with RECKON_ALL_HANDS set.
  const int every = std::getenv("RECKON_ALL_HANDS") != nullptr ? 1 : 40;
  int hands = 0;
  for (std::int64_t a = 1; a <= 13; ++a) {
    for (std::int64_t b = a; b <= 13; ++b) {
      for (std::int64_t c = b; c <= 13; ++c) {
        for (std::int64_t d = c; d <= 13; ++d) {
          const NumberGame game{.numbers = {a, b, c, d}, .target = 24};
          if (!solve(game) || hands++ % every != 0) continue;
          request.task.question = std::to_string(a) + " " + std::to_string(b) + " " + std::to_string(c) + " " + std::to_string(d);
          const auto result = engine->solve(request);
          ASSERT_TRUE(result.ok()) << result.status().to_string();
          const auto grade = NumberGameChecker(game).grade(result->answer.text);
          EXPECT_TRUE(grade.ok() && grade->right()) << request.task.question << ": " << result->answer.text;
        }
      }
    }
  }
  EXPECT_EQ(hands, 1362);
}

}  // namespace
}  // namespace reckon
