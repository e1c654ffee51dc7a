#include "search/sample.h"

#include <algorithm>
#include <map>

namespace reckon {

Candidate candidate_of(const Task& task) {
  return {.question = task.question, .checker = task.checker.get(), .tests = task.tests ? &*task.tests : nullptr};
}

Candidate candidate_of(const Task& task, const SampledTrace& sampled) {
  Candidate candidate = candidate_of(task);
  candidate.text = sampled.trace.full_text;
  candidate.answer = sampled.answer;
  candidate.stats = sampled.trace.stats;
  return candidate;
}

Result<std::vector<Score>> score_candidates(Context& context, std::span<const Candidate> candidates) {
  if (context.scorer() == nullptr) return unsupported("the run has no scorer");
  auto scores = context.scorer()->score(candidates);
  if (scores.ok() && scores->size() != candidates.size()) return internal_error("the scorer returned too few or too many scores");
  return scores;
}

void warn_of_plain_vote(Context& context, const Status& scorer_error) {
  context.warn("the scorer failed, so this is a plain vote: " + scorer_error.to_string());
}

Result<std::vector<SampledTrace>> sample_traces(Context& context, int n,
                                                const std::function<void(const SampledTrace&)>& on_end,
                                                const std::function<void(TraceRequest&)>& edit) {
  std::vector<TraceRequest> requests;
  for (int i = 0; i < n; ++i) {
    RECKON_ASSIGN_OR_RETURN(TraceRequest request, context.open_trace(static_cast<std::uint64_t>(i)));
    if (edit) edit(request);
    const bool greedy = request.sampling.temperature <= 0.0;
    requests.push_back(std::move(request));
    if (greedy && n > 1) {
      context.warn("at temperature 0 all samples are equal: only one was run");
      break;
    }
  }
  const auto generation = context.generate();
  std::map<TraceId, std::uint64_t> index_of;
  for (const TraceId id : generation->add(std::move(requests))) index_of.emplace(id, index_of.size());

  std::vector<SampledTrace> ended;
  while (auto trace = generation->next()) {
    SampledTrace sampled{index_of[trace->id], std::move(*trace), ""};
    sampled.answer = context.extract_answer(sampled.trace);
    const bool lost = sampled.trace.finish == FinishReason::failed || sampled.trace.counts.generated() == 0;
    if (lost) continue;
    on_end(sampled);
    // Nobody will ask anything below it, and what stays in the cache slows what is still written.
    if (context.scorer() == nullptr) sampled.trace.branch = {};
    ended.push_back(std::move(sampled));
  }
  std::ranges::sort(ended, {}, &SampledTrace::index);
  return ended;
}

}  // namespace reckon
