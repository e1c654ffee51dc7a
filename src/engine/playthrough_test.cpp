// Playthroughs: one recorded run per strategy on the fake model, compared line by line. They read as
// documentation of what a strategy does, and their last line is its signature: token counts that no
// change may move silently. Written anew by tools/make_playthroughs.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

std::vector<std::string> strategy_names() {
  Registry registry;
  register_all_plugins(registry);
  std::vector<std::string> names;
  for (const auto& [name, entry] : registry.strategies.entries()) names.push_back(name);
  return names;
}

std::string line_of(const Event& event) {
  std::ostringstream out;
  out << to_string(event.kind);
  if (event.trace != 0) out << " trace=" << event.trace;
  if (event.parent != 0) out << " parent=" << event.parent;
  if (event.count != 0) out << " count=" << event.count;
  if (event.value != 0.0) out << " value=" << std::round(event.value * 1e4) / 1e4;
  if (!event.label.empty()) out << " label=" << event.label;
  if (!event.text.empty()) out << " text=\"" << event.text << '"';
  return out.str();
}

std::string play(const std::string& strategy) {
  RecordingSink sink;
  auto engine = make_engine(six_times_seven(), {.slots = 4, .threads = 1, .deterministic = true});
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.strategy = {strategy, {}};
  const bool has_steps = engine->registry().strategies.find(strategy).value()->spec.find("step") != nullptr;
  if (has_steps) request.strategy.options = {{"step", "tokens"}, {"step_tokens", "8"}};
  if (strategy == "tpo") request.strategy.options = {{"unclosed", "keep"}};  // the scripted model knows no tags
  request.sampling.temperature = 1.0;
  request.max_tokens = 60;
  request.seed = 1;
  request.sink = &sink;
  const auto result = engine->solve(request);
  if (!result.ok()) return "error: " + result.status().to_string() + "\n";
  std::ostringstream out;
  out << "# " << strategy << " on the fake model: " << request.task.question << "\n";
  for (const auto& event : sink.events()) out << line_of(event) << "\n";
  const Bill& bill = result->bill;
  out << "answer \"" << result->answer.text << "\" agreement " << result->answer.agreement << "\n";
  out << "bill prefilled=" << bill.tokens.prefilled << " cached=" << bill.tokens.cached
      << " recomputed=" << bill.tokens.recomputed << " sampled=" << bill.tokens.sampled << " forced=" << bill.tokens.forced
      << " injected=" << bill.tokens.injected << " cancelled=" << bill.cancelled << " traces=" << bill.traces << "\n";
  return out.str();
}

class Playthrough : public ::testing::TestWithParam<std::string> {};

TEST_P(Playthrough, IsAsRecorded) {
  const std::filesystem::path path = std::filesystem::path(RECKON_SOURCE_DIR) / "tests/playthroughs" / (GetParam() + ".txt");
  const std::string now = play(GetParam());
  if (now.find("opening the sandbox") != std::string::npos) GTEST_SKIP() << now;
  if (std::getenv("RECKON_WRITE_PLAYTHROUGHS") != nullptr) {
    std::ofstream(path) << now;
    return;
  }
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no playthrough recorded yet: run tools/make_playthroughs";
  std::ostringstream recorded;
  recorded << std::ifstream(path).rdbuf();
  EXPECT_EQ(now, recorded.str()) << "run tools/make_playthroughs, read the difference, and say in the commit why it moved";
}

INSTANTIATE_TEST_SUITE_P(All, Playthrough, ::testing::ValuesIn(strategy_names()), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace reckon
