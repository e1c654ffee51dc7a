// Which of some numbered things a reply names: "The most consistent response is Response 3". Pure function.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace reckon {

// X - 1 of "<noun> X": after the last `stated` (which ends with the noun), else the first in the reply, past
// punctuation such as "Response #3" and "Response **3**". Case does not matter; `stated` and `noun` are in lower
// case. Nothing when there is none or X is not one of 1 to `count`.
std::optional<std::size_t> named_choice(std::string_view reply, std::string_view stated, std::string_view noun,
                                        std::size_t count);

}  // namespace reckon
