#include "apps/perf/perf_search.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "apps/perf/never_ends.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engine/load_model.h"

namespace reckon {
namespace {

// Free, and without ties, so that a search prunes and resamples as it would.
class FreeScorer final : public Scorer {
 public:
  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Score> scores;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      scores.push_back({.value = 0.25 + 0.5 * static_cast<double>(mix64(++calls_) >> 11U) * 0x1.0p-53, .calibrated = true});
    }
    return scores;
  }

 private:
  std::uint64_t calls_ = 0;
};

Result<std::unique_ptr<Engine>> make_engine(std::shared_ptr<const LanguageModel> model, const EngineOptions& options) {
  RECKON_ASSIGN_OR_RETURN(auto engine, Engine::create(std::move(model), options));
  engine->mutable_registry().scorers.add<FreeScorer>({.name = "free", .summary = "costs nothing"});
  engine->mutable_registry().controllers.add<NeverEnds>({.name = "never_ends", .summary = "masks the ends"});
  return engine;
}

struct Shape {
  int branches = 1;
  int steps = 1;
  int step_tokens = 1;
  PluginChoice scorer{"free", {}};
};

using Choices = std::map<std::string, std::string>;

// How a search is told to make about branches x steps nodes; nothing for what is no search.
std::optional<Choices> search_options(const Spec& spec, const Shape& shape) {
  const std::string branches = std::to_string(shape.branches);
  const int nodes = shape.branches * shape.steps;
  const auto times = [nodes](int nodes_each) { return std::to_string(std::max(1, nodes / nodes_each)); };
  // Trees that grow where they choose to.
  const std::map<std::string, Choices, std::less<>> trees = {
      {"tot", {{"evaluate", "scorer"}, {"breadth", branches}, {"candidates", "2"}}},
      {"mcts_coat", {{"association", "none"}, {"children", "4"}, {"exploration", "100"}, {"iterations", times(4)}, {"parallel", std::to_string(std::max(1, shape.branches / 4))}}},
      {"ab_mcts", {{"nodes", std::to_string(nodes)}, {"parallel", branches}}},
      // An expansion asks for 4 sub-questions and judges each; a path has up to 10, enough for trees of any size here, each
      // with up to 8 answers.
      {"rap", {{"depth", "10"}, {"iterations", times(80)}, {"parallel", branches}, {"question_tokens", "1"}, {"answer_tokens", "1"}}},
  };
  Choices choices;
  if (const auto found = trees.find(spec.name); found != trees.end()) {
    choices = found->second;
  } else {
    const char* const sizes[] = {"beams", "particles", "samples", "width"};  // paths that all go on until the end
    const auto size = std::ranges::find_if(sizes, [&spec](const char* name) { return spec.find(name) != nullptr; });
    if (size == std::end(sizes) || spec.find("step") == nullptr || spec.find("rounds") == nullptr) return std::nullopt;
    choices = {{*size, branches}};
  }
  if (spec.find("step") != nullptr) {
    choices.insert({{"step", "tokens"}, {"step_tokens", std::to_string(shape.step_tokens)}, {"rounds", std::to_string(shape.steps)}});
  }
  return choices;
}

SolveRequest request_for(const Engine& engine, const std::string& strategy, const Shape& shape) {
  SolveRequest request;
  request.task.question = "Tell a long story about a lighthouse keeper, with every detail.";
  request.task.answer_style = AnswerStyle::free_text();
  request.prompt = {"direct", {}};
  request.controllers = {{"never_ends", {}}};
  request.sampling.temperature = 1.0;
  request.max_tokens = shape.steps * shape.step_tokens;
  const Spec& spec = engine.registry().strategies.find(strategy).value()->spec;
  if (const auto options = search_options(spec, shape)) {
    request.strategy = {strategy, *options};
    request.scorer = shape.scorer;
    if (spec.find("step") == nullptr) request.max_tokens = shape.step_tokens;  // its nodes are whole answers
  } else {
    request.strategy = {strategy, {{"samples", std::to_string(shape.branches)}}};
  }
  return request;
}

struct Measured {
  double seconds = 0.0;
  std::int64_t traces = 0;
  std::int64_t tokens = 0;
  std::int64_t prompt_tokens = 0;  // computed, those of questions on the side too
};

Result<Measured> measure(Engine& engine, const SolveRequest& request) {
  const double start = system_clock().milliseconds();
  RECKON_ASSIGN_OR_RETURN(const SolveResult result, engine.solve(request));
  const double seconds = (system_clock().milliseconds() - start) / 1000.0;
  const Bill& bill = result.bill;
  return Measured{seconds, bill.traces, bill.generated() + bill.probe, bill.tokens.prefilled + bill.scored};
}

