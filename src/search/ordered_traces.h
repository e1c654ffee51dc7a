// Traces of a task, some running side by side, handed back in index order.
//
// What a strategy makes of them one by one does not depend on which ended first, so that short traces
// get no say before long ones. New traces start when others end, until the strategy stops asking or the
// run is told to stop. Destroying it cancels what still runs; those tokens are billed as cancelled.
//
// Threading: one owner, the strategy's thread. Cost: a map of what ended out of order.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "search/sample.h"

namespace reckon {

struct OrderedTracesOptions {
  std::uint64_t first = 0;                       // index of the first trace
  std::uint64_t samples = 16;                    // indices go up to this, exclusive
  std::uint64_t parallel = 4;                    // traces side by side
  std::function<void(TraceRequest&)> edit = {};  // may change each request before it starts
};

class OrderedTraces {
 public:
  OrderedTraces(Context& context, OrderedTracesOptions options);

  // The next trace in index order, nothing after the last; blocks. A trace that failed or was cancelled
  // comes back too, without an answer. Errors: when the prompt or its controllers cannot be made.
  Result<std::optional<SampledTrace>> next();

 private:
  Status start();

  Context& context_;
  OrderedTracesOptions options_;
  std::unique_ptr<Generation> generation_;
  std::uint64_t started_;
  std::uint64_t next_;
  std::map<TraceId, std::uint64_t> index_of_;
  std::map<std::uint64_t, SampledTrace> ended_;  // before their turn
};

}  // namespace reckon
