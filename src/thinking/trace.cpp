#include "thinking/trace.h"

namespace reckon {

std::string_view to_string(FinishReason reason) {
  switch (reason) {
    case FinishReason::end_of_text: return "end_of_text";
    case FinishReason::stop_string: return "stop_string";
    case FinishReason::boundary: return "boundary";
    case FinishReason::length: return "length";
    case FinishReason::context_full: return "context_full";
    case FinishReason::controller: return "controller";
    case FinishReason::budget: return "budget";
    case FinishReason::deadline: return "deadline";
    case FinishReason::cancelled: return "cancelled";
    case FinishReason::failed: return "failed";
  }
  return "failed";
}

TokenCounts& TokenCounts::operator+=(const TokenCounts& more) {
  prefilled += more.prefilled;
  cached += more.cached;
  recomputed += more.recomputed;
  rejected += more.rejected;
  sampled += more.sampled;
  forced += more.forced;
  injected += more.injected;
  pending += more.pending;
  withheld += more.withheld;
  thinking += more.thinking;
  return *this;
}

Branch Branch::fork(std::uint64_t child) {
  return {sequence.fork(), clone_all(controllers), path.child(child), prompt_tokens, settled, thought, text, ended};
}

}  // namespace reckon
