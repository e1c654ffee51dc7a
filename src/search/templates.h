// Wordings that a strategy uses for questions of its own: built in, or from a file of the user's.
//
// Places to fill in are names in braces, such as {question}. Filling is one pass: braces in what is filled in
// stay as they are. Threading: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace reckon {

// The file's text, or `built_in` for an empty path. Errors: not_found for a file that is not there,
// invalid_argument when it lacks one of the places.
Result<std::string> load_template(const std::string& path, std::string_view built_in,
                                  const std::vector<std::string>& places);

// Braces around a name that is not given stay.
std::string fill_template(std::string_view text, const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace reckon
