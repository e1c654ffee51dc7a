// The strategy and the decode thread take turns in deterministic mode, and neither waits for the other for good.
#include "engine/search_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

const EngineOptions kDeterministic{.slots = 64, .threads = 2, .deterministic = true};

Result<TraceRequest> trace_of(Context& context, std::uint64_t index, int tokens) {
  RECKON_ASSIGN_OR_RETURN(TraceRequest request, context.open_trace(index));
  request.max_tokens = tokens;
  return request;
}

// News of one generation are none for a strategy that waits for another's.
TEST(Lockstep, ATraceMayEndWhileAnotherGenerationIsWaitedFor) {
  auto engine = make_engine(scattering(), kDeterministic);
  const auto result = run_in(*engine, scripted_request("function", {}), [](Context& context) -> Result<Answer> {
    const auto waited_for = context.generate();
    const auto beside = context.generate();
    RECKON_ASSIGN_OR_RETURN(TraceRequest longer, trace_of(context, 0, 8));
    RECKON_ASSIGN_OR_RETURN(TraceRequest shorter, trace_of(context, 1, 2));
    waited_for->add(std::move(longer));
    beside->add(std::move(shorter));
    EXPECT_EQ(waited_for->next()->counts.generated(), 8);
    EXPECT_EQ(beside->next()->counts.generated(), 2);
    return Answer{.traces = 2};
  });
  EXPECT_TRUE(result.ok()) << result.status().to_string();
}

// Traces that end in the same step: the strategy takes one while the next is being handed over.
TEST(Lockstep, ManyTracesMayEndAtOnce) {
  auto engine = make_engine(scattering(), kDeterministic);
  const auto result = run_in(*engine, scripted_request("function", {}), [](Context& context) -> Result<Answer> {
    for (int round = 0; round < 300; ++round) {
      const auto generation = context.generate();
      for (std::uint64_t i = 0; i < 32; ++i) {
        RECKON_ASSIGN_OR_RETURN(TraceRequest request, trace_of(context, i, 1));
        generation->add(std::move(request));
      }
      int ended = 0;
      while (generation->next()) ++ended;
      EXPECT_EQ(ended, 32);
    }
    return Answer{.traces = 32};
  });
  EXPECT_TRUE(result.ok()) << result.status().to_string();
}

}  // namespace
}  // namespace reckon
