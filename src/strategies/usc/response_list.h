// Universal self-consistency's second prompt and the choice in its reply, as text. Pure functions.
//
// Source: Chen et al., 2311.17311, section 3 (the instruction, figure 2). Responses count from 1.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reckon {

// The question, all responses and the instruction. Of a response longer than `most_bytes` only the end is
// listed, where the conclusion is; cut at a character, marked by "...".
std::string consistency_prompt(std::string_view question, std::span<const std::string> responses,
                               std::size_t most_bytes);

// X - 1 of "Response X" in the reply: after the last "most consistent response", else the first in the
// text. Nothing when there is none or X is not one of the `count` responses.
std::optional<std::size_t> chosen_response(std::string_view reply, std::size_t count);

}  // namespace reckon
