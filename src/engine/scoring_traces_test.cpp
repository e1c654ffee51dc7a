// What scorers ask of the engine: traces that are billed as scored, probabilities of given tokens, forced
// text, hidden states, and other models by role.
#include <cmath>

#include "engine/search_test_support.h"
#include "search/sample.h"

namespace reckon {
namespace {

using namespace testing_support;

SolveRequest direct_request() {
  SolveRequest request;
  request.task.question = "What is six times seven?";
  request.prompt = {"direct", {}};
  request.sampling.temperature = 1.0;
  request.max_tokens = 60;
  return request;
}

Answer answer_of_text(std::string text) {
  Answer answer;
  answer.text = std::move(text);
  answer.traces = 1;
  return answer;
}

Trace run_one(Context& context, TraceRequest request, std::string_view role = "") {
  const auto generation = context.generate(role);
  generation->add(std::move(request));
  return *generation->next();
}

Result<TraceRequest> open_judge(Context& context, const std::string& text, std::string role = "") {
  return context.open_chat({.role = std::move(role), .messages = {{"user", text}}, .purpose = Purpose::scoring});
}

TEST(Depth, ATraceThatIsDroppedUnreadIsNoStep) {
  const auto engine = make_engine(staged({{1.0, "The answer is 42"}}, {}));
  const auto result = run_in(*engine, direct_request(), [](Context& context) -> Result<Answer> {
    context.generate()->add(*context.open_trace(0));
    return answer_of_text(run_one(context, *context.open_trace(1)).text);
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->bill.traces, 2);
  EXPECT_EQ(result->bill.depth, 1);
}

// What is in the cache is attended over by everything that is still written.
TEST(SampledTraces, KeepTheirBranchesForAScorerOnly) {
  for (const bool scored : {false, true}) {
    const auto engine = make_engine(six_times_seven());
    auto request = direct_request();
    if (scored) request.scorer = {"likelihood", {}};
    const auto result = run_in(*engine, request, [&](Context& context) -> Result<Answer> {
      RECKON_ASSIGN_OR_RETURN(const auto traces, sample_traces(context, 4, [](const SampledTrace&) {}));
      EXPECT_EQ(traces.size(), 4U);
      for (const auto& sampled : traces) EXPECT_EQ(sampled.trace.branch.prompt_tokens > 0, scored);
      return answer_of_text("42");
    });
    EXPECT_TRUE(result.ok()) << result.status().to_string();
    EXPECT_EQ(engine->scheduler().live_sequences(), 0);
  }
}

TEST(ScoringTraces, AreBilledAsScoredAndNotShown) {
  RecordingSink sink(true);
  auto model = six_times_seven();
  auto engine = make_engine(model);
  auto request = direct_request();
  request.sink = &sink;
  const auto result = run_in(*engine, request, [](Context& context) -> Result<Answer> {
    RECKON_ASSIGN_OR_RETURN(TraceRequest judge, open_judge(context, "Is it right?"));
    const Trace reply = run_one(context, std::move(judge));
    EXPECT_EQ(reply.purpose, Purpose::scoring);
    EXPECT_GT(reply.counts.sampled, 5);
    return answer_of_text("x");
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(result->bill.scored, model->probe().computed);
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
  EXPECT_EQ(result->bill.generated(), 0);
  EXPECT_EQ(result->bill.tokens.prefilled, 0);
  EXPECT_EQ(result->bill.traces, 0);
  EXPECT_EQ(result->bill.scoring_calls, 1);
  EXPECT_DOUBLE_EQ(result->bill.flops, 2000.0 * static_cast<double>(model->probe().computed));
  EXPECT_TRUE(events_of(sink, EventKind::branch_opened).empty());
  EXPECT_TRUE(events_of(sink, EventKind::tokens).empty());
  EXPECT_TRUE(events_of(sink, EventKind::trace_finished).empty());
}

TEST(ScoringTraces, CountAgainstAllTokensAndNotAgainstGeneratedOnes) {
  for (const bool total : {false, true}) {
    auto model = six_times_seven();
    auto engine = make_engine(model);
    auto request = direct_request();
    (total ? request.caps.total_tokens : request.caps.generated_tokens) = 80;
    const auto result = run_in(*engine, request, [&](Context& context) -> Result<Answer> {
      RECKON_ASSIGN_OR_RETURN(TraceRequest judge, open_judge(context, "Is it?"));
      judge.forced = context.model("").vocabulary().tokenize("0123456789012345678901234567890", ControlTokens::as_text);
      const Trace reply = run_one(context, std::move(judge));
      EXPECT_EQ(reply.finish == FinishReason::budget, total) << to_string(reply.finish);
      return answer_of_text("x");
    });
    ASSERT_TRUE(result.ok());
    if (total) {
      EXPECT_LE(model->probe().computed, 80);
    }
    EXPECT_EQ(result->bill.computed(), model->probe().computed);
  }
}

// The paths of six_times_seven() part at their first token: "S" with 0.8, "I" with 0.2.
TEST(WatchedTokens, ReadsWithoutSampling) {
  auto model = six_times_seven();
  auto engine = make_engine(model);
  const auto result = run_in(*engine, direct_request(), [&](Context& context) -> Result<Answer> {
    const TokenId six = model->fake_vocabulary().id("S");
    const TokenId i = model->fake_vocabulary().id("I");
    RECKON_ASSIGN_OR_RETURN(TraceRequest judge, open_judge(context, "Is it right?"));
    judge.max_tokens = 0;
    judge.watch = {i, six, kNoToken};
    Trace read = run_one(context, std::move(judge));
    EXPECT_EQ(read.counts.generated(), 0);
    EXPECT_EQ(read.watched.size(), 1u);
    EXPECT_NEAR(std::exp(read.watched[0][0]), 0.2, 1e-6);
    EXPECT_NEAR(std::exp(read.watched[0][1]), 0.8, 1e-6);
    EXPECT_LT(read.watched[0][2], -90.0);
    // Going on with forced text costs that text and no more.
    const auto before = model->probe().computed.load();
    TraceRequest next;
    next.branch = std::move(read.branch);
    next.purpose = Purpose::scoring;
    next.forced = {six};
    next.max_tokens = 0;
    next.watch = {model->fake_vocabulary().id("i")};
    const Trace after = run_one(context, std::move(next));
    EXPECT_NEAR(std::exp(after.watched[0][0]), 1.0, 1e-6);
    EXPECT_EQ(after.full_text, "S");
    EXPECT_EQ(model->probe().computed - before, 1);
    return answer_of_text("x");
  });
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->bill.scored, model->probe().computed);
}

TEST(WatchedTokens, AtEverySampledPositionWhateverTheTemperature) {
  auto engine = make_engine(six_times_seven());
  const auto result = run_in(*engine, direct_request(), [](Context& context) -> Result<Answer> {
    RECKON_ASSIGN_OR_RETURN(TraceRequest request, context.open_trace(0));
    request.sampling = {.temperature = 0.0};
    request.watch = {context.model("").vocabulary().tokenize("S", ControlTokens::as_text).front()};
    const Trace trace = run_one(context, std::move(request));
    EXPECT_EQ(static_cast<std::int64_t>(trace.watched.size()), trace.counts.sampled);
    EXPECT_NEAR(std::exp(trace.watched[0][0]), 0.8, 1e-6);
    return answer_of_text("x");
  });
  ASSERT_TRUE(result.ok());
}

// A fork scored while its branch goes on: what both computed adds up.
TEST(ScoringTraces, AForkOfARunningBranchKeepsTheBillExact) {
  auto model = scattering();
  auto engine = make_engine(model);
  const auto result = run_in(*engine, direct_request(), [](Context& context) -> Result<Answer> {
    RECKON_ASSIGN_OR_RETURN(TraceRequest first, context.open_trace(0));
    first.max_tokens = 10;
    Trace trace = run_one(context, std::move(first));
    TraceRequest look;
    look.branch = trace.branch.fork(99);
    look.purpose = Purpose::scoring;
    look.forced = context.model("").vocabulary().tokenize(" The answer is", ControlTokens::as_text);
    look.max_tokens = 5;
    run_one(context, std::move(look));
    TraceRequest rest;
    rest.branch = std::move(trace.branch);
    rest.max_tokens = 7;
    EXPECT_EQ(run_one(context, std::move(rest)).counts.generated(), 7);
    return answer_of_text("x");
  });
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
  EXPECT_EQ(result->bill.generated(), 17);
  EXPECT_GE(result->bill.scored, 3 + 4);
}

// The state says how long the prefix is and what it ends with.
std::shared_ptr<FakeModel> with_states() {
  auto model = scattering();
  model->give_hidden_states(2, [](std::span<const TokenId> prefix, std::span<float> state) {
    state[0] = static_cast<float>(prefix.size());
    state[1] = static_cast<float>(prefix.back());
  });
  return model;
}

TEST(HiddenStates, OfTheLastTokenAndSummedOverTheStep) {
  for (const bool deterministic : {false, true}) {
    auto engine = make_engine(with_states(), {.slots = 4, .threads = 2, .deterministic = deterministic});
    const auto result = run_in(*engine, direct_request(), [](Context& context) -> Result<Answer> {
      const auto generation = context.generate();
      std::vector<TraceRequest> requests;
      for (std::uint64_t i = 0; i < 6; ++i) {
        RECKON_ASSIGN_OR_RETURN(TraceRequest request, context.open_trace(i));
        request.record = Record::hidden_states;
        request.boundary.tokens = 8;
        requests.push_back(std::move(request));
      }
      generation->add(std::move(requests));
      while (const auto trace = generation->next()) {
        const auto prompt = static_cast<float>(trace->branch.prompt_tokens);
        const auto sampled = static_cast<float>(trace->counts.sampled);
        const HiddenStats& hidden = trace->stats.hidden;
        EXPECT_EQ(hidden.tokens, trace->counts.sampled);
        if (hidden.last.size() != 2u) return internal_error("no states");
        EXPECT_EQ(hidden.last[0], prompt + sampled - 1.0F);
        EXPECT_EQ(hidden.sum[0], sampled * prompt + sampled * (sampled - 1.0F) / 2.0F);
        if (trace->finish == FinishReason::boundary) {
          EXPECT_EQ(hidden.last[1], static_cast<float>(trace->branch.sequence.at(trace->branch.sequence.length() - 2)));
        }
      }
      return answer_of_text("x");
    });
    ASSERT_TRUE(result.ok()) << result.status().to_string();
  }
}

TEST(HiddenStates, NothingIsRecordedUnasked) {
  auto engine = make_engine(with_states());
  const auto result = run_in(*engine, direct_request(), [](Context& context) -> Result<Answer> {
    RECKON_ASSIGN_OR_RETURN(TraceRequest request, context.open_trace(0));
    request.record = Record::statistics;
    EXPECT_TRUE(run_one(context, std::move(request)).stats.hidden.last.empty());
    return answer_of_text("x");
  });
  ASSERT_TRUE(result.ok());
}

TEST(Roles, EachModelIsAskedOnItsOwnAndBilledWithItsSize) {
  auto policy = six_times_seven();
  auto reward = replying({{1.0, "good"}});
  reward->mutable_info().parameters = 5;
  auto engine = make_engine(policy);
  ASSERT_TRUE(engine->add_role("reward", reward, {.slots = 2, .threads = 1}).ok());
  EXPECT_FALSE(engine->add_role("", reward, {}).ok());
  const auto result = run_in(*engine, direct_request(), [](Context& context) -> Result<Answer> {
    RECKON_ASSIGN_OR_RETURN(TraceRequest judge, open_judge(context, "Is it?", "reward"));
    EXPECT_EQ(run_one(context, std::move(judge), "reward").text, "good");
    RECKON_ASSIGN_OR_RETURN(TraceRequest other, open_judge(context, "Is it?", "judge"));
    EXPECT_NE(run_one(context, std::move(other), "judge").text, "good") << "no such role: the policy";
    return answer_of_text("x");
  });
  ASSERT_TRUE(result.ok());
  EXPECT_GT(reward->probe().computed, 5);
  EXPECT_GT(policy->probe().computed, 5);
  EXPECT_EQ(result->bill.computed(), policy->probe().computed + reward->probe().computed);
  EXPECT_DOUBLE_EQ(result->bill.flops, 2000.0 * static_cast<double>(policy->probe().computed) + 10.0 * static_cast<double>(reward->probe().computed));
}

TEST(Scorers, AreShownTheContextOnce) {
  class Attached final : public Scorer {
   public:
    Status attach(Context& context) override {
      context_ = &context;
      return ok_status();
    }
    Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
      if (context_ == nullptr) return internal_error("not attached");
      for (const auto& candidate : candidates) {
        EXPECT_NE(candidate.branch, nullptr);
        RECKON_ASSIGN_OR_RETURN(TraceRequest judge, open_judge(*context_, "Is it?"));
        run_one(*context_, std::move(judge));
      }
      return std::vector<Score>(candidates.size());
    }

   private:
    Context* context_ = nullptr;
  };
  auto model = six_times_seven();
  auto engine = make_engine(model);
  engine->mutable_registry().scorers.add<Attached>({.name = "attached", .summary = "asks the model"});
  auto request = direct_request();
  request.strategy = {"best_of_n", {{"samples", "3"}}};
  request.scorer = {"attached", {}};
  const auto result = engine->solve(request);
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_TRUE(result->answer.warnings.empty());
  EXPECT_EQ(result->bill.scoring_calls, 3);
  EXPECT_EQ(result->bill.computed(), model->probe().computed);
  EXPECT_EQ(engine->scheduler().live_sequences(), 0);
}

}  // namespace
}  // namespace reckon
