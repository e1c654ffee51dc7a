// Compares what a program printed with what was expected.
//
// Lines are split, stripped on the right, and trailing empty lines dropped; equal lines match. Lines that
// differ are compared word by word: numbers written as decimals match when they are the same number
// (1 = 1.0 = 01 = 1e0), or within `relative_tolerance` where a problem allows one. Case and the number
// of lines matter. Neither text is interpreted otherwise; not a time or a limit is decided here.
#pragma once

#include <string_view>

namespace reckon::sandbox {

struct OutputRules {
  double relative_tolerance = 0.0;  // 0: exact. Also absolute, for expected values below 1.
};

bool same_output(std::string_view expected, std::string_view actual, const OutputRules& rules = {});

}  // namespace reckon::sandbox
