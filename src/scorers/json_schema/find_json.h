// The JSON value that a model's reply gives: the reply itself, else the last fenced block that is JSON, else the last
// object or array anywhere in the text. What stands before the last closing think tag is not looked at.
//
// Strict: a value with a fault is none, and is not repaired. Values deeper than kDeepestJson are none either, so that
// whoever walks through one may recurse.
//
// Threading: pure functions. Cost: linear in the text for any common reply, at worst times kDeepestJson.
#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace reckon {

inline constexpr int kDeepestJson = 128;

// The whole text as a value.
std::optional<nlohmann::json> read_json(std::string_view text);

std::optional<nlohmann::json> find_json(std::string_view reply);

}  // namespace reckon
