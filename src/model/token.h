// A token id of some model's vocabulary. Ids of different models must never be mixed; the type is
// plain so that spans of tokens pass to backends without conversion.
#pragma once

#include <cstdint>
#include <vector>

namespace reckon {

using TokenId = std::int32_t;
inline constexpr TokenId kNoToken = -1;
using Tokens = std::vector<TokenId>;

}  // namespace reckon
