#include "search/revising.h"

#include <utility>

namespace reckon {

SampledTrace with_text(const Context& context, Trace reply, std::string text) {
  SampledTrace response;
  response.trace = std::move(reply);
  response.trace.text = std::move(text);
  response.trace.full_text = response.trace.text;
  response.trace.branch = {};  // it goes on from a whole reply to another prompt
  response.answer = context.extract_answer(response.trace);
  return response;
}

void warn_of_statistics(Context& context) {
  if (context.scorer() == nullptr || !context.scorer()->needs_statistics()) return;
  context.warn("the scorer goes by how a text was written, and revisions are written under another prompt than samples: better choose one that reads the text, such as judge");
}

void note(Context& context, TraceId about, std::string what, std::string text) {
  context.emit({.kind = EventKind::note, .trace = static_cast<std::uint64_t>(about), .label = std::move(what), .text = std::move(text)});
}

}  // namespace reckon
