// libFuzzer target for answer handling: extract, parse, compare and group arbitrary bytes.
// Aborts on: an answer that is not equal to itself, asymmetric voting, a key without a value.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "scoring/answer_grade.h"
#include "scoring/answer_groups.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

reckon::AnswerStyle style_of(std::uint8_t byte) {
  switch (byte % 5) {
    case 0: return reckon::AnswerStyle::automatic();
    case 1: return reckon::AnswerStyle::number();
    case 2: return reckon::AnswerStyle::choice(byte / 5);
    case 3: return reckon::AnswerStyle::yes_no();
    default: return reckon::AnswerStyle::free_text();
  }
}

}  // namespace

// The first byte picks the style; the rest is split in two at the first zero byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto style = style_of(data[0]);
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto middle = input.find('\0');
  const auto first = input.substr(0, middle);
  const auto second = middle == std::string_view::npos ? first : input.substr(middle + 1);

  reckon::extract_after_trigger(first, style);
  reckon::extract_after_separator(first, style);
  reckon::grade(first, second, style);
  const auto a = reckon::parse_answer(first);
  const auto b = reckon::parse_answer(second);
  const auto voting = reckon::EquivalencePolicy::voting();
  require(reckon::equivalent(a, a, voting) == !a.missing());
  require(reckon::equivalent(a, b, voting) == reckon::equivalent(b, a, voting));
  require(reckon::canonical_key(a).empty() == a.missing());
  if (!a.missing() && reckon::canonical_key(a) == reckon::canonical_key(b)) require(reckon::equivalent(a, b, voting));
  reckon::AnswerGroups groups;
  groups.add(a);
  groups.add(b);
  groups.add(a);
  return 0;
}
