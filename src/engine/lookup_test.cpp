// Lookup speculation is exact: whatever the reference says, a trace is the one that is written without it, and
// the bill still adds up.
#include <set>

#include "engine/draft_lookup.h"
#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

TEST(DraftLookup, FollowsTheReferenceFromTheLastMatch) {
  DraftLookup lookup(std::make_shared<const Tokens>(Tokens{1, 2, 3, 4, 5, 1, 2, 3, 9, 8}));
  const auto proposed = [&lookup](const Tokens& tail, int most) {
    const auto draft = lookup.propose(tail, most);
    return Tokens(draft.begin(), draft.end());
  };
  EXPECT_EQ(proposed({}, 3), (Tokens{1, 2, 3})) << "nothing is written yet: the beginning";
  EXPECT_EQ(proposed({1, 2, 3}, 2), (Tokens{4, 5}));
  EXPECT_EQ(proposed({7, 2, 3}, 2), (Tokens{4, 5})) << "two tokens match";
  EXPECT_EQ(proposed({5, 1, 2}, 2), (Tokens{3, 9}));
  EXPECT_EQ(proposed({1, 2, 3}, 2), (Tokens{9, 8})) << "goes on from there, not from the first match";
  EXPECT_EQ(proposed({7, 7, 3}, 2), Tokens{}) << "one token is too little";
  EXPECT_EQ(proposed({3, 9, 8}, 2), Tokens{}) << "the end";
  EXPECT_EQ(proposed({1, 2, 3}, 0), Tokens{});
}

TEST(DraftLookup, DraftsGrowAndShrink) {
  DraftLookup lookup(std::make_shared<const Tokens>(Tokens(100, 1)));
  const auto length = [&lookup] { return lookup.propose({}, 99).size(); };
  EXPECT_EQ(length(), 8u);
  lookup.learn(8, 8);
  EXPECT_EQ(length(), 16u);
  lookup.learn(16, 3);
  EXPECT_EQ(length(), 4u);
  lookup.learn(4, 0);
  EXPECT_EQ(length(), 2u);
}

// What a run's traces were, and what they cost.
struct Outcome {
  std::string said;  // everything that must not depend on drafts
  std::string text;
  std::int64_t rejected = 0;
  std::int64_t decodes = 0;
};

// Without `pending`: the last token of a trace may have been computed ahead.
std::string describe(const Trace& trace) {
  const TokenCounts& n = trace.counts;
  std::string text = trace.full_text + "|" + std::string(to_string(trace.finish)) + "|" + trace.detail;
  for (const auto count : {n.sampled, n.forced, n.injected, n.withheld, n.thinking, n.prefilled}) text += "," + std::to_string(count);
  text += "|" + std::to_string(trace.stats.logprob) + "|" + std::to_string(trace.stats.tokens);
  if (trace.think) text += "|" + std::to_string(trace.think->tokens) + "," + std::to_string(trace.answer_offset);
  return text + "\n";
}

using Edit = std::function<void(TraceRequest&)>;

struct Experiment {
  std::function<std::shared_ptr<FakeModel>()> model = scattering;
  SolveRequest request;
  EngineOptions options{.slots = 4, .threads = 2};
  Edit edit = [](TraceRequest&) {};
  int forks = 0;   // that go on from each trace's end
  int traces = 1;
};

Experiment plain(double temperature = 1.0) {
  Experiment setup;
  setup.request.task.question = "What is six times seven?";
  setup.request.sampling.temperature = temperature;
  setup.request.max_tokens = 60;
  setup.request.seed = 3;
  return setup;
}

