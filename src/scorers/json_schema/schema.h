// A JSON Schema, read and checked once, that values are held against: the part of draft 2020-12 that says what a
// value must be like.
//
// $ref (within the file), type, enum, const, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength,
// maxLength, minItems, maxItems, uniqueItems, items, required, properties, additionalProperties, allOf, anyOf, oneOf,
// not; $defs and definitions hold schemas to refer to; titles, descriptions and the like are skipped. Any other
// keyword is refused, for what it demands would silently not be checked: `pattern` and `format` too, which would
// need regular expressions on text that nobody vouches for (the scorer `regex` runs those in the sandbox).
//
// Threading: immutable. Cost: a check for each part of the value and schema that meet, and never above kMostChecks.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "base/status.h"

namespace reckon {

class JsonSchema {
 public:
  // Errors: invalid_argument, with the keyword and its place in the schema.
  static Result<JsonSchema> from(nlohmann::json schema);

  // Empty for a valid value; else the JSON pointer of the first fault and what is wrong there.
  std::string fault_of(const nlohmann::json& value) const;

  static constexpr int kMostChecks = 1'000'000;  // of a schema against a value, in all
  static constexpr int kDeepest = 1024;          // checks inside checks

 private:
  explicit JsonSchema(nlohmann::json root) : root_(std::move(root)) {}

  nlohmann::json root_;
};

}  // namespace reckon
