#include "search/named_choice.h"

#include <charconv>
#include <string>

#include "base/text.h"

namespace reckon {
namespace {

std::optional<std::size_t> first_number(std::string_view lower, std::string_view noun) {
  for (auto at = lower.find(noun); at != std::string_view::npos; at = lower.find(noun, at + 1)) {
    std::string_view rest = lower.substr(at + noun.size());
    if (rest.starts_with(" is")) rest.remove_prefix(3);
    const auto digits = rest.find_first_not_of(" #*:([{$\\\"'_");
    std::size_t number = 0;
    if (digits == std::string_view::npos) continue;
    const auto [end, error] = std::from_chars(rest.data() + digits, rest.data() + rest.size(), number);
    if (error == std::errc()) return number;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> named_choice(std::string_view reply, std::string_view stated, std::string_view noun,
                                        std::size_t count) {
  const std::string lower = to_lower(reply);
  const auto at = lower.rfind(stated);
  auto number = at == std::string::npos
                    ? std::nullopt
                    : first_number(std::string_view(lower).substr(at + stated.size() - noun.size()), noun);
  if (!number) number = first_number(lower, noun);
  if (!number || *number < 1 || *number > count) return std::nullopt;
  return *number - 1;
}

}  // namespace reckon
