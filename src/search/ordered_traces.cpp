#include "search/ordered_traces.h"

#include <algorithm>

namespace reckon {

OrderedTraces::OrderedTraces(Context& context, OrderedTracesOptions options)
    : context_(context),
      options_(std::move(options)),
      generation_(context.generate()),
      started_(options_.first),
      next_(options_.first) {}

Status OrderedTraces::start() {
  std::vector<TraceRequest> requests;
  const auto running = static_cast<std::uint64_t>(generation_->running());
  while (started_ + requests.size() < options_.samples && running + requests.size() < options_.parallel) {
    if (requests.empty() && context_.should_stop()) return ok_status();
    RECKON_ASSIGN_OR_RETURN(TraceRequest request, context_.open_trace(started_ + requests.size()));
    if (options_.edit) options_.edit(request);
    if (request.sampling.temperature <= 0.0 && options_.samples > 1) {
      context_.warn("at temperature 0 all samples are equal: only one was run");
      options_.samples = 1;
      if (started_ > 0) break;
    }
    requests.push_back(std::move(request));
  }
  if (requests.empty()) return ok_status();
  for (const TraceId id : generation_->add(std::move(requests))) index_of_.emplace(id, started_++);
  return ok_status();
}

Result<std::optional<SampledTrace>> OrderedTraces::next() {
  while (true) {
    if (auto due = ended_.extract(next_)) {
      ++next_;
      return std::optional(std::move(due.mapped()));
    }
    RECKON_RETURN_IF_ERROR(start());
    auto trace = generation_->next();
    if (!trace) return std::optional<SampledTrace>();
    const std::uint64_t index = index_of_[trace->id];
    const bool counts = trace->finish != FinishReason::cancelled && trace->finish != FinishReason::failed;
    std::string answer = counts ? context_.extract_answer(*trace) : std::string();
    ended_.insert_or_assign(index, SampledTrace{index, std::move(*trace), std::move(answer)});
  }
}

}  // namespace reckon
