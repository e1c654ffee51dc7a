// SHA-256 (FIPS 180-4) of bytes in memory, as 64 lower-case hex digits. Names a data file in the run
// store, so that results of an edited file are never mixed with those of the old one. Pure function.
#pragma once

#include <string>
#include <string_view>

namespace reckon {

std::string content_digest(std::string_view bytes);

}  // namespace reckon
