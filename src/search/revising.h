// Small pieces that methods of revising share beside the pool of responses.
#pragma once

#include <string>
#include <vector>

#include "search/sample.h"

namespace reckon {

// The response that a revising reply holds, in place of the whole reply.
SampledTrace with_text(const Context& context, Trace reply, std::string text);

// Warns where the run's scorer reads how a text was written: a revision was written under another prompt than a
// sample, so such scores say little beside each other. Once a run.
void warn_of_statistics(Context& context);

// Tells listeners what a strategy chose or was told; `what` names it.
void note(Context& context, TraceId about, std::string what, std::string text);

}  // namespace reckon