Outcome run(const Experiment& setup, const std::shared_ptr<const Tokens>& reference) {
  Outcome outcome;
  const auto model = setup.model();
  auto engine = make_engine(model, setup.options);
  const auto result = run_in(*engine, setup.request, [&](Context& context) -> Result<Answer> {
    const auto generation = context.generate();
    std::vector<TraceRequest> requests;
    for (int i = 0; i < setup.traces; ++i) {
      RECKON_ASSIGN_OR_RETURN(TraceRequest request, context.open_trace(static_cast<std::uint64_t>(i)));
      setup.edit(request);
      request.record = Record::statistics;
      request.reference = reference;
      requests.push_back(std::move(request));
    }
    // Which trace ends first may depend on drafts, so forks start when all have ended.
    std::vector<Trace> ended;
    generation->add(std::move(requests));
    while (auto trace = generation->next()) ended.push_back(*std::move(trace));
    std::ranges::sort(ended, {}, &Trace::id);
    outcome.text = ended.empty() ? "" : ended.front().full_text;
    requests.clear();
    for (Trace& trace : ended) {
      outcome.said += describe(trace);
      for (int child = 0; child < setup.forks && !trace.branch.ended; ++child) {
        TraceRequest request;
        request.branch = trace.branch.fork(static_cast<std::uint64_t>(child));
        request.sampling = setup.request.sampling;
        request.max_tokens = 20;
        request.record = Record::statistics;
        request.reference = reference;
        requests.push_back(std::move(request));
      }
    }
    if (!requests.empty()) generation->add(std::move(requests));
    std::map<TraceId, std::string> said;
    while (auto trace = generation->next()) said[trace->id] = describe(*trace);
    for (const auto& [id, text] : said) outcome.said += text;
    Answer answer;
    answer.traces = 1;
    return answer;
  });
  EXPECT_TRUE(result.ok()) << result.status().to_string();
  if (!result.ok()) return outcome;
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
  outcome.rejected = result->bill.tokens.rejected;
  outcome.decodes = model->probe().decodes;
  return outcome;
}

std::shared_ptr<const Tokens> tokens_of(const std::string& text) {
  return std::make_shared<const Tokens>(FakeVocabulary::english().tokenize(text, ControlTokens::as_text));
}

// References that are right, wrong here and there, and wrong.
std::vector<std::shared_ptr<const Tokens>> references_for(const std::string& text) {
  std::string changed = text;
  for (std::size_t i = 9; i < changed.size(); i += 13) changed[i] = '#';
  return {tokens_of(text), tokens_of(changed), tokens_of(text.substr(text.size() / 2) + text), tokens_of("The answer is Six times seven. 41"),
          tokens_of(text + text)};
}

// The runs with every reference say what the run without says.
void expect_exact(const Experiment& setup, const std::string& what) {
  const Outcome without = run(setup, nullptr);
  EXPECT_EQ(without.rejected, 0);
  for (const auto& reference : references_for(without.text)) {
    EXPECT_EQ(run(setup, reference).said, without.said) << what;
  }
}

TEST(Lookup, TheRightReferenceSavesCallsAndAWrongOneIsBilled) {
  // Noise is spelt in other tokens when it is read back: a model that writes text.
  Experiment setup = plain(0.0);
  setup.model = [] { return replying({{1.0, "One two three four five six seven eight nine ten eleven. 42"}}); };
  const Outcome without = run(setup, nullptr);
  const Outcome right = run(setup, tokens_of(without.text));
  const Outcome wrong = run(setup, tokens_of("One two three four six five nine nine ten eleven twelve. 41"));
  EXPECT_EQ(right.said, without.said);
  EXPECT_EQ(wrong.said, without.said);
  EXPECT_LT(right.decodes, without.decodes / 3);
  EXPECT_EQ(right.rejected, 0);
  EXPECT_GT(wrong.rejected, 0);
  EXPECT_LT(wrong.decodes, without.decodes);
}

