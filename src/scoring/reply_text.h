// The part of a model's reply in which a result is looked for. Pure functions.
#pragma once

#include <string_view>

namespace reckon {

// What follows the last closing think tag; all of it where there is none.
inline std::string_view after_thinking(std::string_view reply) {
  constexpr std::string_view kClosing = "</think>";
  const auto at = reply.rfind(kClosing);
  return at == std::string_view::npos ? reply : reply.substr(at + kClosing.size());
}

}  // namespace reckon
