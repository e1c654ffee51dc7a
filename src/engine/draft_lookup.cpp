#include "engine/draft_lookup.h"

#include <algorithm>
#include <optional>

namespace reckon {
namespace {

constexpr int kShortestMatch = 2;
constexpr int kShortestDraft = 2;
constexpr int kLongestDraft = 16;

// Where the tail ends in the text: its first occurrence that ends at `from` or later, else its first one.
std::optional<std::size_t> end_of_match(std::span<const TokenId> text, std::span<const TokenId> tail, std::size_t from) {
  std::optional<std::size_t> first;
  for (std::size_t end = tail.size(); end <= text.size(); ++end) {
    if (!std::ranges::equal(text.subspan(end - tail.size(), tail.size()), tail)) continue;
    if (end >= from) return end;
    if (!first) first = end;
  }
  return first;
}

}  // namespace

std::span<const TokenId> DraftLookup::propose(std::span<const TokenId> tail, int most) {
  const std::span<const TokenId> text(*reference_);
  std::optional<std::size_t> begin;
  if (tail.empty()) begin = 0;
  const auto shortest = std::min<std::size_t>(kShortestMatch, tail.size());
  for (std::size_t n = std::min<std::size_t>(kLongestMatch, tail.size()); !begin && n >= shortest; --n) {
    begin = end_of_match(text, tail.last(n), at_);
  }
  if (!begin || most <= 0) return {};
  at_ = *begin;
  return text.subspan(at_, std::min({static_cast<std::size_t>(length_), static_cast<std::size_t>(most), text.size() - at_}));
}

void DraftLookup::learn(int proposed, int taken) {
  length_ = taken == proposed ? std::min(2 * length_, kLongestDraft) : std::max(kShortestDraft, taken + 1);
}

}  // namespace reckon
