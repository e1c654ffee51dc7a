#include "search/tagged_reply.h"

#include "base/text.h"

namespace reckon {

std::optional<std::string> tagged_text(std::string_view reply, std::string_view tag) {
  const std::string open = "<" + std::string(tag) + ">";
  const std::string close = "</" + std::string(tag) + ">";
  const auto begin = reply.find(open);
  const auto end = reply.find(close);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return std::nullopt;
  if (begin != reply.rfind(open) || end != reply.rfind(close)) return std::nullopt;
  const std::string_view inside = trim(reply.substr(begin + open.size(), end - begin - open.size()));
  if (inside.empty()) return std::nullopt;
  return std::string(inside);
}

std::optional<std::string> tagged_text(const Trace& reply, std::string_view prefill, std::string_view tag, Unclosed unclosed) {
  const std::string close = "</" + std::string(tag) + ">";
  if (trim(reply.text).empty()) return std::nullopt;  // the prefill is not the model's
  const bool stopped = reply.finish == FinishReason::stop_string && reply.detail == close;
  const bool closed = stopped || (unclosed == Unclosed::keep && reply.finish == FinishReason::end_of_text);
  return tagged_text(std::string(prefill) + reply.text + (closed ? close : ""), tag);
}

}  // namespace reckon