// Two letters, so that guesses are often right by chance and wrong a little later.
std::shared_ptr<FakeModel> two_letters() {
  auto vocabulary = FakeVocabulary::english();
  const auto noise = hashed_logits(11, 3.0F);
  const TokenId a = vocabulary.id("a");
  const TokenId stop = vocabulary.id(".");
  return std::make_shared<FakeModel>(std::move(vocabulary), [=](std::span<const TokenId> prefix, std::span<float> row) {
    noise(prefix, row);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto token = static_cast<TokenId>(i);
      if (token != a && token != a + 1 && token != stop && token != 0) row[i] = -1e9F;
    }
    row[0] -= 4.0F;  // the end
    row[static_cast<std::size_t>(stop)] -= 2.0F;
  });
}

TEST(Lookup, AtEveryTemperatureAndSeed) {
  for (const double temperature : {0.0, 0.5, 1.0, 2.0}) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      Experiment setup = plain(temperature);
      setup.model = two_letters;
      setup.request.seed = seed;
      expect_exact(setup, "temperature " + std::to_string(temperature) + ", seed " + std::to_string(seed));
    }
  }
}

TEST(Lookup, WithStopStringsBoundariesLimitsAndForks) {
  const std::vector<std::pair<std::string, Edit>> edits{
      {"stop string", [](TraceRequest& r) { r.stop_strings = {"abba", "bbb"}; }},
      {"delimiter", [](TraceRequest& r) { r.boundary.delimiters = {"aab", "."}; }},
      {"tokens", [](TraceRequest& r) { r.boundary.tokens = 7; }},
      {"limit", [](TraceRequest& r) { r.max_tokens = 5; }},
      {"one", [](TraceRequest& r) { r.max_tokens = 1; }},
  };
  for (const auto& [what, edit] : edits) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      Experiment setup = plain();
      setup.model = two_letters;
      setup.request.seed = seed;
      setup.edit = edit;
      setup.forks = 3;
      setup.traces = 2;
      expect_exact(setup, what + ", seed " + std::to_string(seed));
    }
  }
}

TEST(Lookup, WithEveryController) {
  Registry registry;
  register_all_plugins(registry);
  std::vector<std::vector<PluginChoice>> choices{{}};
  for (const auto& [name, entry] : registry.controllers.entries()) {
    choices.push_back({{name, {}}});
    choices.front().push_back({name, {}});
  }
  for (const auto& controllers : choices) {
    for (const auto& model : {std::function<std::shared_ptr<FakeModel>()>(six_times_seven), std::function<std::shared_ptr<FakeModel>()>(two_letters)}) {
      for (std::uint64_t seed = 0; seed < 4; ++seed) {
        Experiment setup = plain();
        setup.model = model;
        setup.request.controllers = controllers;
        setup.request.max_tokens = 90;
        setup.request.seed = seed;
        expect_exact(setup, controllers.front().name + ", seed " + std::to_string(seed));
      }
    }
  }
}

TEST(Lookup, CapsCutAtTheSameToken) {
  for (std::int64_t cap = 1; cap < 60; cap += 2) {
    for (const bool total : {false, true}) {
      Experiment setup = plain();
      setup.model = two_letters;
      (total ? setup.request.caps.total_tokens : setup.request.caps.generated_tokens) = cap + (total ? 76 : 0);
      expect_exact(setup, "cap " + std::to_string(cap));
    }
  }
}

TEST(Lookup, WhenCellsAreShort) {
  Experiment setup = plain();
  setup.model = two_letters;
  setup.options = {.slots = 4, .cells = 150, .context = 140, .threads = 2};
  setup.traces = 4;
  expect_exact(setup, "few cells");
}

TEST(Lookup, DeterministicModeDraftsNothing) {
  Experiment setup = plain(0.0);
  setup.options.deterministic = true;
  setup.model = six_times_seven;
  const Outcome without = run(setup, nullptr);
  const Outcome with = run(setup, tokens_of(without.text));
  EXPECT_EQ(with.said, without.said);
  EXPECT_EQ(with.decodes, without.decodes);
}

}  // namespace
}  // namespace reckon