Result<Measured> measure(Engine& engine, const std::string& strategy, const Shape& shape) {
  return measure(engine, request_for(engine, strategy, shape));
}

// What a token more of a prompt takes: the least times of a long and a short one, compared.
Result<double> prefill_microseconds(Engine& engine) {
  constexpr int kRepetitions = 5;
  Measured least[2];
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    for (const bool is_long : {false, true}) {
      SolveRequest request = request_for(engine, "vote", {});
      const std::string sentence = std::exchange(request.task.question, std::to_string(repetition));
      for (int i = 0; i < (is_long ? 60 : 10); ++i) request.task.question += " " + sentence;
      RECKON_ASSIGN_OR_RETURN(const Measured read, measure(engine, request));
      if (repetition == 0 || read.seconds < least[is_long].seconds) least[is_long] = read;
    }
  }
  const std::int64_t more = least[1].prompt_tokens - least[0].prompt_tokens;
  return std::max(0.0, least[1].seconds - least[0].seconds) * 1e6 / static_cast<double>(std::max<std::int64_t>(1, more));
}

}  // namespace

Result<std::vector<PerfSearchRow>> perf_search_overhead(const std::vector<int>& nodes, const std::vector<std::string>& strategies) {
  constexpr int kBranches = 100;
  RECKON_ASSIGN_OR_RETURN(const auto model, load_model("fake:constant"));
  // One sampling thread: with rows of 64 logits, waking others would cost more than it saves.
  RECKON_ASSIGN_OR_RETURN(const auto engine, make_engine(model, {.slots = 2 * kBranches, .cells = 1 << 20, .context = 1 << 16, .threads = 1}));
  std::vector<std::string> searches;
  for (const auto& [name, entry] : engine->registry().strategies.entries()) {
    if (search_options(entry.spec, {})) searches.push_back(name);
  }
  for (const auto& name : strategies) {
    if (std::ranges::find(searches, name) == searches.end()) return not_found("\"" + name + "\" is no search; those are " + join(searches, ", "));
  }
  if (!strategies.empty()) searches = strategies;
  RECKON_ASSIGN_OR_RETURN(const double prefill, prefill_microseconds(*engine));
  std::vector<PerfSearchRow> rows;
  for (const int wanted : nodes) {
    const Shape shape{.branches = kBranches, .steps = std::max(1, wanted / kBranches)};
    RECKON_ASSIGN_OR_RETURN(const Measured plain, measure(*engine, "vote", shape));
    for (const auto& strategy : searches) {
      auto searched = measure(*engine, strategy, shape);
      if (!searched.ok()) return searched.status().while_doing("measuring " + strategy);
      PerfSearchRow row{.strategy = strategy, .nodes = static_cast<int>(searched->traces)};
      const double made = static_cast<double>(std::max<std::int64_t>(1, searched->traces));
      row.microseconds_per_node = searched->seconds * 1e6 / made;
      row.prefill_microseconds = prefill * static_cast<double>(searched->prompt_tokens) / made;
      row.sampling_microseconds = plain.seconds * 1e6 / static_cast<double>(std::max<std::int64_t>(1, plain.tokens));
      rows.push_back(row);
    }
  }
  return rows;
}

Result<std::vector<PerfSearchSpeedRow>> perf_search_speed(std::shared_ptr<const LanguageModel> model,
                                                          const PerfSearchSpeedOptions& options) {
  const int most = *std::ranges::max_element(options.branches);
  RECKON_ASSIGN_OR_RETURN(const auto engine, make_engine(std::move(model), {.slots = most, .threads = options.threads}));
  std::vector<PerfSearchSpeedRow> rows;
  for (const int branches : options.branches) {
    const Shape shape{branches, options.steps, options.step_tokens, options.scorer};
    RECKON_RETURN_IF_ERROR(measure(*engine, "vote", {.branches = branches, .step_tokens = 2}).status());  // warms up
    RECKON_ASSIGN_OR_RETURN(const Measured plain, measure(*engine, "vote", shape));
    for (const char* strategy : {"beam", "particle"}) {
      RECKON_ASSIGN_OR_RETURN(const Measured searched, measure(*engine, strategy, shape));
      rows.push_back({strategy, branches, static_cast<double>(searched.tokens) / searched.seconds, static_cast<double>(plain.tokens) / plain.seconds});
    }
  }
  return rows;
}

}  // namespace reckon
