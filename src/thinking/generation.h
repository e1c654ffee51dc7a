// A set of running traces, as a strategy sees them: it adds requests, takes each trace as it ends or
// reaches its boundary, and may cancel any of them while others run.
//
// Threading: one Generation belongs to one thread; the traces themselves run on the engine's decode
// thread. Destroying it cancels what still runs and waits for that. Cost: one lock per call.
#pragma once

#include <optional>
#include <vector>

#include "thinking/trace.h"

namespace reckon {

class Generation {
 public:
  virtual ~Generation() = default;

  // Traces added together start together: a prefix that they share is computed once, and so is its
  // last token. Ids come back in the order of the requests.
  virtual std::vector<TraceId> add(std::vector<TraceRequest> requests) = 0;
  TraceId add(TraceRequest request);
  // The next trace to end, in order of ending; blocks. Nothing when none is running.
  virtual std::optional<Trace> next() = 0;
  // The trace comes back through next() with FinishReason::cancelled, within one decode step.
  virtual void cancel(TraceId trace) = 0;
  virtual void cancel_all() = 0;
  // Traces added that next() has not returned.
  virtual int running() const = 0;
};

inline TraceId Generation::add(TraceRequest request) {
  std::vector<TraceRequest> one;
  one.push_back(std::move(request));
  return add(std::move(one)).front();
}

}  // namespace reckon
